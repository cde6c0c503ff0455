"""The Web API of the double of Slack: a method name and arguments in, an answer as Slack gives it out."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.doubles.slack_files import Files
from bot.doubles.slack_oauth import OAuth
from bot.doubles.slack_rules import problems, view_problems
from bot.doubles.slack_streams import Streams
from bot.doubles.slack_uploads import Uploads
from bot.doubles.slack_workspace import BOT_USER, Workspace

Answer = dict[str, Any]
_LONGEST_TEXT = 40_000
_STRUCTURED = ("blocks", "chunks", "files", "metadata", "prompts", "view")


class SlackApi:
    """Answers calls. Needs the right token for each, as Slack does."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it answers from
        self,
        workspace: Workspace,
        files: Files,
        uploads: Uploads,
        oauth: OAuth,
        app_token: str,
        socket_url: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._oauth = oauth
        self._app_token = app_token
        self._team = ""
        self._socket_url = socket_url
        streams = Streams(workspace)
        self._methods: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "conversations.open": self._conversations_open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "views.open": self._views_open,
            "views.publish": self._views_publish,
            "views.update": self._views_update,
            "users.info": self._users_info,
            "files.info": files.info,
            "oauth.v2.access": oauth.access,
            "files.getUploadURLExternal": uploads.begin,
            "files.completeUploadExternal": uploads.complete,
            "agents.sessions.setStatus": self._set_session,
            "assistant.threads.setSuggestedPrompts": streams.suggest,
            "chat.startStream": streams.start,
            "chat.appendStream": streams.append,
            "chat.stopStream": streams.stop,
        }

    def answer(self, method: str, token: str, arguments: Mapping[str, Any]) -> Answer:
        """Slack's answer."""
        if method not in self._methods:
            return _refused("unknown_method")
        team = self._oauth.team(token)
        right = token == self._app_token if method == "apps.connections.open" else bool(team) or method == "oauth.v2.access"
        if not right:
            return _refused("not_authed" if not token else "invalid_auth")
        with self._workspace.changed:
            self._team = team
            answer = self._methods[method](arguments)
            self._workspace.changed.notify_all()
            return answer

    def _auth_test(self, _arguments: Mapping[str, Any]) -> Answer:
        who = {"team": "Double", "user": "tradecraft", "team_id": self._team, "user_id": BOT_USER, "bot_id": "B0BOT"}
        return {"ok": True, "url": "https://double.slack.com/", **who, "is_enterprise_install": False}

    def _connections_open(self, _arguments: Mapping[str, Any]) -> Answer:
        ticket = secrets.token_hex(8)
        self._workspace.tickets.add(ticket)
        return {"ok": True, "url": f"{self._socket_url()}?ticket={ticket}&app_id=A0DOUBLE"}

    def _post_message(self, arguments: Mapping[str, Any]) -> Answer:
        channel = self._channel(arguments)
        if error := self._message_error(channel, arguments):
            return error
        message = self._workspace.post(
            channel,
            text=arguments.get("text") or "",
            blocks=list(arguments.get("blocks") or []),
            metadata=arguments.get("metadata") or {},
            thread_ts=arguments.get("thread_ts") or "",
        )
        shown = {"type": "message", "user": BOT_USER, "ts": message.ts, "text": message.text, "blocks": message.blocks}
        warning = {} if message.text else {"warning": "missing_text_in_message"}
        return {"ok": True, "channel": channel, "ts": message.ts, "message": shown, **warning}

    def _post_ephemeral(self, arguments: Mapping[str, Any]) -> Answer:
        channel, user = self._channel(arguments), str(arguments.get("user", ""))
        if error := self._message_error(channel, arguments):
            return error
        if user in self._workspace.strangers or not user:
            return _refused("user_not_in_channel")
        message = self._workspace.post(channel, text=arguments.get("text") or "", blocks=list(arguments.get("blocks") or []), only_for=user)
        return {"ok": True, "message_ts": message.ts}

    def _update(self, arguments: Mapping[str, Any]) -> Answer:
        message = self._workspace.find(str(arguments.get("channel", "")), str(arguments.get("ts", "")))
        if message is None:
            return _refused("message_not_found")
        if message.user != BOT_USER or message.only_for:
            return _refused("cant_update_message")
        if error := self._message_error(message.channel, arguments):
            return error
        message.text, message.blocks, message.edited = arguments.get("text") or "", list(arguments.get("blocks") or []), message.edited + 1
        return {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text}

    def _delete(self, arguments: Mapping[str, Any]) -> Answer:
        message = self._workspace.find(str(arguments.get("channel", "")), str(arguments.get("ts", "")))
        if message is None:
            return _refused("message_not_found")
        self._workspace.messages.remove(message)
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def _conversations_open(self, arguments: Mapping[str, Any]) -> Answer:
        user = str(arguments.get("users", ""))
        if not user or user in self._workspace.strangers:
            return _refused("user_not_found")
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": self._workspace.direct_channel(user)}}

    def _history(self, arguments: Mapping[str, Any]) -> Answer:
        channel = str(arguments.get("channel", ""))
        if not self._workspace.exists(channel):
            return _refused("channel_not_found")
        with_metadata = str(arguments.get("include_all_metadata", "")).lower() in {"1", "true"}
        newest = list(reversed(self._workspace.messages_in(channel)))[: int(arguments.get("limit", 100))]
        shown = [
            {"type": "message", "user": one.user, "ts": one.ts, "text": one.text, **({"metadata": one.metadata} if with_metadata and one.metadata else {})}
            for one in newest
        ]
        return {"ok": True, "messages": shown, "has_more": False}

    def _replies(self, arguments: Mapping[str, Any]) -> Answer:
        """A thread from its first message on."""
        channel, ts = str(arguments.get("channel", "")), str(arguments.get("ts", ""))
        if self._workspace.find(channel, ts) is None:
            return _refused("thread_not_found")
        thread = [one for one in self._workspace.messages_in(channel) if ts in {one.ts, one.thread_ts}]
        shown = [{"type": "message", "user": one.user, "ts": one.ts, "thread_ts": ts, "text": one.text} for one in thread]
        most = int(arguments.get("limit", 1_000))
        return {"ok": True, "messages": shown[:most], "has_more": len(shown) > most}

    def _views_open(self, arguments: Mapping[str, Any]) -> Answer:
        if found := view_problems(arguments.get("view")):
            return _refused("invalid_arguments", found)
        if error := self._workspace.take_trigger(str(arguments.get("trigger_id", ""))):
            return _refused(error)
        view = self._workspace.open_view(arguments["view"])
        return {"ok": True, "view": view}

    def _views_update(self, arguments: Mapping[str, Any]) -> Answer:
        if found := view_problems(arguments.get("view")):
            return _refused("invalid_arguments", found)
        view = self._workspace.replace_view(str(arguments.get("view_id", "")), arguments["view"])
        return _refused("not_found") if view is None else {"ok": True, "view": view}

    def _views_publish(self, arguments: Mapping[str, Any]) -> Answer:
        user = str(arguments.get("user_id", ""))
        if found := view_problems(arguments.get("view")):
            return _refused("invalid_arguments", found)
        if not user or user in self._workspace.strangers:
            return _refused("user_not_found")
        self._workspace.homes[user] = arguments["view"]
        return {"ok": True, "view": arguments["view"]}

    def _users_info(self, arguments: Mapping[str, Any]) -> Answer:
        user = str(arguments.get("user", ""))
        if user in self._workspace.strangers:
            return _refused("user_not_found")
        known = {"id": user, "team_id": "T0DOUBLE", "name": user.lower(), "deleted": False, "is_bot": user == BOT_USER, "tz": "Etc/UTC"}
        admin = user in self._workspace.admins
        return {"ok": True, "user": {**known, "is_admin": admin, "is_owner": False, "is_primary_owner": False}}

    def _set_session(self, arguments: Mapping[str, Any]) -> Answer:
        channel, thread, status = (str(arguments.get(name, "")) for name in ("channel_id", "thread_ts", "status"))
        if not self._workspace.has_agents:
            return _refused("not_allowed")
        if status not in {"active", "processing", "suspended", "closed"} or not thread:
            return _refused("invalid_arguments")
        if not self._workspace.exists(channel):
            return _refused("channel_not_found")
        self._workspace.sessions.append((channel, thread, status))
        if arguments.get("title"):
            self._workspace.titles[channel, thread] = str(arguments["title"])
        return {"ok": True}

    def _channel(self, arguments: Mapping[str, Any]) -> str:
        channel = str(arguments.get("channel", ""))
        return self._workspace.direct_channel(channel) if channel.startswith(("U", "W")) else channel

    def _message_error(self, channel: str, arguments: Mapping[str, Any]) -> Answer | None:
        if not self._workspace.exists(channel):
            return _refused("channel_not_found")
        blocks, text = arguments.get("blocks") or [], arguments.get("text") or ""
        if not blocks and not text:
            return _refused("no_text")
        if len(text) > _LONGEST_TEXT:
            return _refused("msg_too_long")
        found = problems(blocks) if blocks else []
        return _refused("invalid_blocks", found) if found else None


def arguments(content_type: str, query: Iterable[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """The arguments of a call: JSON, or a form whose structures are JSON texts, or in the query."""
    if content_type.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    pairs = [*query, *parse_qsl(body.decode(), keep_blank_values=True)]
    return {name: json.loads(value) if name in _STRUCTURED else value for name, value in pairs}


def _refused(error: str, messages: list[str] | None = None) -> Answer:
    return {"ok": False, "error": error, **({"response_metadata": {"messages": messages}} if messages else {})}

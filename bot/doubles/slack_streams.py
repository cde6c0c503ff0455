"""What the double of Slack offers an agent: answers that grow, suggested questions, titles. Rules as in the parameters of Slack's methods."""

from collections.abc import Mapping
from typing import Any

from bot.doubles.slack_rules import problems
from bot.doubles.slack_workspace import BOT_USER, Message, Workspace

Answer = dict[str, Any]
_LONGEST = 12_000
_STATES = {"pending", "in_progress", "complete", "error"}
_MOST_PROMPTS = 4


class Streams:
    """Of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def start(self, arguments: Mapping[str, Any]) -> Answer:
        """`chat.startStream`."""
        channel, thread = str(arguments.get("channel", "")), str(arguments.get("thread_ts", ""))
        if not self._workspace.has_streams:
            return _refused("unknown_method")
        if not self._workspace.exists(channel):
            return _refused("channel_not_found")
        if self._workspace.find(channel, thread) is None:
            return _refused("invalid_thread_ts")
        if channel.startswith("C") and not (arguments.get("recipient_team_id") and arguments.get("recipient_user_id")):
            return _refused("missing_recipient_user_id")
        if error := _error(arguments):
            return error
        message = self._workspace.post(channel, thread_ts=thread, streaming=True)
        _grow(message, arguments)
        return {"ok": True, "channel": channel, "ts": message.ts}

    def append(self, arguments: Mapping[str, Any]) -> Answer:
        """`chat.appendStream`."""
        message = self._open(arguments)
        if message is None:
            return _refused("message_not_in_streaming_state")
        if not arguments.get("markdown_text") and not arguments.get("chunks"):
            return _refused("no_text")
        if error := _error(arguments):
            return error
        _grow(message, arguments)
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def stop(self, arguments: Mapping[str, Any]) -> Answer:
        """`chat.stopStream`."""
        message = self._open(arguments)
        if message is None:
            return _refused("message_not_in_streaming_state")
        found = problems(arguments.get("blocks") or [])
        if error := _refused("invalid_blocks", found) if found else _error(arguments):
            return error
        _grow(message, arguments)
        message.blocks += list(arguments.get("blocks") or [])
        message.streaming = False
        return {"ok": True, "channel": message.channel, "ts": message.ts, "message": {"type": "message", "user": BOT_USER, "text": message.text}}

    def suggest(self, arguments: Mapping[str, Any]) -> Answer:
        """`assistant.threads.setSuggestedPrompts`; with a thread an agent's call is dropped without a word."""
        channel, prompts = str(arguments.get("channel_id", "")), list(arguments.get("prompts") or [])
        if not self._workspace.exists(channel):
            return _refused("channel_not_found")
        if not 1 <= len(prompts) <= _MOST_PROMPTS or not all(one.get("title") and one.get("message") for one in prompts):
            return _refused("invalid_arguments")
        if not arguments.get("thread_ts"):
            self._workspace.prompts[channel] = prompts
        return {"ok": True}

    def _open(self, arguments: Mapping[str, Any]) -> Message | None:
        message = self._workspace.find(str(arguments.get("channel", "")), str(arguments.get("ts", "")))
        return message if message is not None and message.streaming else None


def _error(arguments: Mapping[str, Any]) -> Answer | None:
    chunks = list(arguments.get("chunks") or [])
    if arguments.get("markdown_text") and chunks:
        return _refused("invalid_arguments", ["markdown_text and chunks cannot both be given"])
    texts = [str(arguments.get("markdown_text") or ""), *(str(one.get("text", "")) for one in chunks)]
    if sum(map(len, texts)) > _LONGEST:
        return _refused("msg_too_long")
    found = [what for one in chunks for what in _chunk_problems(one)]
    return _refused("invalid_chunks", found) if found else None


def _chunk_problems(chunk: Mapping[str, Any]) -> list[str]:
    match chunk.get("type"):
        case "markdown_text":
            return [] if chunk.get("text") else ["markdown_text: text is missing"]
        case "task_update":
            return [] if chunk.get("id") and chunk.get("title") and chunk.get("status") in _STATES else ["task_update: id, title or status is wrong"]
        case "plan_update":
            return [] if chunk.get("title") else ["plan_update: title is missing"]
        case "blocks":
            return problems(chunk.get("blocks"))
    return [f"unsupported chunk: {chunk.get('type')}"]


def _grow(message: Message, arguments: Mapping[str, Any]) -> None:
    message.text += str(arguments.get("markdown_text") or "")
    for chunk in arguments.get("chunks") or []:
        if chunk["type"] == "markdown_text":
            message.text += chunk["text"]
        elif chunk["type"] == "blocks":
            message.blocks += chunk["blocks"]
        elif chunk["type"] == "task_update":
            message.tasks[chunk["id"]] = (chunk["title"], chunk["status"])
    message.edited += 1


def _refused(error: str, messages: list[str] | None = None) -> Answer:
    return {"ok": False, "error": error, **({"response_metadata": {"messages": messages}} if messages else {})}

"""The one way a card leaves to Slack: private cards only to places where their owner alone reads."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels import slack_blocks, slack_forms
from bot.channels.slack_places import Channel, Direct, Hint, Home, Modal, Place, Posted, Reply, Window
from bot.channels.slack_text import escaped
from bot.errors import BotFault, DeliveryFailed
from bot.messages import Card, Enclosed, Form, Section, Visibility

_log = structlog.get_logger()
_METADATA = "tradecraft_card"
_RATE_LIMIT_RETRIES = 5
_SEARCHED = 100
"""Messages of a direct conversation that are looked through for a card that may have been posted already."""
_TIMEOUT = 30
_SUMMARY = 3_000
_QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""Nothing in a text becomes a preview, a mention or a channel link."""
_BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments", "msg_blocks_too_long"}
_WAYS_OUT = {
    "invalid_auth": "the bot token is not valid: set TRADECRAFT_SLACK_BOT_TOKEN to the one shown under OAuth & Permissions",
    "token_revoked": "the bot token was revoked: install the app again and set TRADECRAFT_SLACK_BOT_TOKEN",
    "account_inactive": "the app was removed from the workspace: install it again",
    "missing_scope": "the app lacks a permission: update it with `tradecraft slack manifest` and install it again",
    "user_not_found": "nobody in this workspace has this user id: correct it with `tradecraft staff`",
    "channel_not_found": "this person cannot be reached: check the Slack user id with `tradecraft staff list`",
    "ratelimited": "Slack asks to slow down: it is tried again later",
}


class PrivateCardRefused(BotFault):
    """A private card was about to be shown where others read."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Our app in its workspace."""

    team: str
    user: str
    bot: str


class SlackDelivery:
    """Brings cards to places. Safe from any thread and event loop: it keeps no connection."""

    def __init__(self, token: str, api_url: str = "https://slack.com/api/", links: Sequence[str] = (), identity: "Identity | None" = None) -> None:
        """`links` are the URL prefixes of our own that may appear as links; an `identity` that is known is not asked for."""
        self.client = AsyncWebClient(
            token=token,
            base_url=api_url.rstrip("/") + "/",
            timeout=_TIMEOUT,
            logger=quiet_logger(),
            retry_handlers=_retry_handlers(),
        )
        self.links = tuple(links)
        self._direct: dict[str, str] = {}
        self._identity = identity

    async def identity(self) -> "Identity":
        """Who our app is in its workspace; asked once, however many requests wait for it. Raises DeliveryFailed."""
        if self._identity is None:
            try:
                answer = await self.client.auth_test()
            except (SlackApiError, ClientError, TimeoutError, OSError) as error:
                msg = "Slack does not say who this app is: check TRADECRAFT_SLACK_BOT_TOKEN and the network."
                raise DeliveryFailed(msg) from error
            self._identity = Identity(str(answer["team_id"]), str(answer["user_id"]), str(answer["bot_id"]))
        return self._identity

    async def deliver(self, card: Card, place: Place, key: str = "", *, again: bool = False) -> Posted:
        """Show a card. With `again`, a card of the same `key` that is already there is left alone. Raises DeliveryFailed, PrivateCardRefused."""
        if isinstance(place, Channel) and card.visibility is not Visibility.ANYONE:
            msg = "This answer is private: it is only shown in a direct message."
            raise PrivateCardRefused(msg)
        try:
            return await self._shown(card, place, key, again=again)
        except SlackApiError as error:
            why = str(error.response.get("error", "unknown_error"))
            _log.warning("slack.refused", method=type(place).__name__, reason=why)
            msg = f"Slack did not take the card ({why}): {_WAYS_OUT.get(why, 'look at `tradecraft doctor`')}."
            raise DeliveryFailed(msg) from error
        except (ClientError, TimeoutError, OSError) as error:
            msg = f"Slack could not be reached ({type(error).__name__}): it is tried again later."
            raise DeliveryFailed(msg) from error

    async def update(self, posted: Posted, blocks: Sequence[dict[str, Any]], text: str) -> None:
        """Replace the blocks of a message of ours. Raises DeliveryFailed."""
        try:
            await self.client.chat_update(channel=posted.channel, ts=posted.ts, blocks=list(blocks), text=text, parse="none", link_names=False)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            msg = "The card could not be changed in Slack; what you said is stored."
            raise DeliveryFailed(msg) from error

    async def redraw(self, posted: Posted, card: Card) -> None:
        """Replace a card of ours by what it is now. Raises DeliveryFailed, PrivateCardRefused."""
        if card.visibility is not Visibility.ANYONE and not posted.channel.startswith("D"):
            raise PrivateCardRefused("This answer is private: it is only shown in a direct message.")
        drawn = slack_blocks.message(card, self.links)
        await self.update(posted, drawn["blocks"], drawn["text"])

    async def _shown(self, card: Card, place: Place, key: str, *, again: bool) -> Posted:
        match place:
            case Direct(user, thread):
                return await self._direct_message(card, user, key, again=again, thread=thread)
            case Channel(channel):
                return await self._posted(card, channel, key)
            case Reply(user, url, replace):
                return Posted() if await self._replied(card, url, replace=replace) else await self._direct_message(card, user, key, again=again)
            case Hint(user, channel):
                await self.client.chat_postEphemeral(channel=channel, user=user, **slack_blocks.message(card, self.links), parse="none", link_names=False)
            case Home(user):
                await self.client.views_publish(user_id=user, view=slack_blocks.home([card], self.links))
            case Modal(user, trigger):
                try:
                    await self.client.views_open(trigger_id=trigger, view=slack_blocks.modal(card, self.links))
                except SlackApiError:
                    return await self._direct_message(card, user, key, again=again)
            case Window(user, view):
                try:
                    await self.client.views_update(view_id=view, view=slack_blocks.modal(card, self.links))
                except SlackApiError:
                    return await self._direct_message(card, user, key, again=again)
        return Posted()

    async def reserve(self, place: Modal) -> Place:
        """Open a window before its answer is there: a trigger is good for three seconds only. Where Slack opens none the place stays what it is."""
        try:
            opened = await self.client.views_open(trigger_id=place.trigger, view=slack_forms.waiting())
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            _log.warning("slack.window_not_opened", error=type(error).__name__)
            return place
        return Window(place.user, str(opened["view"]["id"]))

    async def ask(self, form: Form, place: Place) -> None:
        """Open a form in a window of its own, or in the one that is there. Raises DeliveryFailed.

        Where the window is gone what stood in the form comes by direct message: nothing that was typed is lost.
        """
        view = slack_forms.form(form, self.links)
        try:
            match place:
                case Modal(_, trigger):
                    await self.client.views_open(trigger_id=trigger, view=view)
                case Window(_, window):
                    await self.client.views_update(view_id=window, view=view)
                case _:
                    await self.deliver(_as_card(form), place)
        except SlackApiError as error:
            _log.warning("slack.window_gone", reason=error.response.get("error"))
            if isinstance(place, Modal | Window):
                await self.deliver(_as_card(form), Direct(place.user))
        except (ClientError, TimeoutError, OSError) as error:
            msg = "The window could not be opened: click again."
            raise DeliveryFailed(msg) from error

    async def enclose(self, one: Enclosed, user: str) -> bool:
        """Put a file into the direct conversation, the only place for one; False where Slack does not take it."""
        said = escaped(one.card.summary, _SUMMARY, self.links)
        try:
            channel = await self._direct_channel(user)
            await self.client.files_upload_v2(channel=channel, content=one.content, filename=one.name, title=one.name, initial_comment=said)
        except (SlackApiError, SlackRequestError) as error:
            _log.warning("slack.file_refused", reason=error.response.get("error") if isinstance(error, SlackApiError) else "upload")
            return False
        except (ClientError, TimeoutError, OSError) as error:
            raise DeliveryFailed("Slack could not be reached to send the file: ask again in a moment.") from error
        return True

    async def publish_home(self, user: str, cards: Sequence[Card]) -> None:
        """Show a person's home tab. Raises DeliveryFailed."""
        try:
            try:
                await self.client.views_publish(user_id=user, view=slack_blocks.home(cards, self.links))
            except SlackApiError as error:
                if error.response.get("error") not in _BLOCKS_REFUSED:
                    raise
                # Charts are new to Slack, and not every plan draws them: their numbers are written instead.
                _log.warning("slack.home_refused", reason=error.response.get("error"))
                await self.client.views_publish(user_id=user, view=slack_blocks.home(cards, self.links, charts=0))
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            msg = "The home tab could not be shown: open it again in a moment."
            raise DeliveryFailed(msg) from error

    async def _direct_message(self, card: Card, user: str, key: str, *, again: bool, thread: str = "") -> Posted:
        channel = await self._direct_channel(user)
        if again and (ts := await self._already(channel, key)):
            return Posted(channel, ts)
        return await self._posted(card, channel, key, thread)

    async def _direct_channel(self, user: str) -> str:
        if user not in self._direct:
            opened = await self.client.conversations_open(users=user)
            self._direct[user] = str(opened["channel"]["id"])
        return self._direct[user]

    async def _posted(self, card: Card, channel: str, key: str, thread: str = "") -> Posted:
        more: dict[str, Any] = {"metadata": {"event_type": _METADATA, "event_payload": {"key": key}}} if key else {}
        if thread:
            more["thread_ts"] = thread
        drawn = slack_blocks.message(card, self.links)
        try:
            sent = await self.client.chat_postMessage(channel=channel, **drawn, **more, **_QUIET)
        except SlackApiError as error:
            if error.response.get("error") not in _BLOCKS_REFUSED:
                raise
            _log.warning("slack.blocks_refused", reason=error.response.get("error"))
            sent = await self.client.chat_postMessage(channel=channel, text=slack_blocks.plain(card, self.links), **more, **_QUIET)
        return Posted(str(sent["channel"]), str(sent["ts"]))

    async def _already(self, channel: str, key: str) -> str:
        """The time stamp of the message that carries `key`; empty when there is none."""
        history = await self.client.conversations_history(channel=channel, limit=_SEARCHED, include_all_metadata=True)
        for message in history["messages"]:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == _METADATA and metadata.get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return ""

    async def _replied(self, card: Card, url: str, *, replace: bool) -> bool:
        """False when Slack takes no more answers at this address: five were sent, or half an hour is over."""
        if not url:
            return False
        client = AsyncWebhookClient(url, timeout=_TIMEOUT, logger=quiet_logger(), retry_handlers=_retry_handlers())
        try:
            answer = await client.send(
                **slack_blocks.message(card, self.links),
                response_type="ephemeral",
                replace_original=replace,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (ClientError, TimeoutError, OSError):
            return False
        return bool(answer.status_code == 200)  # noqa: PLR2004 - HTTP


def _as_card(form: Form) -> Card:
    """What a form says and holds, where no window takes it."""
    held = [Section(title=one.label, text=one.value, quote=True) for one in form.fields if one.value.strip() and not one.choices]
    how = "Press the button: a window asks for the rest." if form.again else "The window was closed or came too late: click the button on the card again."
    buttons = (form.again,) if form.again else ()
    return Card(title=form.title, summary=f"{form.title}: a window asks for the rest.", sections=(Section(how), *form.sections, *held), buttons=buttons)


def quiet_logger() -> logging.Logger:
    """For the libraries: they log payloads, which hold private content."""
    logger = logging.getLogger("tradecraft.slack.vendor")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger


def _retry_handlers() -> list[Any]:
    # Only errors from before anything was sent are retried: after that the message may have arrived, and a second one would be a double.
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2, error_types=[ClientConnectorError]),
        AsyncRateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_RETRIES),
    ]

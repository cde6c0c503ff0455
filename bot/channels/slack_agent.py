"""What Slack offers an agent in the direct conversation: a sign of work with a stop button, a title, suggested questions, answers that grow as they come.

All of it is left out where Slack offers none: then an answer is a plain message.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.channels import slack_blocks
from bot.channels.slack_delivery import SlackDelivery
from bot.channels.slack_payloads import readable
from bot.channels.slack_places import Posted
from bot.channels.slack_text import cut, escaped, neutral
from bot.messages import Card

_log = structlog.get_logger()
_SIGN_SECONDS = 2.0
_TITLE = 60
_TASK = 80
_SUMMARY = 300
_PASSING = {"ratelimited", "internal_error", "fatal_error", "service_unavailable"}
"""What Slack refuses for another reason is not asked again: not every plan has agents."""
_THIS_CALL = {"channel_not_found", "invalid_blocks", "invalid_chunks", "invalid_thread_ts", "message_not_found", "thread_not_found"}
"""Refusals of one call, which say nothing about the next."""
_STEP = "answer"


class SlackAgent:
    """The agent's side of one workspace."""

    def __init__(self, delivery: SlackDelivery) -> None:
        self._delivery = delivery
        self._client = delivery.client
        self._is_agent = True
        self._streams = True

    async def set_session(self, channel: str, thread: str, status: str, title: str = "") -> bool:
        """Show that work goes on in a thread ("processing") or not ("active"); False where the app is no agent. Never raises: it is a sign only."""
        if not self._is_agent:
            return False
        named = {"title": cut(" ".join(neutral(title).split()), _TITLE)} if title.strip() else {}
        answer, refusal = await _asked(self._client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status=status, **named))
        self._is_agent = not refusal or refusal in _PASSING
        return answer is not None

    async def suggest(self, channel: str, prompts: Sequence[Mapping[str, str]]) -> None:
        """Offer what can be asked (`title`, `message`), above the conversation. Never raises."""
        if self._is_agent:
            # Without a thread: with one, Slack drops the call of an agent without a word.
            await _asked(self._client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=[dict(one) for one in prompts], title="You can ask"))

    async def asked(self, channel: str, thread: str, user: str) -> str:
        """What this person asked at the beginning of a thread of their direct conversation; empty where Slack does not say. Never raises."""
        answer, _ = await _asked(self._client.conversations_replies(channel=channel, ts=thread, limit=1))
        first: Mapping[str, Any] = next(iter(answer["messages"]), {}) if answer is not None else {}
        return readable(str(first.get("text", ""))) if first.get("user") == user else ""

    async def begin(self, channel: str, thread: str, doing: str) -> "Growing | None":
        """Begin an answer in a thread of a direct conversation that says what is being done; None where Slack takes none."""
        if not self._streams or not channel.startswith("D"):
            return None
        step = {"type": "task_update", "id": f"{_STEP}-1", "title": cut(doing, _TASK), "status": "in_progress"}
        answer, refusal = await _asked(self._client.chat_startStream(channel=channel, thread_ts=thread, chunks=[step], task_display_mode="timeline"))
        self._streams = not refusal or refusal in _PASSING | _THIS_CALL
        return None if answer is None else Growing(self._delivery, Posted(channel, str(answer["ts"])), step)


class Growing:
    """An answer that grows in its place: what is being done, then the card."""

    def __init__(self, delivery: SlackDelivery, posted: Posted, step: dict[str, Any]) -> None:
        self._delivery = delivery
        self._client = delivery.client
        self.posted = posted
        self._step = step
        self._steps = 1

    async def step(self, title: str) -> None:
        """What is being done from now on; what was done before it is done. A step that gets lost does no harm."""
        done = {**self._step, "status": "complete"}
        self._steps += 1
        self._step = {**self._step, "id": f"{_STEP}-{self._steps}", "title": cut(" ".join(neutral(title).split()), _TASK)}
        await _asked(self._client.chat_appendStream(channel=self.posted.channel, ts=self.posted.ts, chunks=[done, self._step]))

    async def end(self, card: Card, status: str = "complete") -> None:
        """Show the card, piece by piece. Where Slack has ended the stream meanwhile the message becomes the card. Raises DeliveryFailed."""
        drawn = slack_blocks.message(card, self._delivery.links)
        pieces = list(_pieces(drawn["blocks"]))
        said = escaped(card.summary or card.title, _SUMMARY, ())
        first = [{**self._step, "status": status}, {"type": "markdown_text", "text": said}]
        where: dict[str, Any] = {"channel": self.posted.channel, "ts": self.posted.ts}
        for chunks in (first, *([{"type": "blocks", "blocks": piece}] for piece in pieces[:-1])):
            answer, _ = await _asked(self._client.chat_appendStream(**where, chunks=chunks))
            if answer is None:
                await self._replaced(drawn)
                return
        answer, _ = await _asked(self._client.chat_stopStream(**where, blocks=pieces[-1]))
        if answer is None:
            await self._replaced(drawn)

    async def _replaced(self, drawn: dict[str, Any]) -> None:
        """Close the stream if it is still open, and put the whole card in its place."""
        await _asked(self._client.chat_stopStream(channel=self.posted.channel, ts=self.posted.ts))
        await self._delivery.update(self.posted, drawn["blocks"], drawn["text"])


def _pieces(blocks: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Few pieces: the heading with what follows it, then the rest in two halves. Slack takes about a hundred pieces a minute from all of us together."""
    lead, rest = list(blocks[:3]), list(blocks[3:])
    half = (len(rest) + 1) // 2
    return [piece for piece in (lead, rest[:half], rest[half:]) if piece]


async def _asked(call: Awaitable[Any]) -> tuple[Any, str]:
    """The answer, or None with Slack's reason; the reason is empty where Slack was not reached."""
    try:
        return await asyncio.wait_for(call, _SIGN_SECONDS), ""
    except SlackApiError as error:
        return None, str(error.response.get("error", "unknown_error"))
    except (ClientError, TimeoutError, OSError) as error:
        _log.warning("slack.sign_lost", error=type(error).__name__)
        return None, ""

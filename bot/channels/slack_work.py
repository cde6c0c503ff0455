"""Work that goes on after it was answered: its message says how far it is, and in the end what became of it."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

import structlog

from bot import cards
from bot.channels.slack_agent import Growing
from bot.channels.slack_delivery import SlackDelivery
from bot.channels.slack_places import Direct, Posted
from bot.errors import DeliveryFailed, explain
from bot.messages import Card, Work

_log = structlog.get_logger()
_STEP_SECONDS = 0.3
_EVERY_SECONDS = 2.0
"""Between two changes of one message: Slack takes about one a second."""


class SlackWork:
    """Shows work of one workspace."""

    def __init__(self, delivery: SlackDelivery, pool: Executor) -> None:
        """`pool` is where the work is done."""
        self._delivery = delivery
        self._pool = pool
        self._shown_on: set[Posted] = set()

    async def grow(self, work: Work, growing: Growing) -> None:
        """Do it. What it says meanwhile are steps of an answer that grows. Raises DeliveryFailed."""
        await growing.step(work.begun.title)
        said: deque[Card] = deque()
        doing = asyncio.get_running_loop().run_in_executor(self._pool, _done, work, said.append)
        while not (await asyncio.wait({doing}, timeout=_STEP_SECONDS))[0]:
            while said:
                await growing.step(said.popleft().title)
        await growing.end(doing.result())

    async def show(self, work: Work, posted: Posted, place: Direct) -> None:
        """Do it. It is shown on a message of ours in a direct conversation; where there is none, or it is gone, in a new one. Raises DeliveryFailed."""
        if posted.ts and posted in self._shown_on:
            return  # a button that was used twice: what it began is shown there already
        posted = await self._shown(posted, work.begun, place)
        self._shown_on.add(posted)
        try:
            await self._followed(work, posted, place)
        finally:
            self._shown_on.discard(posted)

    async def _followed(self, work: Work, posted: Posted, place: Direct) -> None:
        said: deque[Card] = deque(maxlen=1)
        doing = asyncio.get_running_loop().run_in_executor(self._pool, _done, work, said.append)
        while not (await asyncio.wait({doing}, timeout=_EVERY_SECONDS))[0]:
            if said:
                try:
                    await self._delivery.redraw(posted, said.popleft())
                except DeliveryFailed as error:
                    _log.warning("slack.progress_lost", error=type(error).__name__)
        await self._shown(posted, doing.result(), place)

    async def _shown(self, posted: Posted, card: Card, place: Direct) -> Posted:
        if posted.channel.startswith("D") and posted.ts:
            try:
                await self._delivery.redraw(posted, card)
            except DeliveryFailed as error:
                _log.warning("slack.card_gone", error=type(error).__name__)
            else:
                return posted
        return await self._delivery.deliver(card, place)


def _done(work: Work, show: Callable[[Card], None]) -> Card:
    """What became of it, or what stood in its way in words."""
    try:
        return work.go(show)
    except Exception as error:  # noqa: BLE001 - explained to the person; nothing of an unknown error's text is shown
        _log.warning("slack.work_failed", error=type(error).__name__)
        return cards.refused(explain(error))

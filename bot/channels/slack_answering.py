"""How one request of Slack is answered: once, by a thread, where its asker alone reads. Whatever happens, the asker hears of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from bot import cards
from bot.channels import slack_blocks
from bot.channels.answers import Answers, FirstTime, StaffOf
from bot.channels.slack_agent import Growing, SlackAgent
from bot.channels.slack_delivery import SlackDelivery
from bot.channels.slack_files import SlackFiles
from bot.channels.slack_listening import Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.channels.slack_people import SlackPeople
from bot.channels.slack_places import Channel, Direct, Hint, Modal, Place, Posted, Reply, Window
from bot.channels.slack_pools import Pools
from bot.channels.slack_work import SlackWork
from bot.command_list import PROMPTS
from bot.command_routes import carried_on, carries_on, doing
from bot.errors import BotFault, DeliveryFailed, explain
from bot.messages import Announced, Card, Choice, Enclosed, Form, Work

_log = structlog.get_logger()
_AT_ONCE = 0.4
"""Seconds in which an answer is there at once: it needs no sign that it is coming."""
T = TypeVar("T")


class SlackAnswering:
    """Answers requests of one workspace."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        delivery: SlackDelivery,
        answers: Answers,
        staff_of: StaffOf,
        first_time: FirstTime,
        pools: Pools,
        *,
        interim_seconds: float,
        patience_seconds: float,
    ) -> None:
        """After `interim_seconds` an asker is told to wait, after `patience_seconds` gets a message."""
        self._delivery = delivery
        self._answers = answers
        self._staff_of = staff_of
        self._first_time = first_time
        self._interim = interim_seconds
        self._patience = patience_seconds
        self._quick, self._slow = pools.quick, pools.slow
        self._agent = SlackAgent(delivery)
        self._people = SlackPeople(delivery.client)
        self._files = SlackFiles(delivery.client)
        self._work = SlackWork(delivery, self._slow)
        self._running: set[asyncio.Task[None]] = set()
        self._sessions: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._growing: dict[tuple[str, str], asyncio.Task[Growing | None]] = {}

    def begin(self, listener: Listener, heard: Heard) -> None:
        """Answer meanwhile, in the running event loop."""
        task = asyncio.create_task(self.answer(listener, heard))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self, seconds: float) -> None:
        """Let running answers finish for a moment."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)

    async def options(self, heard: Heard) -> Sequence[Choice]:
        """What a list offers the person who types into it; nothing to strangers, and nothing when it cannot be looked up."""
        try:
            staff_id = await self._staff_id(heard)
            if staff_id is None:
                return ()
            return await asyncio.get_running_loop().run_in_executor(self._slow, self._answers.options, staff_id, heard.action, heard.text)
        except Exception as error:  # noqa: BLE001 - an empty list is all that can be shown
            _log.warning("slack.options_failed", error=type(error).__name__)
            return ()

    async def answer(self, listener: Listener, heard: Heard) -> None:
        """Answer one request; whatever happens, the asker hears of it."""
        try:
            if heard.key and not await self.quickly(self._first_time, f"slack:{heard.key}"):
                return
            if listener.where is Where.STOP:
                await self._stop(heard)
                return
            staff_id = await self._staff_id(heard)
            if listener.admins:
                await self._answer_admin(listener, staff_id, heard)
            elif staff_id is None:
                await self._stranger(listener, heard)
            else:
                await self._answer_staff(listener, staff_id, heard)
        except DeliveryFailed as error:
            _log.warning("slack.answer_undelivered", listener=listener.name, error=type(error.__cause__).__name__)
        except Exception as error:  # noqa: BLE001 - the last door: the person is told, nothing private is logged
            _log.error("slack.answer_failed", listener=listener.name, error=type(error).__name__)
            await self._told(cards.refused(explain(error)), _place(listener, heard))

    async def _answer_staff(self, listener: Listener, staff_id: str, heard: Heard) -> None:
        if listener.where is Where.HOME:
            await self._home(staff_id, heard)
        elif listener.where is Where.DIRECT and heard.channel.startswith("D"):
            for one in heard.each():
                await self._in_session(listener, staff_id, one)
        else:
            await self._answer_member(listener, staff_id, heard, _place(listener, heard))

    async def _answer_admin(self, listener: Listener, staff_id: str | None, heard: Heard) -> None:
        """Answer whoever administers the workspace by Slack's word, or was made an admin here; others are told whom to ask."""
        ours = staff_id is not None and await self.quickly(self._answers.administration.is_admin, staff_id)
        if ours or await self._people.is_admin(heard.user):
            await self._answer_member(listener, f"slack:{heard.user}", heard, _place(listener, heard))
        else:
            await self._delivery.deliver(cards.refused("This is for admins: ask an admin of this Slack workspace."), _place(listener, heard))

    async def _in_session(self, listener: Listener, staff_id: str, heard: Heard) -> None:
        """Answer in the direct conversation; where the app is an agent, in the message's own thread with Slack's sign of work and its stop button."""
        session = (heard.channel, heard.thread)
        task = asyncio.current_task()
        if task is not None:
            self._sessions[session] = task
        if heard.thread != heard.message_ts and carries_on(heard.text):
            heard = replace(heard, text=carried_on(await self._agent.asked(*session, heard.user), heard.text))
        agent = await self._agent.set_session(*session, "processing", heard.text if heard.thread == heard.message_ts else "")
        try:
            await self._answer_member(listener, staff_id, heard, Direct(heard.user, heard.thread if agent else ""))
        finally:
            self._sessions.pop(session, None)
            self._growing.pop(session, None)
            if agent:
                await self._agent.set_session(*session, "active")

    async def _stop(self, heard: Heard) -> None:
        """The stop button: what is being answered in this thread is dropped, and that is said."""
        session = (heard.channel, heard.thread)
        task, begun = self._sessions.get(session), self._growing.get(session)
        if task is not None:
            task.cancel()
        growing = await begun if begun is not None else None
        await self._agent.set_session(*session, "active")
        stopped = cards.said("Stopped", "Stopped: nothing more comes here. Ask again whenever you like.")
        if growing is not None:
            await growing.end(stopped, "error")
        else:
            await self._told(stopped, Direct(heard.user, heard.thread))

    async def _answer_member(self, listener: Listener, staff_id: str, heard: Heard, place: Place) -> None:
        if listener.where is Where.MODAL and isinstance(place, Modal):
            place = await self._delivery.reserve(place)
        work = asyncio.create_task(self._found(listener, staff_id, heard))
        if isinstance(place, Direct) and place.thread and not listener.fetches and await self._grown(work, listener, heard, place):
            return
        outcome = await self._waited(work, self._interim)
        if outcome is None:
            if isinstance(place, Reply):
                await self._told(cards.said("One moment", "This takes a little longer: the answer follows here."), place)
            outcome = await self._waited(work, self._patience)
        if outcome is None:
            await self._told(cards.said("Still working", "This takes unusually long. The answer comes as a direct message when it is there."), place)
            place = place if isinstance(place, Direct) else Direct(heard.user)
            outcome = await work
        await self._shown(listener, heard, place, outcome)

    async def _shown(self, listener: Listener, heard: Heard, place: Place, outcome: "_Outcome") -> None:
        """Bring what a use case answered to where it belongs."""
        match outcome.card:
            case Work():
                if isinstance(place, Window):
                    await self._told(cards.said("It has begun", "How far it is stands in our direct conversation."), place)
                # The message of an event is its asker's own.
                onto = Posted() if listener.kind is Kind.EVENT else Posted(heard.channel, heard.message_ts)
                await self._work.show(outcome.card, onto, place if isinstance(place, Direct) else Direct(heard.user))
            case Form():
                await self._delivery.ask(outcome.card, Modal(heard.user, heard.trigger) if isinstance(place, Reply) and heard.trigger else place)
            case Enclosed():
                taken = await self._delivery.enclose(outcome.card, heard.user)
                await self._delivery.deliver(outcome.card.card if taken else outcome.card.otherwise, place)
            case Announced():
                await self._announce(outcome.card, place)
            case Card() if listener.where in {Where.MARK, Where.CARD} and outcome.done:
                await self._mark(heard, outcome.card, anew=listener.where is Where.CARD)
            case Card():
                await self._delivery.deliver(outcome.card, place)
        if listener.kind is Kind.EVENT and heard.channel.startswith(("C", "G")):
            await self._told(cards.said("Answered", "I answered you in a direct message."), Hint(heard.user, heard.channel))

    async def _grown(self, work: "asyncio.Future[_Outcome]", listener: Listener, heard: Heard, place: Place) -> bool:
        """Whether the answer took so long that it grew in its place; what is there at once is one message."""
        quick = await self._waited(work, _AT_ONCE)
        if quick is not None and not isinstance(quick.card, Work):
            return False
        # Whoever stops an answer that is just beginning to show must still be able to end it.
        begun = self._growing[heard.channel, heard.thread] = asyncio.create_task(self._agent.begin(heard.channel, heard.thread, doing(heard.text)))
        growing = await asyncio.shield(begun)
        if growing is None:
            return False
        outcome = await work
        if isinstance(outcome.card, Work):
            await self._work.grow(outcome.card, growing)
        elif isinstance(outcome.card, Card):
            await growing.end(outcome.card, "complete" if outcome.done else "error")
        else:
            await growing.end(cards.said("Found", "It follows here."))
            await self._shown(listener, heard, place, outcome)
        return True

    async def _announce(self, one: Announced, place: Place) -> None:
        """Post a card for everybody; whoever asked for it is told whether it is there."""
        try:
            await self._delivery.deliver(one.card, Channel(one.conversation))
        except DeliveryFailed as error:
            _log.warning("slack.not_announced", error=type(error.__cause__).__name__)
            await self._delivery.deliver(cards.refused("I could not post there: invite me with /invite @Tradecraft in that channel, then share again."), place)
            return
        await self._delivery.deliver(one.told, place)

    async def _found(self, listener: Listener, staff_id: str, heard: Heard) -> "_Outcome":
        """What the use case answers, after the file it is about was fetched, or could not be."""
        asked = heard
        if listener.fetches and heard.value:
            try:
                asked = replace(heard, file=await self._files.fetch(heard.value, heard.user, listener.fetches))
            except BotFault as error:
                asked = replace(heard, unfetched=explain(error))
        return await asyncio.get_running_loop().run_in_executor(self._slow, _outcome, listener, self._answers, staff_id, asked)

    async def _waited(self, work: "asyncio.Future[_Outcome]", seconds: float) -> "_Outcome | None":
        done, _ = await asyncio.wait({work}, timeout=seconds)
        return work.result() if done else None

    async def _mark(self, heard: Heard, card: Card, *, anew: bool) -> None:
        """Show on the card itself what was said of it, or the card anew; where others read it, or Slack does not give it back, tell the person alone."""
        if heard.blocks and heard.message_ts and heard.channel.startswith("D"):
            marked = {"blocks": slack_blocks.answered(heard.blocks, heard.action, heard.value, card.summary), "text": heard.summary}
            await self._delivery.update(Posted(heard.channel, heard.message_ts), **(slack_blocks.message(card, self._delivery.links) if anew else marked))
        else:
            await self._delivery.deliver(card, Reply(heard.user, heard.response_url))

    async def _home(self, staff_id: str, heard: Heard) -> None:
        if heard.tab == "messages":
            await self._agent.suggest(heard.channel, PROMPTS)
        if heard.tab in {"", "home"}:
            shown = await asyncio.get_running_loop().run_in_executor(self._slow, self._answers.home, staff_id)
            await self._delivery.publish_home(heard.user, shown)

    async def _stranger(self, listener: Listener, heard: Heard) -> None:
        card = cards.not_linked(heard.user)
        if listener.where is Where.HOME:
            await self._delivery.publish_home(heard.user, [card])
        else:
            await self._delivery.deliver(card, _place(listener, heard))

    async def _told(self, card: Card, place: Place) -> None:
        """Say something that may get lost without harm."""
        try:
            await self._delivery.deliver(card, place)
        except BotFault as error:
            _log.warning("slack.remark_lost", error=type(error).__name__)

    async def _staff_id(self, heard: Heard) -> str | None:
        return await self.quickly(lambda user: self._staff_of(user, heard.team), heard.user)

    async def quickly(self, work: Callable[[str], T], key: str) -> T:
        """A short look-up in a thread of its own pool, so that slow answers never delay it."""
        return await asyncio.get_running_loop().run_in_executor(self._quick, work, key)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a use case answered, and whether it did what was asked."""

    card: Card | Form | Work | Enclosed | Announced
    done: bool = True


def _outcome(listener: Listener, answers: Answers, staff_id: str, heard: Heard) -> _Outcome:
    """The answer, or what stands in its way in words."""
    try:
        return _Outcome(listener.answer(answers, staff_id, heard))
    except Exception as error:  # noqa: BLE001 - explained to the person; nothing of an unknown error's text is shown
        _log.warning("slack.use_case_failed", listener=listener.name, error=type(error).__name__)
        return _Outcome(cards.refused(explain(error)), done=False)


def _place(listener: Listener, heard: Heard) -> Place:
    # A window that is open is changed: Slack opens no second one beside it, and stacks three at most.
    if (listener.where is Where.WINDOW or heard.in_window) and heard.view_id:
        return Window(heard.user, heard.view_id)
    if (heard.in_view or listener.where is Where.MODAL) and heard.trigger:
        return Modal(heard.user, heard.trigger)
    if listener.where in {Where.REPLY, Where.MARK, Where.CARD} and heard.response_url:
        return Reply(heard.user, heard.response_url)
    return Direct(heard.user)

"""Coach cards: shown when they help and when their owner wants them, kept true while the conversation and the answer go on, withdrawn when it moved on."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import coach_cards, customer_cards
from bot.answers import Advice
from bot.assistant import Coached
from bot.card_views import view
from bot.channels.slack_places import Posted
from bot.errors import DeliveryFailed
from bot.fresh_letters import WRITTEN
from bot.messages import Card
from bot.opt_outs import opt_out
from bot.turns import SAME_TURN
from memory import coach_cards as stored_cards
from memory.coach_cards import CoachCards, KnownCard
from memory.conversations import Conversations, StoredMessage
from memory.customers import Customers, KnownCustomer
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.tables import Staff
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()

_TOO_LATE = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_AGAIN = timedelta(seconds=30)
_MOST_FAILURES = 20
_LOOKED_BACK = 200
"""Messages in which the STOP that a START takes back is looked for."""

Show = Callable[[str, Card, str], Posted]
"""Posts a card to a Slack user; the same key twice is one message."""
Redraw = Callable[[Posted, Card], None]


class Coaching:
    """One service's coach cards. Blocks: call it from a job or the courier."""

    def __init__(self, house: "House", show: Show, redraw: Redraw) -> None:
        self._house = house
        self._show = show
        self._redraw = redraw
        self._failures: Counter[str] = Counter()
        self._tried = SeenKeys(house.database)

    def consider(self, staff_id: str, message_id: str) -> None:
        """A message of either side was stored: withdraw what it overtakes, and show or hold a card where one helps. Doing it again changes nothing."""
        house, member, zone = self._house, self._house.staff.get(staff_id), self._house.zones.open(staff_id)
        conversations, book = Conversations(house.database, zone), CoachCards(house.database, zone)
        message = next(iter(conversations.read([message_id])), None)
        if message is None or member.slack_user_id is None:
            return
        customer = Customers(house.database, zone).of_conversation(message.conversation_id)
        if message.role == "marketer":
            book.move_on(customer.id, message.sent_at, "answered")
        elif customer.opted_out_at is not None or opt_out(message.text):
            self._opted(member, zone, customer, message)
        elif (card := book.about(message_id)) is None:
            self._advise(member, zone, customer.id, message)
        elif card.state == "held" and card.due_at is None and card.reason != WRITTEN:  # a crash came before it was shown
            self._present(member, zone, card)

    def _advise(self, member: Staff, zone: Zone, customer_id: str, message: StoredMessage) -> None:
        """Show or hold a card about a message nobody looked at yet, where one helps."""
        house, book = self._house, CoachCards(self._house.database, zone)
        found = house.assistant.coach(member.id, message.id)
        book.move_on(customer_id, found.sent_at if found else message.sent_at - SAME_TURN, "wrote-again")
        if found is None or self._went_on(Conversations(house.database, zone), message):
            return
        card = book.about(found.message_id)
        if card is not None:
            self._add_to(member.id, zone, card, found)
            return
        free, reason = self._free(member, zone, customer_id)
        if free is None or not _is_of_use(found):
            return
        now = house.clock()
        if free <= now and found.advice.held_out:
            house.assistant.shown(member.id, found)
            return
        card = book.add(found.message_id, customer_id, _json(found.advice), now, due_at=free if free > now else None, reason=reason)
        if card.state == "held" and card.due_at is None:
            self._present(member, zone, card, found)

    def _opted(self, member: Staff, zone: Zone, customer: KnownCustomer, message: StoredMessage) -> None:
        """Somebody asks not to be written to, or takes it back: their cards end, and their owner hears of it once."""
        house, now = self._house, self._house.clock()
        stopped = customer.opted_out_at is not None
        if stopped:
            CoachCards(house.database, zone).move_on(customer.id, now + _TOO_LATE, "stopped")
        said = "STOP" if customer.opted_out_at == message.sent_at else opt_out(message.text)
        if said != ("STOP" if stopped else "START") or now - message.sent_at > _TOO_LATE:
            return
        before = Conversations(house.database, zone).history(message.conversation_id, limit=_LOOKED_BACK, until=message.sent_at)
        if not stopped and not any(opt_out(one.text) == "STOP" for one in before if one.role == "customer"):
            return  # a START that takes nothing back is only a word
        plans = sum(one.customer == customer.name for one in house.follow_ups.waiting(member.id)) if stopped else 0
        card = customer_cards.stopped(customer.name, plans) if stopped else customer_cards.started(customer.name)
        self._show(member.slack_user_id or "", card, f"opted:{message.id}")

    def show_due(self) -> None:
        """Show the held cards whose time has come, unless they are no longer wanted or of use."""
        for staff_id, card_id in stored_cards.waiting(self._house.database, self._house.clock()):
            try:
                self._due(staff_id, card_id)
            except Exception as error:  # noqa: BLE001 - one card stops no other; it is tried again in a moment
                _log.warning("coach.not_shown", card=card_id, error=type(error).__name__)
                CoachCards(self._house.database, self._house.zones.open(staff_id)).hold(card_id, self._house.clock() + _AGAIN, "undelivered")

    def redraw_outdated(self) -> None:
        """Draw again what stands in Slack otherwise than it is."""
        for staff_id, card_id in stored_cards.outdated(self._house.database):
            book = CoachCards(self._house.database, self._house.zones.open(staff_id))
            card = book.get(card_id)
            try:
                self._redraw(Posted(card.channel, card.ts, self._house.staff.get(staff_id).slack_user_id or ""), self.card(staff_id, card))
            except DeliveryFailed as error:
                self._failures[card_id] += 1
                _log.warning("coach.not_redrawn", card=card_id, error=type(error.__cause__).__name__)
                if self._failures[card_id] < _MOST_FAILURES:
                    continue
                # Deleted by its owner, perhaps: what matters is in the rows.
            self._failures.pop(card_id, None)
            book.drawn(card_id, card.changed)

    def card(self, staff_id: str, card: KnownCard) -> Card:
        """A card as it is now."""
        return coach_cards.coach(view(self._house, staff_id, card))

    def _due(self, staff_id: str, card_id: str) -> None:
        house, member, zone = self._house, self._house.staff.get(staff_id), self._house.zones.open(staff_id)
        book = CoachCards(house.database, zone)
        card = book.get(card_id)
        if card.reason == WRITTEN:  # its owner wrote of their own accord: it says how far that came, whatever the hour
            if self._tried.may_try(f"coach-due:{card_id}", house.clock(), _AGAIN):
                self._post(member, zone, card)
            return
        message = next(iter(Conversations(house.database, zone).read([card.message_id])), None)
        if message is None or house.clock() - message.sent_at > _TOO_LATE:
            book.end(card_id, "dropped", "too-late")
            return
        free, reason = self._free(member, zone, card.customer_id)
        if free is None:
            book.end(card_id, "dropped", reason)
        elif free > house.clock():
            book.hold(card_id, free, reason)
        elif self._tried.may_try(f"coach-due:{card_id}", house.clock(), _AGAIN):  # every service goes this round
            self._present(member, zone, card)

    def _present(self, member: Staff, zone: Zone, card: KnownCard, found: Coached | None = None) -> None:
        """Show it with the advice of now, and log that it was shown: what nobody saw counts as no suggestion."""
        house, book = self._house, CoachCards(self._house.database, zone)
        found = found or house.assistant.coach(member.id, card.message_id)
        if found is None or not _is_of_use(found):
            book.end(card.id, "dropped", "of-no-use")
            return
        if found.advice.held_out:
            house.assistant.shown(member.id, found)
            book.end(card.id, "dropped", "held-out")
            return
        card = book.advise(card.id, _json(found.advice))
        self._post(member, zone, card)
        house.assistant.shown(member.id, found)

    def _post(self, member: Staff, zone: Zone, card: KnownCard) -> None:
        posted = self._show(member.slack_user_id or "", self.card(member.id, replace(card, state="shown")), f"coach:{card.message_id}")
        CoachCards(self._house.database, zone).shown(card.id, posted.channel, posted.ts, card.changed, self._house.clock())

    def _add_to(self, staff_id: str, zone: Zone, card: KnownCard, found: Coached) -> None:
        """Another bubble of the same turn objects too: one card answers both."""
        if card.state not in {"held", "shown"} or found.advice.held_out:
            return
        if card.state == "shown":
            self._house.assistant.shown(staff_id, found)
        CoachCards(self._house.database, zone).advise(card.id, _json(found.advice))

    def _free(self, member: Staff, zone: Zone, customer_id: str) -> tuple[datetime | None, str]:
        """From when a card about this customer is wanted, and what keeps it back; None when none is."""
        now, preferences = self._house.clock(), Preferences(self._house.database, zone)
        quiet = preferences.get()
        if customer_id in preferences.muted(now):
            return None, "muted"
        if not quiet.cards_per_hour:
            return None, "none-wanted"
        free = quiet.free_from(now, ZoneInfo(member.time_zone))
        if free > now:
            return free, "snoozed" if quiet.snoozed_until and quiet.snoozed_until > now else "not-working"
        shown = CoachCards(self._house.database, zone).shown_since(now - _HOUR)
        if len(shown) >= quiet.cards_per_hour:
            return shown[-quiet.cards_per_hour] + _HOUR, "hour-full"
        return now, ""

    def _went_on(self, conversations: Conversations, message: StoredMessage) -> bool:
        last = conversations.history(message.conversation_id, limit=1)[-1]
        return last.sent_at > message.sent_at and (last.role == "marketer" or last.sent_at - message.sent_at > SAME_TURN)


def _is_of_use(found: Coached) -> bool:
    return bool(found.advice.suggestions or found.advice.practice or found.advice.held_out)


def _json(advice: Advice) -> str:
    return json.dumps(asdict(advice), ensure_ascii=False)

"""Coach cards: shown when they help and when their owner wants them, kept true while the conversation and the answer go on, withdrawn when it moved on."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import coach_cards, slots, windows
from bot.answers import Advice, Practice, Suggested
from bot.channels.slack_places import Posted
from bot.coach_cards import Answer, CoachView
from bot.errors import DeliveryFailed
from bot.messages import Card
from memory import coach_cards as stored_cards
from memory.coach_cards import CoachCards, KnownCard
from memory.conversations import Conversations, StoredMessage
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import UnknownCustomer
from memory.outbox import Outbox
from memory.preferences import Preferences
from memory.reply_windows import ReplyWindows
from memory.seen_keys import SeenKeys
from memory.suggestions import Suggestions
from memory.tables import Staff
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()

_SAME_TURN = timedelta(seconds=60)
"""Bubbles this near belong to one turn: "too expensive", "sorry" is no new turn of the conversation."""
_TOO_LATE = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_AGAIN = timedelta(seconds=30)
_MOST_FAILURES = 20
_TITLES = {"dr", "dra", "mr", "mrs", "ms", "miss", "prof", "sr", "sra", "herr", "frau", "mme", "m"}

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
            return
        card = book.about(message_id)
        if card is None:
            advice = house.assistant.coach(staff_id, message_id)
            book.move_on(customer.id, message.sent_at if advice else message.sent_at - _SAME_TURN, "wrote-again")
            if advice is None or not (advice.suggestions or advice.practice) or self._went_on(conversations, message):
                return
            free, reason = self._free(member, zone, customer.id)
            if free is None:
                return
            now = house.clock()
            told = json.dumps(asdict(self._with_slots(zone, customer.id, advice)), ensure_ascii=False)
            card = book.add(message_id, customer.id, told, now, due_at=free if free > now else None, reason=reason)
        if card.state == "held" and card.due_at is None:
            self._present(member, zone, card)

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
        return coach_cards.coach(self.view(staff_id, card))

    def view(self, staff_id: str, card: KnownCard) -> CoachView:
        """Everything a card shows now."""
        house, zone = self._house, self._house.zones.open(staff_id)
        local = ZoneInfo(house.staff.get(staff_id).time_zone)
        box, heard = Outbox(house.database, zone), ReplyWindows(house.database, zone).latest(card.customer_id)
        letters = [one for one in box.of_card(card.id) if one.state != "draft"]
        advice = advice_of(card)
        mine = {one.suggestion_id for one in advice.suggestions}
        can_send = house.sending is not None and (heard is not None or bool(Customers(house.database, zone).get(card.customer_id).addresses))
        return CoachView(
            card_id=card.id,
            advice=advice,
            window=windows.said(heard.at if heard else None, house.clock()) if can_send else "",
            can_send=can_send,
            state="answered" if card.state == "shown" and letters else card.state,
            reason=card.reason,
            answers=[
                Answer(
                    one.id,
                    one.body,
                    one.state,
                    one.failure,
                    f"{one.updated_at.astimezone(local):%H:%M}",
                    one.file.name if one.file else "",
                    one.created_at.isoformat(),
                )
                for one in letters
            ],
            drafts=box.drafts(card.id),
            verdicts=frozenset((one.suggestion_id, one.verdict) for one in Suggestions(house.database, zone).feedback() if one.suggestion_id in mine),
        )

    def _due(self, staff_id: str, card_id: str) -> None:
        house, member, zone = self._house, self._house.staff.get(staff_id), self._house.zones.open(staff_id)
        book = CoachCards(house.database, zone)
        card = book.get(card_id)
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

    def _present(self, member: Staff, zone: Zone, card: KnownCard) -> None:
        posted = self._show(member.slack_user_id or "", self.card(member.id, replace(card, state="shown")), f"coach:{card.message_id}")
        CoachCards(self._house.database, zone).shown(card.id, posted.channel, posted.ts, card.changed, self._house.clock())

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
        return last.sent_at > message.sent_at and (last.role == "marketer" or last.sent_at - message.sent_at > _SAME_TURN)

    def _with_slots(self, zone: Zone, customer_id: str, advice: Advice) -> Advice:
        """The wordings filled with what the zone knows: who it is, what they buy and for how much."""
        try:
            customer = Customers(self._house.database, zone).get(customer_id)
        except UnknownCustomer:
            return advice
        deal = next(iter(Deals(self._house.database, zone).all(customer_id)), None)
        known = {
            "first_name": first_name(customer.name),
            "company": customer.company,
            "product": deal.name if deal else "",
            "amount": deal.amount or "" if deal else "",
        }
        return replace(advice, suggestions=tuple(replace(one, template=slots.filled(one.template, known)) for one in advice.suggestions))


def first_name(name: str) -> str:
    """What one calls somebody; empty where a number stands for the name."""
    parts = [part for part in name.split() if part.rstrip(".").casefold() not in _TITLES]
    return parts[0] if parts and parts[0][0].isalpha() else ""


def advice_of(card: KnownCard) -> Advice:
    """What a card advises."""
    told = json.loads(card.advice)
    suggestions = tuple(Suggested(**one) for one in told.pop("suggestions"))
    return Advice(**told | {"suggestions": suggestions, "practice": tuple(Practice(**one) for one in told["practice"])})

"""From what was found in a conversation to what its zone offers: words of the vocabulary and keyed hashes, never a word that was said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intelligence.amounts import amount_named
from intelligence.epochs import epoch_of
from intelligence.extraction import Exchange, FollowUp, Turn
from intelligence.funnel import STAGES
from intelligence.outcomes import ANSWERED_WITHIN
from intelligence.vocabulary import NONE, OTHER, UNKNOWN, Vocabulary, contact_band, latency_band, weekday_part
from memory.contributions import Offer
from memory.customers import KnownCustomer
from memory.deals import KnownDeal
from memory.reading import ThreadState
from memory.tables import Staff
from memory.zones import Zone

_OFTEN = 3
"""Messages from which a customer counts as engaged, objection or not."""
_MOST_PLACES = 3
"""Objections in a turn, and answers to one, that keys are made for when a turn is read again."""
_AMOUNT_TURNS = 12
"""How far back an amount still belongs to the objection."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was found. Private."""

    member: Staff
    zone: Zone
    thread: ThreadState
    customer: KnownCustomer
    deal: KnownDeal | None

    def local(self, moment: datetime) -> datetime:
        """On the clock of the member of staff."""
        return moment.astimezone(ZoneInfo(self.member.time_zone))

    @property
    def facts(self) -> str:
        """What every offer about this customer says besides its own, in words of the vocabulary: changes are noticed by it."""
        customer, deal = self.customer, self.deal
        said = (customer.industry, customer.size_band, deal.outcome if deal else "open", deal.amount_band if deal else "", str(customer.opted_out_at or ""))
        return "|".join((*said, self.thread.channel))


class Offering:
    """Makes offers."""

    def __init__(self, vocabulary: Vocabulary, token: Callable[[str], str]) -> None:
        """`token` turns an id into a keyed hash that only counts distinct people."""
        self._vocabulary = vocabulary
        self._token = token

    def exchange(self, origin: Origin, found: Exchange, said: Sequence[Turn], *, step: int, wording: str) -> Offer:
        """Of an exchange; `said` is the conversation it stands in, `wording` the id of the authored wording its answer came near."""
        return self._offer(
            origin,
            key=_key(origin.zone, "exchange", found.place),
            moment=origin.local(found.objected_at),
            objection=self._vocabulary.objection(found.objection),
            response=self._vocabulary.response(found.response),
            reaction=found.reaction,
            amount_band=self._amount_band(said, found),
            days_since_contact=contact_band(found.silence_before.total_seconds() / 86_400),
            reply_latency=latency_band(found.latency),
            step=step,
            template=wording,
        )

    def follow_up(self, origin: Origin, found: FollowUp) -> Offer:
        """Of a follow-up: positive when the customer wrote within a day."""
        answered = found.answered_after is not None and found.answered_after <= ANSWERED_WITHIN
        return self._offer(
            origin,
            kind="follow-up",
            key=_key(origin.zone, "follow-up", found.place),
            moment=origin.local(found.sent_at),
            reaction="positive" if answered else "neutral",
            days_since_contact=contact_band(found.silence.total_seconds() / 86_400),
            reply_latency="none" if found.answered_after is None else latency_band(found.answered_after),
        )

    def journey(self, origin: Origin, *, objected: bool) -> Offer:
        """Of a conversation: how far it got."""
        heard, deal = origin.thread.from_customer, origin.deal
        reached = [True, heard > 0, objected or heard >= _OFTEN, deal is not None, deal is not None and deal.outcome == "won"]
        return self._offer(
            origin,
            kind="journey",
            key=_key(origin.zone, "journey", origin.thread.id),
            moment=origin.local(origin.thread.began_at),
            deal_stage=STAGES[max(at for at, yes in enumerate(reached) if yes)],
        )

    def _offer(  # noqa: PLR0913 - the columns of a contribution
        self,
        origin: Origin,
        *,
        key: str,
        moment: datetime,
        kind: str = "exchange",
        objection: str = NONE,
        response: str = OTHER,
        reaction: str = "neutral",
        amount_band: str = UNKNOWN,
        days_since_contact: str = UNKNOWN,
        reply_latency: str = UNKNOWN,
        deal_stage: str = "",
        step: int = 0,
        template: str = "",
    ) -> Offer:
        deal = origin.deal
        return Offer(
            kind=kind,
            exchange_key=key,
            contributor_token=self._token(origin.member.id),
            customer_token=self._token(origin.customer.id),
            objection=objection,
            response=response,
            reaction=reaction,
            deal_outcome=deal.outcome if deal else "open",
            deal_stage=deal_stage,
            step=step,
            industry=self._vocabulary.industry(origin.customer.industry),
            size_band=origin.customer.size_band,
            amount_band=deal.amount_band if deal and deal.amount_band != UNKNOWN else amount_band,
            channel=origin.thread.channel,
            weekday_part=weekday_part(moment),
            days_since_contact=days_since_contact,
            reply_latency=reply_latency,
            template=template,
            epoch=epoch_of(moment),
            vocabulary_version=self._vocabulary.version,
        )

    def _amount_band(self, said: Sequence[Turn], found: Exchange) -> str:
        """The band of the last amount named up to the objection; the amount itself goes nowhere."""
        before = [turn for turn in said if turn.began_at <= found.objected_at]
        for turn in reversed(before[-_AMOUNT_TURNS:]):
            amount = amount_named(turn.text)
            if amount is not None:
                return self._vocabulary.amount_band(amount)
        return UNKNOWN


def exchange_key(zone: Zone, place: str) -> str:
    """The key of the exchange at a place."""
    return _key(zone, "exchange", place)


def follow_up_key(zone: Zone, message_id: str) -> str:
    """The key of the follow-up that begins with this message."""
    return _key(zone, "follow-up", message_id)


def possible_exchanges(zone: Zone, message_id: str) -> list[str]:
    """The keys of the exchanges that a turn beginning with this message may have started."""
    return [exchange_key(zone, f"{message_id}/{which}/{order}") for which in range(_MOST_PLACES) for order in range(_MOST_PLACES)]


def feedback_key(zone: Zone, suggestion_id: str) -> str:
    """The key of an exchange that only its owner's verdict tells about."""
    return _key(zone, "feedback", suggestion_id)


def _key(zone: Zone, kind: str, place: str) -> str:
    return zone.cipher.token(f"{kind}\0{place}", "exchange")

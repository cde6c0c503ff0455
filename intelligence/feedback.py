"""Feedback closes the loop: what an owner says of a suggestion is the outcome of an exchange."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from intelligence.epochs import epoch_of
from intelligence.offering import feedback_key, possible_exchanges
from intelligence.outcomes import reaction_after
from intelligence.reader import ZoneOffers
from intelligence.vocabulary import NONE, UNKNOWN, Vocabulary, weekday_part
from memory.contributions import Offer
from memory.database import Database
from memory.suggestions import Suggestions
from memory.tables import Staff, Suggestion
from memory.zones import Zone


class Feedbacks:
    """Turns verdicts into offers. The owner was there: a verdict overrules what the classifier heard."""

    def __init__(self, database: Database, vocabulary: Vocabulary, token: Callable[[str], str]) -> None:
        self._database = database
        self._vocabulary = vocabulary
        self._token = token

    def of(self, member: Staff, zone: Zone, found: ZoneOffers, responses: Mapping[str, str]) -> dict[str, str]:
        """Apply verdicts to what one zone offers, add what only verdicts tell, and return reactions by key for lines that are in the ledger already.

        `responses` goes from the keys of the ledger to their response. A verdict on advice about a stored message belongs to the exchange that this message
        began, when the suggested response is the one that was given: there is one case then, not two.
        """
        suggestions = Suggestions(self._database, zone)
        verdicts: defaultdict[str, set[str]] = defaultdict(set)
        given_at: dict[str, datetime] = {}
        for row in suggestions.feedback():
            verdicts[row.suggestion_id].add(row.verdict)
            given_at[row.suggestion_id] = row.given_at
        if not verdicts:
            return {}
        by_key = {offer.exchange_key: offer for offer in found.offers}
        known = {**responses, **{key: offer.response for key, offer in by_key.items()}}
        heard: dict[str, str] = {}
        for shown in suggestions.shown():
            reaction = reaction_after(verdicts.get(shown.id, set()), "")
            own = feedback_key(zone, shown.id)
            found.reread.add(own)
            keys = [*found.keys_of.get(shown.message_id, ()), *possible_exchanges(zone, shown.message_id)] if shown.message_id else []
            same = next((key for key in keys if known.get(key) == shown.response), "")
            if not reaction or shown.objection == NONE:
                continue
            if same in by_key:
                by_key[same] = replace(by_key[same], reaction=reaction)
            elif same:
                heard[same] = reaction
            else:
                by_key[own] = self._offer(member, shown, own, reaction, given_at[shown.id])
        found.offers = list(by_key.values())
        return heard

    def _offer(self, member: Staff, shown: Suggestion, key: str, reaction: str, given_at: datetime) -> Offer:
        local = given_at.astimezone(ZoneInfo(member.time_zone))
        return Offer(
            exchange_key=key,
            contributor_token=self._token(member.id),
            # Advice asked for without naming a customer: all of it together counts as one customer of this person, never as many.
            customer_token=self._token(shown.customer_id or f"unnamed/{member.id}"),
            objection=self._vocabulary.objection(shown.objection),
            response=self._vocabulary.response(shown.response),
            reaction=reaction,
            deal_outcome="open",
            industry=self._vocabulary.industry(shown.industry),
            size_band=UNKNOWN,
            amount_band=shown.amount_band,
            channel="feedback",
            weekday_part=weekday_part(local),
            days_since_contact=UNKNOWN,
            reply_latency=UNKNOWN,
            template="",
            epoch=epoch_of(local),
            vocabulary_version=self._vocabulary.version,
        )

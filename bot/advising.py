"""Advice about a situation: thought out without a trace, and noted once it is shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from bot import slots
from bot.answers import Advice, OwnCases, Suggested
from intelligence.bandit import thompson
from intelligence.evaluation import held_out
from intelligence.outcomes import succeeded
from intelligence.recommendation import Recommendation, rank
from intelligence.vocabulary import NONE, OTHER
from memory.contributions import Contributions
from memory.occasions import Occasions
from memory.suggestions import Suggestions
from memory.tables import Occasion, SalesPattern, Suggestion, new_id
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_OWN_SHOWN = 3
_FIRST_CARDS = 20
"""Nobody's first cards are held out: a newcomer shall see what this is for."""
_UNCOUNTED = 4.0
"""How many cases it is worth that a wording nobody counted yet does as well as its response."""
_FIRST_OF_TWO, _SECOND_OF_TWO = 2, 1
"""How many answers to each of two objections: as many together as to one."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is to be answered; words of the vocabulary. `objections` begins with the main one."""

    objections: tuple[str, ...]
    industry: str
    amount_band: str
    words: str = ""
    industry_source: str = ""
    customer: str = ""
    customer_id: str | None = None
    message_id: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Planned:
    """Advice that nobody has seen yet, and what is to be noted when somebody does."""

    advice: Advice
    rows: tuple[Suggestion, ...] = ()
    occasion: Occasion | None = None


class Advising:
    """Thinks for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def plan(self, staff_id: str, about: Situation, known: Mapping[str, str]) -> Planned:
        """What to advise; nothing is stored. `known` fills the slots of wordings."""
        objection = about.objections[0]
        if objection == NONE:
            return Planned(self._advice(about))
        house, zone = self._house, self._house.zones.open(staff_id)
        chance = Random(about.message_id or f"{staff_id}/{about.words}")  # the same question gets the same answer
        ranked = self._ranked(about, chance)
        now = house.clock()
        rows = tuple(
            Suggestion(
                # Derived from its cause: coaching the same message again shows and stores the same suggestion.
                id=zone.cipher.token(f"{about.message_id}/{at}", "suggestion") if about.message_id else new_id(),
                staff_id=staff_id,
                customer_id=about.customer_id,
                message_id=about.message_id,
                objection=one.pattern.objection,
                industry=about.industry,
                amount_band=about.amount_band,
                response=one.pattern.response,
                pattern_id=one.pattern.id,
                rank=at,
                propensity=one.propensity,
                shown_at=now,
            )
            for at, one in enumerate(ranked, 1)
        )
        if not ranked:
            return Planned(self._advice(about, practice=True, zone=zone))
        wording, likely = self._wording(ranked[0], chance, known)
        hidden = self._holds_out(staff_id, zone, about.message_id)
        occasion = self._occasion(rows[0], ranked[0], wording, likely, hidden=hidden)
        if hidden:
            return Planned(self._advice(about, held_out=True), (), occasion)
        suggestions = tuple(
            self._suggested(row.id, one.pattern, known, wording if at == 0 else "", about) for at, (row, one) in enumerate(zip(rows, ranked, strict=True))
        )
        return Planned(self._advice(about, suggestions, zone=zone), rows, occasion)

    def note(self, staff_id: str, planned: Planned) -> None:
        """It is shown, or held out: log the moment, so that it can be told later whether suggestions help. Again changes nothing."""
        zone = self._house.zones.open(staff_id)
        if planned.occasion is not None:
            Occasions(self._house.database, zone).record(planned.occasion)
        Suggestions(self._house.database, zone).record(planned.rows)

    def _ranked(self, about: Situation, chance: Random) -> list[Recommendation[SalesPattern]]:
        """The main objection's answers, and where two were raised, one to the other."""
        shared = self._house.shared
        each = [rank(shared.situation(one, about.industry), shared.situation(one), chance=chance) for one in about.objections]
        if len(each) == 1 or not each[0] or not each[1]:
            return next((found for found in each if found), [])
        return [*each[0][:_FIRST_OF_TWO], *each[1][:_SECOND_OF_TWO]]

    def _advice(
        self, about: Situation, suggestions: tuple[Suggested, ...] = (), *, practice: bool = False, zone: Zone | None = None, held_out: bool = False
    ) -> Advice:
        objection = about.objections[0]
        return Advice(
            objection,
            self._house.vocabulary.objections.get(objection, "no objection"),
            about.industry,
            about.amount_band,
            about.customer,
            about.words,
            suggestions,
            self._house.playbooks.practice(objection) if practice else (),
            self._own(zone, objection) if zone is not None else (),
            held_out,
            about.industry_source,
            about.customer_id or "",
            about.objections[1:],
            about.language,
        )

    def _own(self, zone: Zone, objection: str) -> tuple[OwnCases, ...]:
        """What the owner's own cases say: the ledger's, or before anything was offered, their verdicts."""
        told = [(response, succeeded(reaction, outcome)) for response, reaction, outcome in Contributions(self._house.database, zone).own(objection)]
        told = told or [(response, verdict == "worked") for response, verdict in Suggestions(self._house.database, zone).judged(objection)]
        counts = Counter(response for response, _ in told if response != OTHER)
        worked = Counter(response for response, yes in told if yes)
        return tuple(OwnCases(response, worked[response], n) for response, n in counts.most_common(_OWN_SHOWN))

    def _holds_out(self, staff_id: str, zone: Zone, message_id: str | None) -> bool:
        """Whether this card is not shown, so that there is something to compare with. The same message gets the same answer."""
        share = self._house.settings.held_out_share
        if message_id is None or not share or not self._house.staff.get(staff_id).contributes:
            return False
        return held_out(zone.cipher.token(message_id, "held-out"), share) and Occasions(self._house.database, zone).shown() >= _FIRST_CARDS

    def _occasion(self, row: Suggestion, first: Recommendation[SalesPattern], wording: str, likely: float, *, hidden: bool) -> Occasion:
        return Occasion(
            id=row.id,
            staff_id=row.staff_id,
            message_id=row.message_id,
            customer_token=self._house.counting_token(row.customer_id or f"unnamed/{row.staff_id}"),
            suggestion_id="" if hidden else row.id,
            objection=row.objection,
            industry=row.industry,
            response=row.response,
            own_industry=bool(first.pattern.industry),
            propensity=row.propensity,
            expected=first.pattern.mean,
            wording=wording,
            wording_propensity=likely,
            held_out=hidden,
            at=row.shown_at,
        )

    def _wording(self, first: Recommendation[SalesPattern], chance: Random, known: Mapping[str, str]) -> tuple[str, float]:
        """Which authored wording the first suggestion is said in, and how likely that was: what may be better gets its turn here too.

        Of those alone that leave the fewest slots open: who answers within minutes does not want to fill in a form.
        """
        objection, response = first.pattern.objection, first.pattern.response
        wordings = self._house.templates.of(objection, response)
        if not wordings:
            return "", 1.0
        least = min(slots.unknown(one.said(), known) for one in wordings)
        wordings = [one for one in wordings if slots.unknown(one.said(), known) == least]
        counted = {one.detail: (one.mean, one.strength) for one in self._house.shared.wordings(objection, response)}
        arms = [counted.get(one.id, (first.pattern.mean, _UNCOUNTED)) for one in wordings]
        order, shares = thompson(arms, [0.0] * len(arms), chance)
        return wordings[order[0]].id, shares[order[0]]

    def _suggested(self, suggestion_id: str, pattern: SalesPattern, known: Mapping[str, str], wording: str, about: Situation) -> Suggested:
        said = self._house.templates.get(wording)
        words, spoken = self._house.templates.translated(said.said() if said else self._said(pattern, known), about.language)
        return Suggested(
            suggestion_id=suggestion_id,
            pattern_id=pattern.id,
            response=pattern.response,
            meaning=self._house.vocabulary.responses[pattern.response],
            successes=pattern.successes,
            n=pattern.n,
            low=round(pattern.low, 4),
            high=round(pattern.high, 4),
            contributors=pattern.contributors,
            level=pattern.level,
            industry=pattern.industry,
            template=slots.filled(words, known),
            objection=pattern.objection if about.objections[1:] else "",
            language=spoken,
        )

    def _said(self, pattern: SalesPattern, known: Mapping[str, str]) -> str:
        """The wording of a further suggestion with the fewest slots open, the pattern's own before others."""
        authored: Sequence[str] = [one.said() for one in self._house.templates.of(pattern.objection, pattern.response)]
        candidates = [one for one in (pattern.template, *authored) if one]
        return min(candidates, key=lambda one: slots.unknown(one, known), default="")

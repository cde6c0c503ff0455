"""The use case around the playbook: what works, found by words of the vocabulary or in plain words. Needs nobody's zone."""

from typing import TYPE_CHECKING

from bot.answers import Curated, Play, Playbook, Practice
from bot.curation import Curation
from bot.playbook_words import Named, category, is_short, named, wants_all
from intelligence.vocabulary import NONE
from memory.tables import SalesPattern

if TYPE_CHECKING:
    from bot.bootstrap import House

_ANSWERS = "objection-patterns"
_NEAR, _LOOKED_AT = 8, 64
"""Answers shown to a question that names nothing known, and the patterns of any category among which they are looked for."""


class Playbooks:
    """Reads the shared side through its gate."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def find(self, situation: str = "") -> Playbook:
        """What works: by objection, industry, response, category or a question in plain words; everything when empty or when all is asked for."""
        if wants_all(situation):
            return self.browse()
        if asked := category(situation):
            return Playbook(situation, "", "", tuple(map(self.play, self._house.shared.category(asked))), ())
        said = named(situation, self._house.vocabulary)
        objection, industry, response = (next(iter(words), "") for words in (said.objections, said.industries, said.responses))
        if situation.strip() and not said:
            objection, industry = self._guessed(situation)
            if not objection and not industry:
                # Only answers: how often somebody replies in the evening is near to many questions, and an answer to few.
                near = [hit.pattern for hit in self._house.shared.recall(situation, _LOOKED_AT) if hit.pattern.category == _ANSWERS]
                return Playbook(situation, "", "", tuple(map(self.play, near[:_NEAR])), ())
        return self.browse(objection, industry, response, situation)

    def browse(self, objection: str = "", industry: str = "", response: str = "", situation: str = "") -> Playbook:
        """What works by words of the vocabulary; an empty one stands for all of its kind."""
        patterns = [
            pattern
            for pattern in self._house.shared.category(_ANSWERS)
            if (not objection or pattern.objection == objection) and (not response or pattern.response == response)
        ]
        asked = bool(objection or industry or response)
        own = [pattern for pattern in patterns if pattern.industry == industry or not asked]
        # What one industry cannot say yet, all of them together may: the card says so.
        found = own or [pattern for pattern in patterns if not pattern.industry]
        plays = tuple(self.play(pattern) for pattern in sorted(found, key=lambda one: (one.objection, -(one.mean - one.base_rate), -one.n)))
        practice = self.practice(objection) if objection and not plays else ()
        curated = Curation(self._house).about(objection, industry, response)
        return Playbook(situation, objection, industry, plays, practice, curated, pooled=bool(industry and plays and not own))

    def unclear(self, situation: str) -> Named | None:
        """What a few words could mean where that is not clear: several of a kind, or nothing known. None where it is clear, and for questions."""
        said = named(situation, self._house.vocabulary)
        if wants_all(situation) or category(situation) or not is_short(situation) or (said and not said.several):
            return None
        return None if not said and any(self._guessed(situation)) else said

    def shown(self, play_id: str) -> Play | Curated | None:
        """A pattern or a curated play that everybody may see now; None for any other."""
        pattern = self._house.shared.get(play_id)
        return self.play(pattern) if pattern is not None else Curation(self._house).shown(play_id)

    def _guessed(self, situation: str) -> tuple[str, str]:
        """The objection and industry a text speaks of, each empty when none."""
        heard = self._house.classifier.customer([situation], [""])[0].objection
        return "" if heard == NONE else heard, self._house.industry_of(situation)

    def practice(self, objection: str) -> tuple[Practice, ...]:
        """General practice, which nobody here has counted."""
        return tuple(Practice(response, text) for response, text in self._house.starter_playbook.get(objection, {}).items())

    def play(self, pattern: SalesPattern) -> Play:
        """A visible pattern as a value."""
        return Play(
            pattern_id=pattern.id,
            category=pattern.category,
            objection=pattern.objection,
            response=pattern.response,
            meaning=self._house.vocabulary.responses.get(pattern.response, ""),
            industry=pattern.industry,
            detail=pattern.detail,
            successes=pattern.successes,
            n=pattern.n,
            low=round(pattern.low, 4),
            high=round(pattern.high, 4),
            contributors=pattern.contributors,
            standing=pattern.standing,
            template=pattern.template or self._house.templates.best(pattern.objection, pattern.response),
        )

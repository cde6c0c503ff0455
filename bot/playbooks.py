"""The use case around the playbook: what works, found by words of the vocabulary or in plain words. Needs nobody's zone."""

from typing import TYPE_CHECKING

from bot.answers import Play, Playbook, Practice
from intelligence.vocabulary import NONE
from memory.tables import SalesPattern

if TYPE_CHECKING:
    from bot.bootstrap import House


class Playbooks:
    """Reads the shared side through its gate."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def find(self, situation: str = "") -> Playbook:
        """What works: by objection, industry, response or a question in plain words; everything when empty."""
        words = self._house.vocabulary
        asked = situation.casefold().replace("_", "-")
        objection = next((word for word in words.objections if word in asked), "")
        industry = next((word for word in words.industries if word in asked or word.replace("-", " ") in asked), "")
        response = next((word for word in words.responses if word in asked or word.replace("-", " ") in asked), "")
        if asked and not (objection or industry or response):
            turn = self._house.classifier.customer([situation], [""])[0]
            objection = "" if turn.objection == NONE else turn.objection
            industry = self._house.industry_of(situation)
            if not objection and not industry:
                hits = self._house.shared.recall(situation, 8)
                return Playbook(situation, "", "", tuple(self.play(hit.pattern) for hit in hits), ())
        patterns = [
            pattern
            for pattern in self._house.shared.category("objection-patterns")
            if (not objection or pattern.objection == objection)
            and (not response or pattern.response == response)
            and (pattern.industry == industry if industry else not pattern.industry or not asked)
        ]
        plays = tuple(self.play(pattern) for pattern in sorted(patterns, key=lambda one: (one.objection, -(one.mean - one.base_rate), -one.n)))
        return Playbook(situation, objection, industry, plays, self.practice(objection) if objection and not plays else ())

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

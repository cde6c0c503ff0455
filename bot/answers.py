"""What the use cases answer with, frozen, and its JSON. Cards and terminal tables are drawn from these."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Suggested:
    """A response that worked for others, with what stands behind it."""

    suggestion_id: str
    """Of the stored row that feedback refers to; empty when nothing was stored."""
    pattern_id: str
    response: str
    meaning: str
    successes: int
    n: int
    low: float
    high: float
    contributors: int
    level: str
    industry: str
    """Empty when pooled across industries."""
    template: str
    objection: str = ""
    """Which of several this answers; empty where there is one."""
    language: str = "en"
    """Of the template: English where it is not written in the customer's."""

    def as_json(self) -> dict[str, Any]:
        """The shape of one entry of `suggest --json`."""
        keys = ("pattern_id", "response", "successes", "n", "low", "high", "contributors", "level", "template", "language")
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True, slots=True)
class Practice:
    """Well-known practice without evidence of ours: shown only as such."""

    response: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnCases:
    """The asker's own cases with an objection, by response: because they told us. Never another's to see, and never counted twice into what others did."""

    response: str
    successes: int
    n: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about what a customer wrote."""

    objection: str
    """`none` when there is nothing to answer."""
    meaning: str
    industry: str
    amount_band: str
    customer: str
    """Whose message it is, empty when unknown; the owner's to see."""
    words: str
    """What the customer wrote; the owner's to see."""
    suggestions: tuple[Suggested, ...]
    practice: tuple[Practice, ...] = ()
    own: tuple[OwnCases, ...] = ()
    held_out: bool = False
    """There is something to suggest, and it is not shown, so that suggestions can be compared with none."""
    industry_source: str = ""
    """told, inferred, words (of the message itself), or default: only the asker's usual one."""
    customer_id: str = ""
    others: tuple[str, ...] = ()
    """Further objections in the same turn."""
    language: str = "en"
    """What the customer writes; English where that cannot be told."""

    @property
    def enough_evidence(self) -> bool:
        """Whether anything with evidence can be said."""
        return bool(self.suggestions)

    def as_json(self) -> dict[str, Any]:
        """The shape of `suggest --json`."""
        return {
            "situation": {"objection": self.objection, "industry": self.industry, "amount_band": self.amount_band},
            "enough_evidence": self.enough_evidence,
            "suggestions": [one.as_json() for one in self.suggestions],
            "own": [asdict(one) for one in self.own],
        }


NOTE = "note"
"""The sender of what was noted and never said; such a hit belongs to no conversation."""


@dataclass(frozen=True, slots=True)
class RecalledMessage:
    """A message or a note of one's own memory. Private."""

    message_id: str
    conversation: str
    customer: str
    sent_at: datetime
    sender: str
    """customer, marketer or NOTE."""
    text: str
    score: float

    def as_json(self) -> dict[str, Any]:
        """The shape of one entry of `recall --json`."""
        return asdict(self) | {"sent_at": self.sent_at.isoformat(), "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class Recalled:
    """What one's own memory holds about a question. Private."""

    question: str
    hits: tuple[RecalledMessage, ...]
    abstained: bool
    """Nothing fits well enough to be called an answer; the hits are only the nearest."""
    people: tuple[str, ...] = ()
    """The customers a question for people found, best first; the first hits are one of each."""
    answer: str = ""
    """In words, from a language model; empty without one."""
    citations: tuple[str, ...] = ()
    """Ids of the hits the answer rests on: an answer has at least one."""
    unanswered: bool = False
    """A language model is configured and gave no answer that could be shown."""

    def as_json(self) -> dict[str, Any]:
        """The shape of `recall --json`."""
        found: dict[str, Any] = {"hits": [hit.as_json() for hit in self.hits], "abstained": self.abstained}
        found |= {"people": list(self.people)} if self.people else {}
        return found | ({"answer": self.answer, "citations": list(self.citations)} if self.answer else {})


@dataclass(frozen=True, slots=True)
class Play:
    """A pattern of the playbook."""

    pattern_id: str
    category: str
    objection: str
    response: str
    meaning: str
    industry: str
    detail: str
    successes: int
    n: int
    low: float
    high: float
    contributors: int
    standing: str
    template: str


@dataclass(frozen=True, slots=True)
class Curated:
    """A play somebody wrote for everybody. It has no counts and is never mixed into any."""

    play_id: str
    title: str
    objection: str
    industry: str
    """Empty: in every industry."""
    response: str
    wording: str
    owner: str
    """The name of who wrote it."""
    state: str
    review_on: str = ""
    """The day from which it is not shown until somebody looked at it again."""
    due: bool = False
    """Whether that day is past."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """What works, for a situation or for all."""

    situation: str
    objection: str
    industry: str
    plays: tuple[Play, ...]
    practice: tuple[Practice, ...] = ()
    curated: tuple[Curated, ...] = ()
    pooled: bool = False
    """Whether an industry was asked for and only all of them together have enough evidence."""

    def as_json(self) -> dict[str, Any]:
        """The shape of `playbook --json`."""
        return {
            "situation": {"text": self.situation, "objection": self.objection, "industry": self.industry},
            "plays": [asdict(play) for play in self.plays],
            "general_practice": [asdict(one) for one in self.practice],
            "curated": [asdict(one) for one in self.curated],
        }


@dataclass(frozen=True, slots=True)
class PrivacyStatus:
    """What is stored of one member of staff and what left the zone."""

    contributes: bool
    customers: int
    messages: int
    deals: int
    notes: int
    follow_ups: int
    offered: int
    published: int
    vetoed: int
    withdrawn: int

"""What crosses the HTTP API: the bodies of requests and answers. OpenAPI is made from these, so their descriptions are its documentation. Pure."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 2_000
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Word = Annotated[str, Field(max_length=60)]


class _Asked(BaseModel):
    """A request: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AnalyzeAsked(_Asked):
    """What somebody wrote."""

    text: Text
    role: Annotated[Literal["customer", "marketer"], Field(description="Who wrote it.")] = "customer"
    context: Annotated[str, Field(max_length=LONGEST_TEXT, description="What the other side said before it.")] = ""


class _Situated(_Asked):
    """A situation: the customer's words, or the objection if it is known."""

    text: Annotated[str, Field(max_length=LONGEST_TEXT, description="The customer's words. Stored nowhere.")] = ""
    objection: Annotated[str, Field(max_length=60, description="A word of the vocabulary; it is heard in `text` when it is not given.")] = ""
    industry: Annotated[str, Field(max_length=60, description="A word of the vocabulary; guessed from `text` when it is not given.")] = ""


class SuggestAsked(_Situated):
    """What is to be answered."""

    amount: Annotated[str, Field(max_length=60, description="What the deal is about, such as `5000` or `12k EUR`; only its band is kept.")] = ""


class TemplatesAsked(_Situated):
    """Which wordings are wanted."""

    response: Word = ""
    language: Annotated[str, Field(max_length=8, description="Such as `en`, `de` or `pt_BR`; that of `text` when it is not given.")] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PredictAsked(_Situated):
    """Which approach is to be judged."""

    response: Word


class FeedbackAsked(_Asked):
    """What came of a suggestion."""

    suggestion_id: Word
    verdict: Literal["used", "edited", "not-now", "worked", "did-not-work"]


class Heard(BaseModel):
    """What a message is. `objection` is `none` where there is none; `response` is of a marketer's message, `reaction` of a customer's."""

    objection: str | None
    meaning: str
    objections: list[tuple[str, float]]
    response: str | None
    reaction: str | None
    industry: str
    amount_band: str


class Situation(BaseModel):
    """What was understood, in words of the vocabulary."""

    objection: str
    industry: str
    amount_band: str


class SuggestionGiven(BaseModel):
    """A response that worked for others: `successes` of `n` cases, a 95 % interval, and how many colleagues stand behind it."""

    suggestion_id: str
    pattern_id: str
    response: str
    meaning: str
    successes: int
    n: int
    low: float
    high: float
    contributors: int
    level: str
    scope: Annotated[str, Field(description="Whose cases these are, in words: one industry's, or those of all because too few are the industry's own.")]
    template: str
    language: Annotated[str, Field(description="Of `template`: that of `text`, or English where there is no wording in it.")]


class PracticeGiven(BaseModel):
    """Well-known practice. Nobody here has counted it."""

    response: str
    text: str


class OwnGiven(BaseModel):
    """The asker's own cases with this objection. They are nobody else's to see and do not rank the suggestions."""

    response: str
    successes: int
    n: int


class Suggestions(BaseModel):
    """Suggestions, best first; none when there is not enough evidence."""

    situation: Situation
    enough_evidence: bool
    suggestions: list[SuggestionGiven]
    general_practice: list[PracticeGiven]
    own: list[OwnGiven]


class TemplateGiven(BaseModel):
    """An authored wording with slots. The counts are null until enough people used it."""

    id: str
    objection: str
    response: str
    text: str
    language: Annotated[str, Field(description="Of `text`: English where there is no wording in the language asked for.")]
    slots: list[str]
    successes: int | None
    n: int | None
    low: float | None
    high: float | None
    contributors: int | None


class Templates(BaseModel):
    """Wordings: those with counts first, best rate first."""

    situation: Situation
    templates: list[TemplateGiven]


class Predicted(BaseModel):
    """How often this approach ended well in cases like this one. `probability` is null when too little is known; `why` says why."""

    situation: Situation
    response: str
    probability: float | None
    low: float
    high: float
    level: str
    base_rate: float | None
    n: int
    contributors: int
    why: str


class Thanked(BaseModel):
    """The verdict is stored; `response` is what had been suggested."""

    suggestion_id: str
    verdict: str
    response: str


class Refused(BaseModel):
    """One sentence: what is wrong and what to do."""

    error: str

"""The use cases as the HTTP API answers them: plain values over the vocabulary, for one verified member of staff."""

from typing import TYPE_CHECKING, Any

from bot.analysis import analyses
from bot.answers import Advice
from bot.channels import api_shapes as shapes
from bot.errors import InputRefused
from bot.wording import scope
from intelligence.languages import written
from intelligence.predictions import predicted
from intelligence.template_use import CATEGORY as WORDINGS
from intelligence.templates import Wording, slots
from intelligence.vocabulary import NONE, UNKNOWN

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import SalesPattern


class ApiAnswers:
    """Implements bot.channels.api.Asked."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def analyze(self, staff_id: str, asked: shapes.AnalyzeAsked) -> dict[str, Any]:
        """What a message is. Needs nobody's zone; `staff_id` only proves that staff asks."""
        self._house.staff.get(staff_id)
        if not asked.text.strip():
            msg = "There is nothing to look at: send the message as 'text'."
            raise InputRefused(msg)
        (found,) = analyses([asked.model_dump()], self._house.classifier, lambda text: self._house.guess_industry([text]))
        meaning = self._house.vocabulary.objections.get(str(found["objection"]), "")
        return {**found, "meaning": meaning, "amount_band": self._band(asked)}

    def _band(self, asked: shapes.AnalyzeAsked) -> str:
        """Of the amount in the message, or of the one it answers to."""
        own = self._house.assistant.amount_band(asked.text)
        return own if own != UNKNOWN else self._house.assistant.amount_band(asked.context)

    def suggest(self, staff_id: str, asked: shapes.SuggestAsked) -> dict[str, Any]:
        """What worked for others, and the asker's own cases beside it."""
        found = self._house.assistant.suggest(staff_id, asked.text, industry=asked.industry, amount=asked.amount, objection=asked.objection)
        given = [
            {**one.as_json(), "suggestion_id": one.suggestion_id, "meaning": one.meaning, "scope": scope(one.level, one.industry)} for one in found.suggestions
        ]
        practice = [{"response": one.response, "text": one.text} for one in found.practice]
        return {**found.as_json(), "suggestions": given, "general_practice": practice}

    def templates(self, staff_id: str, asked: shapes.TemplatesAsked) -> dict[str, Any]:
        """Wordings for an objection, a response or both; those with counts first, best rate first."""
        words = self._house.vocabulary
        response = words.response(asked.response) if asked.response else ""
        if not (asked.text.strip() or asked.objection or response):
            msg = "Say what the wordings are for: send 'text', 'objection' or 'response'."
            raise InputRefused(msg)
        about = self._situation(staff_id, asked)
        objection = "" if about.objection == NONE else about.objection
        counted = {one.detail: one for one in self._house.shared.category(WORDINGS)}
        wanted = [
            one
            for one in self._house.templates.all()
            if (not objection or one.objection == objection) and (not response or one.response == response) and (objection or response)
        ]
        wanted.sort(key=lambda one: -counted[one.id].mean if one.id in counted else 1.0)  # stable: the authors' order where nothing is counted
        language = asked.language or written([asked.text])
        return {**_about(about), "templates": [_template(one, counted.get(one.id), language) for one in wanted[: asked.limit]]}

    def success(self, staff_id: str, asked: shapes.PredictAsked) -> dict[str, Any]:
        """How often a response ended well, or why nobody can say."""
        response = self._house.vocabulary.response(asked.response)
        if not (asked.text.strip() or asked.objection):
            msg = "Say what is to be answered: send 'text' or 'objection'."
            raise InputRefused(msg)
        about = self._situation(staff_id, asked)
        own = self._house.shared.situation(about.objection, about.industry)
        across = self._house.shared.situation(about.objection)
        found = predicted(response, own, across)
        spoke = next((one for one in (*own, *across) if one.response == response and one.level == found.level), None)
        return {
            **_about(about),
            "response": response,
            **{key: getattr(found, key) for key in ("probability", "low", "high", "level", "base_rate", "why")},
            "n": spoke.n if spoke else 0,
            "contributors": spoke.contributors if spoke else 0,
        }

    def feedback(self, staff_id: str, asked: shapes.FeedbackAsked) -> dict[str, Any]:
        """Store a verdict on one of the asker's own suggestions."""
        response = self._house.assistant.feedback(staff_id, asked.suggestion_id, asked.verdict)
        return {"suggestion_id": asked.suggestion_id, "verdict": asked.verdict, "response": response}

    def _situation(self, staff_id: str, asked: shapes.TemplatesAsked | shapes.PredictAsked) -> Advice:
        return self._house.assistant.understood(staff_id, asked.text, industry=asked.industry, objection=asked.objection)


def _about(found: Advice) -> dict[str, Any]:
    return {"situation": found.as_json()["situation"]}


def _template(one: Wording, pattern: "SalesPattern | None", language: str) -> dict[str, Any]:
    given = {"text": one.said(language), "language": one.language(language)}
    counts = {key: getattr(pattern, key) if pattern else None for key in ("successes", "n", "low", "high", "contributors")}
    return {"id": one.id, "objection": one.objection, "response": one.response, **given, "slots": list(slots(given["text"])), **counts}

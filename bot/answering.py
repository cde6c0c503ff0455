"""Recalled messages -> an answer in words that cites them, where a language model is configured; otherwise the messages as they are."""

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.answers import NOTE, Recalled, RecalledMessage
from bot.recollections import telling
from intelligence.errors import CannotAnonymize, ModelUnavailable, RefusedRequest
from intelligence.prompts import CitedAnswer, Excerpt, recall
from intelligence.pseudonyms import PLACEHOLDER
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_EXCERPTS = 10
_LONGEST_EXCERPT = 1_000
_LONGEST_ANSWER = 1_500
_log = structlog.get_logger()


def answered(house: "House", zone: Zone, found: Recalled) -> Recalled:
    """The same messages, with an answer if there is one to be had. Never raises for a model's sake."""
    if found.abstained or not found.hits:
        return found
    model = house.language_model(zone)
    if model is None:
        return found
    shown = telling(found.question, found.hits)[:_EXCERPTS]
    try:
        said = model.generate(recall(found.question, [_excerpt(number, hit) for number, hit in enumerate(shown, 1)]), CitedAnswer)
    except (CannotAnonymize, ModelUnavailable, RefusedRequest) as error:
        _log.warning("model.silent", reason=type(error).__name__)
        return replace(found, unanswered=True)
    cited = tuple(dict.fromkeys(shown[number - 1].message_id for number in said.citations if 1 <= number <= len(shown)))
    answer = said.answer.strip()
    if not answer or not cited or _is_unreadable(answer, found):
        return replace(found, unanswered=True)
    return replace(found, answer=answer[:_LONGEST_ANSWER], citations=cited)


def _excerpt(number: int, hit: RecalledMessage) -> Excerpt:
    who = hit.customer if hit.sender == "customer" else f"the salesperson to {hit.customer}"
    who = f"a private note about {hit.customer or 'nobody in particular'}" if hit.sender == NOTE else who
    return Excerpt(number, f"{hit.sent_at:%Y-%m-%d}", who, hit.text[:_LONGEST_EXCERPT])


def _is_unreadable(answer: str, found: Recalled) -> bool:
    """Whether a placeholder is left that stands for nothing: an invented one."""
    told = " ".join((found.question, *(hit.text for hit in found.hits)))
    return any(placeholder not in told for placeholder in PLACEHOLDER.findall(answer))

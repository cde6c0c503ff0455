"""JSON lines through the models: what `analyze` and `anonymize` print. Batched, in order, one result a line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.errors import InputRefused
from intelligence.errors import CannotAnonymize

if TYPE_CHECKING:
    from intelligence.anonymizer import Anonymizer
    from intelligence.classifier import TurnClassifier
    from intelligence.deny_list import DenyList

_BATCH = 64
_ROLES = ("customer", "marketer")


def analyses(lines: Iterable[Mapping[str, Any]], classifier: "TurnClassifier", industry_of: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    """Labels of each turn. Raises InputRefused for a line without text or with an unknown role."""
    for batch in _batches(lines):
        turns = [_turn(line) for line in batch]
        theirs = [turn for turn in turns if turn["role"] == "customer"]
        ours = [turn for turn in turns if turn["role"] == "marketer"]
        heard = iter(classifier.customer([turn["text"] for turn in theirs], [turn["context"] for turn in theirs]))
        told = iter(classifier.marketer([turn["text"] for turn in ours], [turn["context"] for turn in ours]))
        for turn in turns:
            customer = next(heard) if turn["role"] == "customer" else None
            marketer = next(told) if turn["role"] == "marketer" else None
            yield {
                "id": turn["id"],
                "objection": customer.objection if customer else None,
                "objections": [[label, round(score, 4)] for label, score in customer.objections] if customer else [],
                "response": marketer.response if marketer else None,
                "reaction": customer.reaction if customer else None,
                "industry": industry_of(f"{turn['context']}\n{turn['text']}"),
            }


def anonymized(
    lines: Iterable[Mapping[str, Any]],
    anonymizer: "Anonymizer",
    deny_list_of: Callable[[str], "DenyList"],
    *,
    explain: bool = False,
) -> Iterator[dict[str, Any]]:
    """The masked text and what was found, offsets in the input. What cannot be checked is masked as a whole and says so."""
    for line in lines:
        text = _text(line)
        known = deny_list_of(str(line.get("staff") or ""))
        try:
            masked = anonymizer.mask(text, known)
        except CannotAnonymize as reason:
            yield {"id": line.get("id"), "text": "<UNCHECKED>", "spans": [[0, len(text), "UNCHECKED", 1.0]], "error": str(reason)}
            continue
        result = {
            "id": line.get("id"),
            "text": masked.text,
            "spans": [[entity.start, entity.end, entity.type, round(entity.score, 3)] for entity in masked.entities],
        }
        if explain:
            result["why"] = [entity.source for entity in masked.entities]
        yield result


def _turn(line: Mapping[str, Any]) -> dict[str, Any]:
    role = line.get("role", "customer")
    if role not in _ROLES:
        msg = f"Line with id {line.get('id')!r} has an unknown role: use customer or marketer."
        raise InputRefused(msg)
    return {"id": line.get("id"), "role": role, "text": _text(line), "context": str(line.get("context") or "")}


def _text(line: Mapping[str, Any]) -> str:
    text = line.get("text")
    if not isinstance(text, str):
        msg = f'Line with id {line.get("id")!r} has no "text": give a string.'
        raise InputRefused(msg)
    return text


def _batches(lines: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        yield batch

"""What was recalled -> Card. Pure. Its owner's alone: it holds the words of their own conversations."""

from bot.answers import Recalled, RecalledMessage
from bot.messages import Card, Section
from bot.wording import ONLY_YOU

_HITS_SHOWN = 8
_CITED_SHOWN = 3


def recollection(answer: Recalled) -> Card:
    """Messages of one's own conversations: who, when, the words. Above them the answer in words, if there is one, and what it rests on."""
    if not answer.hits:
        return Card(
            title="Nothing found",
            summary="Your conversations hold nothing about this.",
            sections=(Section(text="Your conversations hold nothing about this yet. Import a chat, or ask in other words."),),
            footnote=ONLY_YOU,
        )
    cited = [hit for hit in answer.hits if hit.message_id in answer.citations]
    shown = [*cited, *(hit for hit in answer.hits if hit not in cited)][:_HITS_SHOWN]
    return Card(
        title="Nothing certain" if answer.abstained else "From your conversations",
        summary="Nothing certain in your conversations." if answer.abstained else f"{len(shown)} messages of your conversations.",
        sections=(*_lead(answer, cited), *(_message(hit) for hit in shown)),
        footnote=" ".join((f"You asked: {answer.question[:200]}", ONLY_YOU)),
    )


def _lead(answer: Recalled, cited: list[RecalledMessage]) -> tuple[Section, ...]:
    """What stands above the messages."""
    if answer.answer:
        sources = "; ".join(_heading(hit) for hit in cited[:_CITED_SHOWN])
        more = f" and {len(cited) - _CITED_SHOWN} more" if len(cited) > _CITED_SHOWN else ""
        return (Section(title="In short", text=answer.answer), Section(text=f"Said by the language model, from: {sources}{more}."))
    if answer.abstained:
        return (Section(text="Nothing in your conversations answers this. These messages come nearest:"),)
    if answer.unanswered:
        return (Section(text="The language model gave no answer this time; these are the messages themselves:"),)
    return ()


def _message(hit: RecalledMessage) -> Section:
    return Section(title=_heading(hit), text=hit.text, quote=True)


def _heading(hit: RecalledMessage) -> str:
    who = hit.customer if hit.sender == "customer" else f"You to {hit.customer}"
    return f"{who} \u00b7 {hit.sent_at:%d %b %Y, %H:%M}"

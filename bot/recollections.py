"""What was recalled -> Card. Pure. Its owner's alone: it holds the words of their own conversations."""

import re
from collections.abc import Sequence

from bot.answers import NOTE, Recalled, RecalledMessage
from bot.messages import Button, Card, Section
from bot.wording import ONLY_YOU

AROUND = "recall.around"
"""The button that shows what was said before and after."""
_HITS_SHOWN = 8
_NEAREST_SHOWN = 3
"""When nothing answers the question."""
_FAR = 0.5
"""Of the best score: below it a message only shares a word or a mood with the question."""
_CITED_SHOWN = 3
_FEW_WORDS = 3
_FILE = re.compile(r"<[^<>]{1,40}>")
_WISH = re.compile(r"\b(?:want(?:ed|s)?|needs?|needed|looking for|wollte|braucht\w*|quer[i\u00ed]a|quiso|necesita\w*|voulait|precisa\w*)\b", re.IGNORECASE)


def recollection(answer: Recalled) -> Card:
    """Messages of one's own conversations: who, when, the words. Above them the answer in words, if there is one, and what it rests on."""
    if not answer.hits:
        return Card(
            title="Nothing found",
            summary="Your conversations hold nothing about this.",
            sections=(Section(text="Your conversations hold nothing about this yet. Import a chat, or ask in other words."),),
            footnote=ONLY_YOU,
        )
    told = telling(answer.question, answer.hits)
    cited = [hit for hit in answer.hits if hit.message_id in answer.citations]
    far = _FAR * max(hit.score for hit in answer.hits)
    near = [hit for hit in told if hit not in cited and hit.score >= far]
    shown = [*cited, *near][: _NEAREST_SHOWN if answer.abstained else _HITS_SHOWN]
    return Card(
        title="Nothing certain" if answer.abstained else "From your conversations",
        summary="Nothing certain in your conversations." if answer.abstained else f"{len(shown)} message{'s' * (len(shown) != 1)} of your conversations.",
        sections=(*_lead(answer, cited), *(_message(hit, cited.index(hit) + 1 if hit in cited else 0) for hit in shown)),
        footnote=" ".join((f"You asked: {answer.question[:200]}", ONLY_YOU)),
    )


def telling(question: str, hits: Sequence[RecalledMessage]) -> tuple[RecalledMessage, ...]:
    """The messages that say something: files without words and very short turns are left out, and where it is asked what somebody wanted, our own words.

    Never none of several: where nothing else is left, all stay.
    """
    worded = [hit for hit in hits if not _FILE.fullmatch(hit.text.strip())]
    full = [hit for hit in worded if len(hit.text.split()) >= _FEW_WORDS]
    if _WISH.search(question) and (wished := [hit for hit in full if hit.sender == "customer"]):
        return tuple(wished)
    best = max((hit.score for hit in worded), default=0.0)  # the answer to a question about a number or a day may be just that
    return tuple([hit for hit in worded if hit in full or hit.score >= best] or hits)


def _lead(answer: Recalled, cited: list[RecalledMessage]) -> tuple[Section, ...]:
    """What stands above the messages."""
    if answer.answer:
        sources = "; ".join(f"[{number}] {_heading(hit)}" for number, hit in enumerate(cited[:_CITED_SHOWN], 1))
        more = f" and {len(cited) - _CITED_SHOWN} more" if len(cited) > _CITED_SHOWN else ""
        return (Section(title="In short", text=answer.answer), Section(text=f"Said by the language model, from: {sources}{more}."))
    if answer.abstained:
        return (Section(text="Nothing in your conversations answers this. These messages come nearest:"),)
    if len(answer.people) > 1:
        return (Section(title=f"{len(answer.people)} customers", text=", ".join(answer.people)),)
    if answer.unanswered:
        return (Section(text="The language model gave no answer this time; these are the messages themselves:"),)
    return ()


def reading(found: Recalled) -> Card:
    """What is shown while the language model reads what was found."""
    count = "1 message" if len(found.hits) == 1 else f"{len(found.hits)} messages"
    return Card(
        f"Reading {count}",
        f"{count} found: the answer follows.",
        (Section(f"{count} of your conversations may answer this: the answer follows."),),
        footnote=ONLY_YOU,
    )


def surroundings(messages: Sequence[RecalledMessage], chosen: str) -> Card:
    """A piece of a conversation around the chosen message."""
    first = messages[0]
    drawn = tuple(Section(one.text, f"\u2192 {_heading(one)}" if one.message_id == chosen else _heading(one), quote=True) for one in messages)
    return Card(f"With {first.customer}", f"A piece of your conversation with {first.customer}.", drawn, footnote=ONLY_YOU)


def _message(hit: RecalledMessage, number: int) -> Section:
    """A message; `number` is the one by which the answer cites it, 0 for none."""
    title = f"[{number}] {_heading(hit)}" if number else _heading(hit)
    return Section(title=title, text=hit.text, quote=True, buttons=() if hit.sender == NOTE else (Button("Show the conversation", AROUND, hit.message_id),))


def _heading(hit: RecalledMessage) -> str:
    note = f"Your note about {hit.customer}" if hit.customer else "Your note"
    who = note if hit.sender == NOTE else hit.customer if hit.sender == "customer" else f"You to {hit.customer}"
    return f"{who} \u00b7 {hit.sent_at:%d %b %Y, %H:%M}"

"""Who is who in an export between two people: nothing in the file says whose phone it came from. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.errors import InputRefused
from bot.export_dates import MARKS
from bot.export_phrases import YOU
from bot.exports import Export

_NUMBER = re.compile(r"\+[\d\s().\-\u2011/]{7,24}")
_FEWEST_DIGITS = 7
_YOU = frozenset(YOU.split("|"))
_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sides:
    """The names both sides have in the file. `me` is empty when the phone's owner wrote nothing."""

    me: str
    theirs: str


def sides(export: Export, owner: str, numbers: Collection[str], *, me: str = "", customer: str = "") -> Sides:
    """Tell the phone's owner from the other side.

    What was told comes first, then the owner's name and numbers (as `number_of` gives them), then the other side's name in the file name, then the owner's
    first name. Raises InputRefused with the names when nothing of it fits, and for groups.
    """
    people = list(export.participants)
    if not people:
        raise InputRefused("The export holds no message that anybody wrote: choose another chat.")
    if export.group:
        msg = f"This is a group chat ({_listed(people)}): only chats between two people can be imported; export the chat with the customer alone."
        raise InputRefused(msg)
    mine = _told(people, me) if me else _owned(export, people, owner, numbers, customer)
    others = [one for one in people if one != mine]
    if len(others) > 1:
        msg = f"It is not clear which of them you are ({_listed(people)}): say so with --me NAME."
        raise InputRefused(msg)
    theirs = others[0] if others else export.title or customer
    if not theirs:
        msg = f"Only {mine} wrote in this chat and the file name does not tell with whom: say so with --customer NAME."
        raise InputRefused(msg)
    return Sides(mine, theirs)


def number_of(written: str) -> str:
    """`+491713920042` for a phone number as a phone shows it, in international form; else empty."""
    plain = "".join(" " if character.isspace() else character for character in written if character not in MARKS).strip()
    digits = "".join(character for character in plain if character.isdigit())
    return f"+{digits}" if _NUMBER.fullmatch(plain) and len(digits) >= _FEWEST_DIGITS else ""


def same_person(one: str, other: str) -> bool:
    """Whether two names, as far as a file name could hold them, or two ways of writing a number are the same."""
    return _letters(one) == _letters(other) or (number_of(one) != "" and number_of(one) == number_of(other))


def _told(people: Sequence[str], me: str) -> str:
    chosen = [one for one in people if same_person(one, me)] or [one for one in people if _letters(me) in _letters(one)]
    if len(chosen) != 1:
        msg = f"Nobody in this chat is called '{me[:60]}' ({_listed(people)} wrote): give --me the name as it stands in the file."
        raise InputRefused(msg)
    return chosen[0]


def _owned(export: Export, people: Sequence[str], owner: str, numbers: Collection[str], customer: str) -> str:
    own = [one for one in people if same_person(one, owner) or one.casefold() in _YOU or number_of(one) in numbers]
    if len(own) == 1:
        return own[0]
    known = [one for one in people if (customer and same_person(one, customer)) or (export.title and same_person(one, export.title))]
    if len(known) == 1:
        return next((one for one in people if one != known[0]), "")
    by_first_name = [one for one in people if one.casefold().split()[0] == owner.casefold().split()[0]]
    return by_first_name[0] if len(by_first_name) == 1 else ""


def _letters(name: str) -> str:
    """A name without what a file name cannot hold; one of signs only stays as it is."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip() or name


def _listed(people: Sequence[str]) -> str:
    shown = ", ".join(people[:_NAMES_SHOWN])
    return shown if len(people) <= _NAMES_SHOWN else f"{shown} and {len(people) - _NAMES_SHOWN} more"

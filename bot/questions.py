"""What a question to one's own memory asks for: whose words, of when, and whether it wants people rather than messages. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from bot.periods import Period, period_in, plain

_WORD = re.compile(r"\w+")
_WHO = re.compile(r"^\W*(who|whose|whom|which (customer|client|person|people|one)s?|wer|wem|wen|welche\w* kund\w*|quien(es)?|que clientes?|qui|quem)\b")
_OWNER = {"i", "we", "ich", "wir", "yo", "nosotros", "je", "nous", "eu"}
_OTHER_SIDE = re.compile(r"\b(did|does|do|has|had|have|is|was|were|would|hat|hatte|war|dijo|quiso|pidio) (she|he|they|er|sie|ella|ellos)\b")
_SAYING = re.compile(
    r"\b(say|says|said|send|sends|sent|write|writes|wrote|written|ask|asks|asked|tell|tells|told|mention\w*|repl(y|ied)|answer(ed)?|promise\w*|message[sd]?|"
    r"sagte\w*|gesagt|schrieb\w*|geschrieben|schickte\w*|geschickt|fragte\w*|gefragt|antwortete\w*|geantwortet|erwahnt\w*|"
    r"dijo|dijeron|dicho|escribio|escrito|envio|enviado|mando|mandado|pregunto|preguntado|pidio|pedido|contesto|menciono|"
    r"dit|ecrit|envoye|demande|repondu|disse|escreveu|enviou|mandou|perguntou|pediu)\b",
)
"""A time beside one of these is when the words were written; beside other verbs it may be when something happened that was told later."""
_FUZZY = 6
"""Letters from which a name may be one letter off: shorter names are too often other names."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read."""

    conversations: frozenset[str]
    """Of the customers it names."""
    certain: bool
    """Whether a name stands there as it is known, and not just nearly."""
    role: str
    """The side whose words are asked for, empty for both."""
    period: Period | None
    of_words: bool
    """Whether it asks for what was said or sent, so that the period is when it was."""
    wants_people: bool
    subject: str
    """Its words without those that name people and times or that ask for words."""


def read(text: str, customers: Mapping[str, Sequence[str]], owner: str, today: date) -> Question:
    """`customers` has the names (person, company) of the customer of each conversation, `owner` is the name of who asks."""
    asked = plain(text)
    period, rest = period_in(text, today)
    words = _WORD.findall(asked)
    parts = {one: _parts(names) for one, names in customers.items()}
    exact = {one for one, known in parts.items() if any(_is_part(word, known) for word in words)}
    near = exact or {one for one, known in parts.items() if any(_is_nearly_part(word, known) for word in words)}
    first_name = next(iter(_WORD.findall(plain(owner))), "")
    by_owner = bool({first_name, *_OWNER} & set(words))
    if near:
        role = "" if by_owner else "customer"
    elif first_name in words:
        role = "marketer"
    else:
        role = "customer" if _OTHER_SIDE.search(asked) else ""
    people = {first_name}.union(*(parts[one] for one in near))
    subject = " ".join(word for word in _WORD.findall(_SAYING.sub(" ", rest)) if not _is_part(word, people) and not _is_nearly_part(word, people))
    return Question(frozenset(near), bool(exact), role, period, bool(_SAYING.search(asked)), bool(_WHO.search(asked)), subject)


def _is_part(word: str, parts: AbstractSet[str]) -> bool:
    """A part of a name, as it is or in a genitive."""
    return word in parts or (word.endswith("s") and word[:-1] in parts)


def _is_nearly_part(word: str, parts: AbstractSet[str]) -> bool:
    return len(word) >= _FUZZY and any(_one_off(word, part) or _one_off(word.removesuffix("s"), part) for part in parts if len(part) >= _FUZZY)


def _parts(names: Iterable[str]) -> set[str]:
    return {part for name in names for part in _WORD.findall(plain(name)) if len(part) > 1 and not part.isdigit() and part not in _NO_NAMES}


def _one_off(word: str, name: str) -> bool:
    """One letter more, less, other, or two neighbours changed."""
    if abs(len(word) - len(name)) > 1:
        return False
    same = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), min(len(word), len(name)))
    rest, wanted = word[same:], name[same:]
    return rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])


_NO_NAMES = frozenset(
    "dr dra mr mrs ms miss prof sr sra herr frau mme gmbh ag inc ltd llc co corp company group the and of und de del la van von der for".split()
)
"""Parts of names that name nobody."""

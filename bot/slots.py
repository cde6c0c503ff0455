"""The slots of a wording, filled with what the owner's zone knows of the customer. Pure; shown to the owner only."""

import re
from collections.abc import Mapping

from intelligence.templates import SLOTS

_SLOT = re.compile(r"\{(\w+)\}")
_OPEN = re.compile(r"\[(" + "|".join(slot.replace("_", " ") for slot in SLOTS) + r")\]")
_TITLES = {"dr", "dra", "mr", "mrs", "ms", "miss", "prof", "sr", "sra", "herr", "frau", "mme", "m"}


def filled(wording: str, known: Mapping[str, str]) -> str:
    """The wording with every slot filled that something is known for; others stay, and are asked for before anything is sent."""
    return _SLOT.sub(lambda found: known.get(found[1]) or found[0], wording)


def drawn(wording: str) -> str:
    """The wording as people read it: what is still open stands in square brackets, `[first name]`."""
    return _SLOT.sub(lambda found: f"[{found[1].replace('_', ' ')}]", wording)


def missing(wording: str) -> list[str]:
    """What is still open, as it is drawn, in order, each once."""
    return list(dict.fromkeys(found[0] for found in _OPEN.finditer(drawn(wording))))


def unknown(wording: str, known: Mapping[str, str]) -> int:
    """How many slots of a wording nothing is known for."""
    return len({slot for slot in _SLOT.findall(wording) if not known.get(slot)})


def first_name(name: str) -> str:
    """What one calls somebody; empty where a number stands for the name."""
    parts = [part for part in name.split() if part.rstrip(".").casefold() not in _TITLES]
    return parts[0] if parts and parts[0][0].isalpha() else ""

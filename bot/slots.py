"""The slots of a wording, filled with what the owner's zone knows of the customer. Pure; shown to the owner only."""

import re

SLOT = re.compile(r"\{(\w+)\}")


def filled(wording: str, known: dict[str, str]) -> str:
    """The wording with every slot filled that something is known for; others stay, and are asked for before anything is sent."""
    return SLOT.sub(lambda found: known.get(found[1]) or found[0], wording)


def missing(wording: str) -> list[str]:
    """The slots still open, in order, each once."""
    return list(dict.fromkeys(SLOT.findall(wording)))

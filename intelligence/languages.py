"""Which language somebody writes. Wordings are drafted in it, so where it cannot be told it is English."""

from collections.abc import Sequence

from intelligence.glossary import ENGLISH, bundled

_AHEAD = 0.5
"""Words by which the first language must lead: what neighbours share ("caro", "merci") tells nothing."""
_KNOWN = 0.5
"""Share of the words that must be known: a language without a glossary, such as Italian, looks a little like several that have one."""


def written(turns: Sequence[str]) -> str:
    """The language of what one person wrote, oldest first: of the last turn where that can be told, else of all of them, else English."""
    return next((language for text in (*turns[-1:], " ".join(turns)) if (language := _told(text))), ENGLISH)


def _told(text: str) -> str:
    """The language of a text, empty when it cannot be told."""
    scores = bundled().scores(text)
    first, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    return first if scores[first] - scores[second] >= _AHEAD and bundled().known(text, first) >= _KNOWN else ""

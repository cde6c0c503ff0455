"""Chat messages made from hand-written frames by planting names, places and numbers."""

import random
import re

from intelligence.training.examples import Example, Run
from intelligence.training.lexicons import Lexicons, read_table

NAMED = ("first", "full", "last", "nick", "word", "person", "co", "loc", "addr")
LABEL_OF = {
    **dict.fromkeys(("first", "full", "last", "nick", "word", "person"), "PERSON"),
    "co": "ORGANIZATION", "loc": "LOCATION", "addr": "ADDRESS", "phone": "PHONE", "email": "EMAIL", "handle": "HANDLE",
    "order": "ORDER", "id": "ID", "birth": "BIRTHDATE", "amount": "AMOUNT", "plate": "PLATE", "iban": "IBAN", "card": "CARD",
}  # fmt: skip
"""What a slot is called; a slot that is not here stays visible."""
JOINED = 0.2
"""Share of the messages that say something harmless besides."""
_SLOT = re.compile(r"\{(\w+)\}")
_SMALL = frozenset("de da do dos del la le les du des di van von der den and the am zur in".split())


class Frames:
    """The frames and the lexicons to fill them from."""

    def __init__(self, lexicons: Lexicons) -> None:
        """Read the frames beside this file."""
        self._lexicons = lexicons
        self._telling = read_table("frames.txt")
        self._harmless = read_table("harmless.txt")

    def draw(self, rng: random.Random, *, harmless: bool) -> Example:
        """Return one filled message."""
        language, text = rng.choice(self._harmless if harmless else self._telling)
        example = self._fill(text, language, rng)
        if rng.random() >= JOINED:
            return example
        _, more = rng.choice([row for row in self._harmless if row[0] == language])
        other = self._fill(more, language, rng)
        gap = Run(rng.choice((" ", ", ", ". ", "\n", " - ")))
        runs = (*example.runs, gap, *other.runs) if rng.random() < 0.5 else (*other.runs, gap, *example.runs)
        return Example(runs, "frames", example.group, language)

    def _fill(self, frame: str, language: str, rng: random.Random) -> Example:
        capital = rng.random() < 0.55
        runs, at, words = [], 0, [self._lexicons.slot("word", rng, language)]
        frame = frame.replace("{same}", words[0])
        for match in _SLOT.finditer(frame):
            runs.append(Run(frame[at : match.start()]))
            text = words.pop() if match[1] == "word" and words else self._lexicons.slot(match[1], rng, language)
            runs.append(Run(capitals(text) if capital and match[1] in NAMED else text, LABEL_OF.get(match[1])))
            at = match.end()
        runs.append(Run(frame[at:]))
        if capital and runs[0].text:
            runs[0] = Run(runs[0].text[0].upper() + runs[0].text[1:])
        return Example(tuple(run for run in runs if run.text), "frames", frame, language)


def capitals(text: str) -> str:
    """Capitalise every word of a name but the small ones inside it."""
    words = text.split(" ")
    return " ".join(w if (w in _SMALL and i) or not w else w[0].upper() + w[1:] for i, w in enumerate(words))

"""What of private conversations comes out on the shared side: `python -m benchmarks.leak [--planted 10000] [--seed 7]`.

Canaries are planted in the conversations, customers, deals and notes of staff; two thirds of the staff contribute, then everything is learned and published
for real. `found` counts canaries in anything shared: released patterns, who stands behind them, offered lines, and every byte of the shared collection.
`found_on_disk` looks through all files of the installation, the private side included; `found_in_messages` is the control: the same search over the plain
messages, which hold seven of every ten canaries (the others are names of customers, deals and notes). `longest_overlap_words` is the longest run of content
words that a released text has in common with any message. `membership_auc` is an attacker who holds a message and the released vectors and guesses from the
gap between its nearest and its mean similarity whether its conversation was learned from (0.5: no better than chance). `nearest_source_ratio` divides the
mean distance of a released vector to its nearest learned message by that to the nearest of equally many messages nobody learned from (1.0: nothing points
to a source).
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
from scipy.stats import rankdata
from sqlmodel import select

from benchmarks.leak_world import BEGAN, CANARIES, Canaries, talk
from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.tables import Contribution, Feedback, PatternSupport, SalesPattern, Suggestion

_STAFF = 12
_OUTSIDERS = 3
"""Every third member of staff does not contribute."""
_CANDIDATES = 1_500
"""Messages of each side that the attacks embed."""
_LONGEST_RUN = 12
_WORD = re.compile(r"[^\W_]+")
_BYTES = re.compile(rb"[a-z0-9]{2,}")
_SPLIT_NUMBER = re.compile(r"\d(?:[\s()./\-]{1,2}\d|\d){5,}")
_FUNCTION_WORDS = frozenset(
    "a about after again all am an and any are as at be because been before being both but by can could did do does each even for from get had has have he "
    "her here him his how i if in into is it its just let like may me might more most much my no not now of off on once one only or other our out over own "
    "per s same say she should so some such t than that the their them then there these they this those through to too until up us very was we were what "
    "when where which while who whom why will with would you your".split(),
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--planted", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=7)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        initialise(settings)
        house = House.opened(settings)
        result = _measured(house, given.planted, Random(given.seed))
        house.close()
    print(json.dumps(result))


def _measured(house: House, planted: int, chance: Random) -> dict[str, object]:
    canaries, learned, unlearned = Canaries(), [], []
    members = [house.staff.add(f"Seller {number}", now=BEGAN) for number in range(_STAFF)]
    for at, member in enumerate(members):
        house.privacy.set_contributing(member.id, contributes=at % _OUTSIDERS != 0)
    for number in range(-(-planted // CANARIES)):
        at = number % _STAFF
        said = talk(house, members[at], chance, canaries, number + 1)
        (learned if at % _OUTSIDERS else unlearned).extend(said)
    _say(f"{len(canaries.planted)} canaries in {len(learned) + len(unlearned)} messages")
    began = time.perf_counter()
    report = house.learning.learn(BEGAN + timedelta(days=120), lambda what, done, all_: _say(f"{what}: {done} of {all_}"))
    _say(f"learned in {time.perf_counter() - began:.0f} s: {report.exchanges} exchanges, {report.published} patterns")
    patterns = list(house.shared.released()[0].values())
    texts = [text for pattern in patterns for text in (pattern.text, pattern.template, pattern.detail) if text]
    for text in sorted(set(texts)):
        _say(f"  released: {text}")
    shared = [*_rows(house), *_files(house.settings.data_dir / "shared")]
    membership, nearest = _attacks(house, sorted({pattern.text for pattern in patterns}), learned, unlearned, chance)
    return {
        "planted": len(canaries.planted),
        "found": _found(canaries, shared),
        "found_on_disk": _found(canaries, _files(house.settings.data_dir)),
        "longest_overlap_words": _longest_overlap(texts, [*learned, *unlearned]),
        "membership_auc": membership,
        "nearest_source_ratio": nearest,
        "found_in_messages": _found(canaries, map(_words, [*learned, *unlearned])),
        "messages": len(learned) + len(unlearned),
        "exchanges": report.exchanges,
        "offered": report.new_contributions,
        "published": report.published,
    }


def _rows(house: House) -> list[list[str]]:
    """The words of every row that is outside a zone or left one."""
    with house.database.reading() as session:
        rows = [row for table in (SalesPattern, PatternSupport, Contribution, Suggestion, Feedback) for row in session.exec(select(table))]
    return [_words(str(value)) for row in rows for value in row.model_dump().values()]


def _files(folder: Path) -> Iterable[list[str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield [word.decode() for word in _BYTES.findall(path.read_bytes().lower())]


def _words(text: str) -> list[str]:
    """In lower case; a number written in groups also as one word."""
    whole = [re.sub(r"\D", "", number) for number in _SPLIT_NUMBER.findall(text)]
    return _WORD.findall(text.casefold()) + whole


def _found(canaries: Canaries, documents: Iterable[list[str]]) -> int:
    """How many canaries any document tells in any of their ways."""
    ways: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for at, canary in enumerate(canaries.planted):
        for way in canary:
            ways[way[0]].append((at, way))
    told = {at for words in documents for place, word in enumerate(words) for at, way in ways.get(word, ()) if tuple(words[place : place + len(way)]) == way}
    return len(told)


def _longest_overlap(released: Iterable[str], messages: Iterable[str]) -> int:
    """Content words in a row, function words left out, that a released text shares with a message."""
    spoken = {tuple(_content(message)) for message in messages}
    runs = {words[at : at + size] for words in spoken for size in range(1, _LONGEST_RUN + 1) for at in range(len(words) - size + 1)}
    longest = 0
    for text in set(released):
        words = tuple(_content(text))
        for at in range(len(words)):
            while longest < _LONGEST_RUN and at + longest < len(words) and words[at : at + longest + 1] in runs:
                longest += 1
    return longest


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if word not in _FUNCTION_WORDS]


def _attacks(house: House, released: Sequence[str], learned: Sequence[str], unlearned: Sequence[str], chance: Random) -> tuple[float, float]:
    """The membership attack's AUC and the nearest-source ratio; not a number when nothing was released."""
    if not released:
        return float("nan"), float("nan")
    size = min(_CANDIDATES, len(learned), len(unlearned))
    vectors = house.embedder.embed(released)
    inside, outside = (house.embedder.embed(chance.sample(list(texts), size)) @ vectors.T for texts in (learned, unlearned))  # cosines, size x released
    gaps = np.concatenate([similar.max(axis=1) - similar.mean(axis=1) for similar in (inside, outside)])
    wins = rankdata(gaps)[:size].sum() - size * (size + 1) / 2
    auc = float(wins / (size * size))
    ratio = float((1 - inside.max(axis=0)).mean() / (1 - outside.max(axis=0)).mean())
    return round(max(auc, 1 - auc), 4), round(ratio, 4)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

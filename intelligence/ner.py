"""The trained named-entity model: persons, organisations, places, addresses and what else was learnt, in chat.

Run time needs onnxruntime and tokenizers only. How the model was made: intelligence/training/recognizer.py and
the model card beside the weights.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from intelligence.word_features import LETTERS, Lexicon, Word, letters, shape, split_words, text_case

DIRECTORY = Path(__file__).parent / "models" / "recognizer"
WINDOW = 128
"""Word pieces in one window; longer texts are read in windows that overlap."""
OVERLAP = 32
MARGIN = 8
"""Words at the start of a window whose left context is too short to be believed."""

TOGETHER = 1024
"""Word pieces in one batch of windows: more take memory and win nothing."""
DENSITY = 0.3
"""Word pieces for each character that a long text may have; above, only the first pieces of each word are read."""
FREE = 512
SEPARATE = 0.8
"""Share of the evidence that must say "a new one begins" before two neighbours are taken for two names."""
CAPS = (40, 6, 3, 2, 1)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """Characters [start, end) of a text that name something, with the probability the model gives it."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability a word opens a span of a label, and from which it prolongs one."""

    open: float
    extend: float


@dataclass(frozen=True, slots=True)
class WordScores:
    """What the network says of each word of a text: float32 [words, labels] to begin and to continue an entity."""

    begin: Floats
    inside: Floats


@dataclass(frozen=True, slots=True)
class Window:
    """Words [first, last) of text number `text`, with the encoder's pieces and the word of each piece."""

    text: int
    first: int
    last: int
    pieces: list[int]
    word_of: list[int]


class NamedEntityModel:
    """Finds named entities. Thread-safe: the session and the tokenizer are shared, nothing else is kept."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        lexicon: Lexicon,
        thresholds: dict[str, Thresholds],
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._lexicon = lexicon
        self._thresholds = thresholds
        self._ends = sentence_ends(tokenizer)
        self.labels = tuple(thresholds)

    @classmethod
    def load(cls, directory: Path | None = None) -> "NamedEntityModel":
        """Load the model of a directory, by default the one shipped with the package."""
        directory = directory or DIRECTORY
        config: dict[str, Any] = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(directory / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
        )
        tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        thresholds = {label: Thresholds(**config["thresholds"][label]) for label in config["labels"]}
        return cls(session, tokenizer, Lexicon.load(directory / "lexicon.npz"), thresholds)

    def predict(self, texts: Sequence[str]) -> list[list[NamedSpan]]:
        """Return the spans of each text, from left to right and never overlapping."""
        words = [split_words(text) for text in texts]
        return [decode(of_text, scores, self._thresholds) for of_text, scores in zip(words, self.score(words), strict=True)]

    def score(self, texts: Sequence[list[Word]]) -> list[WordScores]:
        """Return the network's probabilities for the words of each text."""
        count = len(self.labels)
        found = [WordScores(np.zeros((len(words), count), np.float32), np.zeros((len(words), count), np.float32)) for words in texts]
        # Windows of one length need no padding, and each token has a scale of its own: company changes no answer.
        for batch in equal_windows(cut_windows(self._tokenizer, texts)):
            scores = run_network(self._session, batch_inputs(batch, texts, self._lexicon, self._ends))
            for window, rows in zip(batch, scores, strict=True):
                self._place(window, rows, found[window.text])
        return found

    def _place(self, window: Window, rows: Floats, into: WordScores) -> None:
        """Write a window's rows; of the words two windows share, the later one leaves the first few to the earlier."""
        count = len(self.labels)
        skipped = min(MARGIN, window.last - window.first - 1) if window.first else 0
        kept = rows[skipped : window.last - window.first]
        into.begin[window.first + skipped : window.last] = kept[:, 1 : 1 + count]
        into.inside[window.first + skipped : window.last] = kept[:, 1 + count : 1 + 2 * count]


def sentence_ends(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the pieces that open and close every window."""
    return _piece(tokenizer, "[CLS]"), _piece(tokenizer, "[SEP]")


def _piece(tokenizer: Tokenizer, name: str) -> int:
    number = tokenizer.token_to_id(name)
    if number is None:
        raise ValueError(f"tokenizer.json has no {name}: it does not belong to this model, retrain or reinstall it")
    return int(number)


def cut_windows(tokenizer: Tokenizer, texts: Sequence[list[Word]]) -> Iterator[Window]:
    """Yield the windows of each text; a text without words has none."""
    for number, words in enumerate(texts):
        pieces = _pieces(tokenizer, words)
        first = last = 0
        while last < len(words):
            last, size = first, 0
            while last < len(words) and (last == first or size + len(pieces[last]) <= WINDOW):
                size += len(pieces[last])
                last += 1
            ids = [(piece, word) for word in range(first, last) for piece in pieces[word]]
            yield Window(number, first, last, [piece for piece, _ in ids], [word for _, word in ids])
            back, begin = 0, last
            while begin - 1 > first and back < OVERLAP:
                begin -= 1
                back += len(pieces[begin])
            first = begin


def equal_windows(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Yield batches of windows with the same number of pieces, at most TOGETHER pieces in each."""
    waiting: dict[int, list[Window]] = {}
    for window in windows:
        size = len(window.pieces)
        batch = waiting.setdefault(size, [])
        batch.append(window)
        if (len(batch) + 1) * size > TOGETHER:
            yield waiting.pop(size)
    yield from waiting.values()


def _pieces(tokenizer: Tokenizer, words: Sequence[Word]) -> list[list[int]]:
    """Return the encoder's pieces of each word, at least one; fewer of each where a text would take too long to read."""
    if not words:
        return []
    # Half of a surrogate pair is no character: the tokenizer refuses it, so it is read as unknown.
    readable = [word.text.encode("utf-8", "replace").decode() for word in words]
    encoding = tokenizer.encode(readable, is_pretokenized=True)
    pieces: list[list[int]] = [[] for _ in words]
    for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
        if word is not None:
            pieces[word].append(piece)
    allowed = max(FREE, DENSITY * words[-1].end)
    cap = next((cap for cap in CAPS if sum(min(len(own), cap) for own in pieces) <= allowed), CAPS[-1])
    unknown = _piece(tokenizer, "[UNK]")
    return [own[:cap] or [unknown] for own in pieces]


def batch_inputs(
    batch: Sequence[Window],
    texts: Sequence[list[Word]],
    lexicon: Lexicon,
    ends: tuple[int, int],
) -> dict[str, NDArray[Any]]:
    """Return the network's inputs for windows of texts, padded to the longest.

    `ids`, `mask`, `shape`, `case` [windows, pieces], `flags` [windows, pieces, flags],
    `letters` [windows, pieces, LETTERS], `first` [windows, words]: the first piece of each word.
    """
    width = max(len(window.pieces) for window in batch) + 2
    longest = max(window.last - window.first for window in batch)
    flags = [lexicon.flags(texts[window.text][window.first : window.last]) for window in batch]
    inputs: dict[str, NDArray[Any]] = {
        "ids": np.zeros((len(batch), width), np.int64),
        "mask": np.zeros((len(batch), width), np.int64),
        "shape": np.zeros((len(batch), width), np.int64),
        "case": np.zeros((len(batch), width), np.int64),
        "flags": np.zeros((len(batch), width, flags[0].shape[1]), np.float32),
        "letters": np.zeros((len(batch), width, LETTERS), np.int64),
        "first": np.zeros((len(batch), longest), np.int64),
    }
    for row, window in enumerate(batch):
        words = texts[window.text][window.first : window.last]
        size = len(window.pieces)
        word_of = np.array(window.word_of) - window.first
        inputs["ids"][row, : size + 2] = [ends[0], *window.pieces, ends[1]]
        inputs["mask"][row, : size + 2] = 1
        inputs["shape"][row, 1 : size + 1] = np.array([shape(word.text) for word in words])[word_of]
        inputs["case"][row, : size + 2] = text_case(words)
        inputs["flags"][row, 1 : size + 1] = flags[row][word_of]
        inputs["letters"][row, 1 : size + 1] = np.array([letters(word.text) for word in words])[word_of]
        inputs["first"][row, : len(words)] = np.searchsorted(word_of, np.arange(len(words))) + 1
    return inputs


def run_network(session: onnxruntime.InferenceSession, inputs: dict[str, NDArray[Any]]) -> Floats:
    """Return the probabilities [windows, words, classes] of a batch."""
    (logits,) = session.run(["logits"], inputs)
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return probabilities


def decode(words: Sequence[Word], scores: WordScores, thresholds: dict[str, Thresholds]) -> list[NamedSpan]:
    """Turn word probabilities into spans.

    A word whose best label reaches `open` starts a span; neighbours that reach `extend` for it join, because one
    visible character of a name is a leak. A word that begins a new entity separates two names; one that
    continues the entity before it never does, so the space between them is covered too.
    """
    if not words:
        return []
    labels = tuple(thresholds)
    mass = scores.begin + scores.inside
    entity = mass.sum(axis=1)
    best = mass.argmax(axis=1)
    opens = np.array([entity[i] >= thresholds[labels[best[i]]].open for i in range(len(words))])
    kept = np.array([entity[i] >= thresholds[labels[best[i]]].extend for i in range(len(words))])
    begins = scores.begin.sum(axis=1) >= SEPARATE * entity
    groups: list[list[int]] = []
    for i in range(len(words)):
        if not kept[i]:
            continue
        if groups and groups[-1][-1] == i - 1 and not (begins[i] and opens[i]):
            groups[-1].append(i)
        else:
            groups.append([i])
    spans = []
    for group in groups:
        if not opens[group].any():
            continue
        while not opens[group[-1]] and not words[group[-1]].text.isalnum():
            group.pop()
        while not opens[group[0]] and not words[group[0]].text.isalnum():
            group.pop(0)
        total = mass[group].sum(axis=0)
        label = labels[int(total.argmax())]
        score = float(entity[group].max())
        spans.append(NamedSpan(words[group[0]].start, words[group[-1]].end, label, round(min(score, 1.0), 4)))
    return spans

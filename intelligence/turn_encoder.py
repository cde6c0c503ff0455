"""The fine-tuned encoders: what was said and what it answers, read together into one vector."""

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from intelligence.glossary import Glossaries

TEXT_PIECES = 80
"""Word pieces of a turn that are read, from its beginning."""
CONTEXT_PIECES = 40
"""Word pieces of the turn before that are read, from its end."""
LONGEST = TEXT_PIECES + CONTEXT_PIECES + 3
NAMES = ("english", "multilingual")
_BATCH_PIECES = 512
"""Pieces run together: more take as long a piece and more memory."""

Pieces = tuple[list[int], int]
"""The pieces of a turn and its context, and at which of them the context begins."""


_MARKS = (("[CLS]", "[SEP]"), ("<s>", "</s>"))
"""What begins a turn and what ends it, in either vocabulary."""


class TurnEncoder:
    """One network fine-tuned on sales turns. Deterministic; thread-safe.

    Turns of the same length are run together, on one core: nothing is padded, and activations are scaled token by token, so that a turn's vector does not
    depend on its company (docs/adr/0010).
    """

    def __init__(self, graph: bytes, vocabulary: str, *, threads: int = 0) -> None:
        """`vocabulary` describes the tokenizer; `threads` batches are read at once, 0 means one per core. Raises ValueError."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._tokenizer = Tokenizer.from_str(vocabulary)
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise Exceptions of no narrower public class
            raise ValueError("This is no encoder of turns.") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._width = int(self._session.get_outputs()[0].shape[1])
        self._workers = ThreadPoolExecutor(threads or os.cpu_count() or 1, "turn-encoder")

    def encode(self, texts: Sequence[str], contexts: Sequence[str]) -> NDArray[np.float32]:
        """Float32 [len(texts), width]."""
        read = pairs(self._tokenizer, texts, contexts)
        if len(read) == 1:
            return self._run(read)
        lengths: defaultdict[int, list[int]] = defaultdict(list)
        for place, (pieces, _) in enumerate(read):
            lengths[len(pieces)].append(place)
        batches = []
        for length, places in sorted(lengths.items(), reverse=True):
            size = max(1, _BATCH_PIECES // length)
            batches += [places[start : start + size] for start in range(0, len(places), size)]
        vectors = np.empty((len(read), self._width), dtype=np.float32)
        for places, rows in zip(batches, self._workers.map(lambda batch: self._run([read[place] for place in batch]), batches), strict=True):
            vectors[places] = rows
        return vectors

    def _run(self, turns: list[Pieces]) -> NDArray[np.float32]:
        given = padded(turns)
        vectors: NDArray[np.float32] = self._session.run(None, {"ids": given["ids"], "kinds": given["kinds"]})[0]
        return vectors


class BothEncoders:
    """An English network that reads other languages through the glossary and a multilingual one that reads turns as they are: both vectors side by side."""

    def __init__(self, english: TurnEncoder, multilingual: TurnEncoder, glossaries: Glossaries) -> None:
        self._english, self._multilingual, self._glossaries = english, multilingual, glossaries

    @classmethod
    def load(cls, path: Path, glossaries: Glossaries, *, threads: int = 0) -> "BothEncoders":
        """Read encoders.npz, in which graphs and vocabularies lie compressed. Raises OSError, ValueError, KeyError or BadZipFile."""
        with np.load(path, allow_pickle=False) as stored:
            english, multilingual = (
                TurnEncoder(stored[f"{name}.graph"].tobytes(), stored[f"{name}.vocabulary"].tobytes().decode(), threads=threads) for name in NAMES
            )
        return cls(english, multilingual, glossaries)

    def encode(self, texts: Sequence[str], contexts: Sequence[str]) -> NDArray[np.float32]:
        """Float32 [len(texts), width of both]."""
        return np.hstack([self._english.encode(*self._glossaries.in_english(texts, contexts)), self._multilingual.encode(texts, contexts)])


def pairs(tokenizer: Tokenizer, texts: Sequence[str], contexts: Sequence[str]) -> list[Pieces]:
    """For each turn its word pieces, its beginning, text, end, context, end, and at which of them the context begins."""
    start, end = marks(tokenizer)
    said = [encoding.ids[:TEXT_PIECES] for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    heard = [encoding.ids[-CONTEXT_PIECES:] for encoding in tokenizer.encode_batch(list(contexts), add_special_tokens=False)]
    return [([start, *text, end, *context, end], len(text) + 2) for text, context in zip(said, heard, strict=True)]


def marks(tokenizer: Tokenizer) -> tuple[int, int]:
    """The pieces that begin and end a turn."""
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    return next((vocabulary[start], vocabulary[end]) for start, end in _MARKS if start in vocabulary)


def padded(batch: Sequence[Pieces]) -> dict[str, NDArray[np.int64]]:
    """The network's inputs, each int64 [len(batch), longest]: pieces, whether they belong to the context, whether they are there at all."""
    longest = max(len(pieces) for pieces, _ in batch)
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    kinds = np.ones_like(ids)
    mask = np.zeros_like(ids)
    for row, (pieces, context_at) in enumerate(batch):
        ids[row, : len(pieces)] = pieces
        kinds[row, :context_at] = 0
        mask[row, : len(pieces)] = 1
    return {"ids": ids, "kinds": kinds, "mask": mask}

"""The fine-tuned encoder: what was said and what it answers, read together into one vector."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

TEXT_PIECES = 80
"""Word pieces of a turn that are read, from its beginning."""
CONTEXT_PIECES = 40
"""Word pieces of the turn before that are read, from its end."""
_START, _END = 101, 102
"""[CLS] and [SEP] of the tokenizer's vocabulary."""


class TurnEncoder:
    """MiniLM-L6 fine-tuned on sales turns, 8-bit weights. Deterministic; thread-safe.

    Every turn is a run of its own: activations are scaled by what is in the batch, so a turn would be read differently in other company.
    """

    def __init__(self, directory: Path, *, threads: int = 0) -> None:
        """`directory` holds encoder.onnx and tokenizer.json; `threads` turns are read at once, 0 means one per core. Raises OSError or ValueError."""
        graph, vocabulary = (directory / "encoder.onnx").read_bytes(), (directory / "tokenizer.json").read_text(encoding="utf-8")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._tokenizer = Tokenizer.from_str(vocabulary)
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise Exceptions of no narrower public class
            msg = f"{directory} does not hold an encoder"
            raise ValueError(msg) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._width = int(self._session.get_outputs()[0].shape[1])
        self._workers = ThreadPoolExecutor(threads or os.cpu_count() or 1, "turn-encoder")

    def encode(self, texts: Sequence[str], contexts: Sequence[str]) -> NDArray[np.float32]:
        """Float32 [len(texts), width]."""
        read = pairs(self._tokenizer, texts, contexts)
        rows = [self._run(read[0])] if len(read) == 1 else list(self._workers.map(self._run, read))
        return np.stack(rows) if rows else np.empty((0, self._width), dtype=np.float32)

    def _run(self, pieces: tuple[list[int], int]) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._session.run(None, padded([pieces]))[0][0]
        return vector


def pairs(tokenizer: Tokenizer, texts: Sequence[str], contexts: Sequence[str]) -> list[tuple[list[int], int]]:
    """For each turn its word pieces, `[CLS] text [SEP] context [SEP]`, and at which of them the context begins."""
    said = [encoding.ids[:TEXT_PIECES] for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    heard = [encoding.ids[-CONTEXT_PIECES:] for encoding in tokenizer.encode_batch(list(contexts), add_special_tokens=False)]
    return [([_START, *text, _END, *context, _END], len(text) + 2) for text, context in zip(said, heard, strict=True)]


def padded(batch: Sequence[tuple[list[int], int]]) -> dict[str, NDArray[np.int64]]:
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

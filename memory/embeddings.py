"""Text to vectors: the Embedder protocol, the bundled ONNX model, and a deterministic double for tests."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memory.errors import ModelFileWrong

Vectors = NDArray[np.float32]

_MAX_TOKENS = 256
"""What the model was trained on; longer texts are cut by the tokenizer."""
_DIGESTS = {
    "model.onnx": "002b087a2bd5616e09b4284d636474d8e747ce46379f40229f118f1289bda679",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    """Model and version: vectors of different names are never compared."""
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape [len(texts), dimensions], float32, each row of length 1."""
        ...


class OnnxEmbedder:
    """all-MiniLM-L6-v2 with int8 weights, mean pooling and normalisation inside the graph. Deterministic; thread-safe; loads on construction.

    Every text is a run of its own: the weights are quantised, the activations are scaled by what is in the batch, and a text would get another vector (down to
    a cosine of 0.96) with every other company. One core a text also takes less time and memory than batches padded to their longest.
    """

    name = "all-MiniLM-L6-v2/int8/1"
    dimensions = 384

    def __init__(self, directory: Path | None = None, *, threads: int = 0) -> None:
        """`directory` holds model.onnx and tokenizer.json (default: the bundled ones); `threads` texts are embedded at once, 0 means one per core.

        Raises ModelFileWrong.
        """
        # Imported here: onnxruntime takes 0.2 s, and commands that embed nothing should not pay it.
        import onnxruntime
        from tokenizers import Tokenizer

        source = directory or Path(__file__).parent / "models" / "embedder"
        contents = {name: _verified(source / name) for name in _DIGESTS}
        self._tokenizer = Tokenizer.from_str(contents["tokenizer.json"].decode())
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(contents["model.onnx"], options, providers=["CPUExecutionProvider"])
        self._workers = ThreadPoolExecutor(threads or os.cpu_count() or 1, "embedder")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A text gets the same vector whatever it is embedded with; an empty one gets the vector of the empty string."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = [entry.ids for entry in encoded]
        rows = [self._run(ids[0])] if len(ids) == 1 else list(self._workers.map(self._run, ids))
        return np.stack(rows) if rows else np.empty((0, self.dimensions), dtype=np.float32)

    def _run(self, ids: list[int]) -> Vectors:
        feed = {"input_ids": np.array([ids], dtype=np.int64), "attention_mask": np.ones((1, len(ids)), dtype=np.int64)}
        vector: Vectors = self._session.run(["emb"], feed)[0][0]
        return vector


class HashingEmbedder:
    """A deterministic double: hashed words and character trigrams. Similar texts are near, nothing is learned, nothing is loaded."""

    name = "hashing/1"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Feature hashing with signs, then normalised."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            folded = f" {text.lower()} "
            features = [*folded.split(), *(folded[start : start + 3] for start in range(len(folded) - 2))] or [""]
            for feature in features:
                digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4]) % self.dimensions] += 1.0 if digest[4] & 1 else -1.0
            length = float(np.linalg.norm(vectors[row]))
            vectors[row] = vectors[row] / length if length else np.eye(1, self.dimensions, dtype=np.float32)[0]
        return vectors


def _verified(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"The embedding model file {path} cannot be read: install the package again."
        raise ModelFileWrong(msg) from error
    if hashlib.sha256(content).hexdigest() != _DIGESTS[path.name]:
        msg = f"The embedding model file {path} is not the bundled one: install the package again."
        raise ModelFileWrong(msg)
    return content

"""Text to vectors: the Embedder protocol, the bundled ONNX model, and a deterministic double for tests."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memory.errors import ModelFileWrong

Vectors = NDArray[np.float32]

_MAX_TOKENS = 256
"""What the model was trained on; longer texts are cut by the tokenizer."""
_BATCH_TOKENS = 512
"""Tokens run together: more take as long a token and more memory."""
_DIGESTS = {
    "model.onnx": "dabdb3f886e253804854b365e32b5af1b504af6e4f38a6e84957f98c4acf6004",
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

    Texts of the same length are run together, on one core: nothing is padded, and activations are scaled token by token, so that a text's vector does not
    depend on its company (docs/adr/0010).
    """

    name = "all-MiniLM-L6-v2/int8/2"
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
        if len(texts) == 1:
            return self._run([self._tokenizer.encode(texts[0]).ids])
        lengths: defaultdict[int, list[int]] = defaultdict(list)
        ids = [entry.ids for entry in self._tokenizer.encode_batch(list(texts))]
        for place, tokens in enumerate(ids):
            lengths[len(tokens)].append(place)
        batches = [batch for length, places in sorted(lengths.items(), reverse=True) for batch in _cut(places, max(1, _BATCH_TOKENS // length))]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for places, rows in zip(batches, self._workers.map(lambda batch: self._run([ids[place] for place in batch]), batches), strict=True):
            vectors[places] = rows
        return vectors

    def _run(self, ids: list[list[int]]) -> Vectors:
        vectors: Vectors = self._session.run(["emb"], {"input_ids": np.array(ids, dtype=np.int64)})[0]
        return vectors


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


def _cut(places: list[int], size: int) -> Iterator[list[int]]:
    return (places[start : start + size] for start in range(0, len(places), size))


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

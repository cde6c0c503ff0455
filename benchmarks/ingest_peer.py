"""mem0 storing messages as they are, for benchmarks.ingest: run by an interpreter that has it, never imported by us.

`python ingest_peer.py FOLDER MODEL` reads a JSON list of texts from standard input and prints JSON: messages_per_s, rss_mb, bytes_per_message.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from mem0 import Memory
from mem0.embeddings.base import EmbeddingBase
from tokenizers import Tokenizer


class SameModel(EmbeddingBase):
    """Our bundled embedding model, as mem0 wants it."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(256)
        self._session = onnxruntime.InferenceSession(str(directory / "model.onnx"), providers=["CPUExecutionProvider"])

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:  # noqa: ARG002 - mem0's signature
        """One text at a time: that is what `add` asks for."""
        encoded = self._tokenizer.encode(text)
        return self._session.run(["emb"], {"input_ids": np.array([encoded.ids], dtype=np.int64)})[0][0].tolist()


def main() -> None:
    folder, model = Path(sys.argv[1]), Path(sys.argv[2])
    texts = json.load(sys.stdin)
    memory = Memory.from_config(
        {
            "vector_store": {"provider": "chroma", "config": {"collection_name": "messages", "path": str(folder / "chroma")}},
            "history_db_path": str(folder / "history.db"),
            # Constructed, never called: infer=False asks no model.
            "llm": {"provider": "openai", "config": {"api_key": "none"}},
            "embedder": {"provider": "openai", "config": {"api_key": "none", "embedding_dims": 384}},
        },
    )
    memory.embedding_model = SameModel(model)
    memory.add(texts[0], user_id="warm", infer=False)
    began = time.perf_counter()
    for text in texts:
        memory.add(text, user_id="alice", infer=False)
    seconds = time.perf_counter() - began
    stored = len(memory.get_all(filters={"user_id": "alice"}, top_k=len(texts) + 1)["results"])
    assert stored == len(texts), f"{stored} of {len(texts)} were stored"
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"messages_per_s": round(len(texts) / seconds, 1), "rss_mb": round(rss, 1), "bytes_per_message": round(disk / len(texts))}))


if __name__ == "__main__":
    main()

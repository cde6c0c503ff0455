import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from memory.embeddings import Embedder, HashingEmbedder, OnnxEmbedder
from memory.errors import ModelFileWrong

BUNDLED = Path(__file__).parent.parent / "memory" / "models" / "embedder"
TEXTS = ["that seems expensive for our budget", "ok", "", "Wir melden uns nächste Woche wegen des Vertrags " * 30, "🙏🏽"]


@pytest.fixture(params=["onnx", "hashing"])
def any_embedder(request: pytest.FixtureRequest, embedder: OnnxEmbedder) -> Embedder:
    return embedder if request.param == "onnx" else HashingEmbedder()


def test_every_embedder_gives_unit_vectors_of_its_size(any_embedder: Embedder) -> None:
    vectors = any_embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), any_embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert any_embedder.embed([]).shape == (0, any_embedder.dimensions)


def test_a_text_has_one_vector_whatever_it_is_embedded_with(any_embedder: Embedder) -> None:
    texts = [*TEXTS, *(f"we need {number} pallets" for number in range(100)), "we need many pallets 🙏🏽"]
    together = any_embedder.embed(texts)
    alone = np.stack([any_embedder.embed([text])[0] for text in texts])
    # Rounding of floats, and nothing of the batch: quantising a batch by one scale gave differences of 0.04.
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(any_embedder.embed(texts[::-1])[::-1], alone, atol=1e-6)


def test_many_threads_get_what_one_gets(embedder: OnnxEmbedder) -> None:
    alone = embedder.embed(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(lambda _: embedder.embed(TEXTS), range(8)):
            assert np.array_equal(vectors, alone)


def test_meaning_is_nearer_than_words(embedder: OnnxEmbedder) -> None:
    asked, same, other = embedder.embed(["we can not afford this", "that is too expensive for us", "can we afford to wait for the bus"])
    assert asked @ same > asked @ other


@pytest.mark.parametrize("damage", ["missing", "other"])
def test_a_missing_or_foreign_model_file_is_refused(tmp_path: Path, damage: str) -> None:
    shutil.copy(BUNDLED / "model.onnx", tmp_path)
    if damage == "other":
        (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelFileWrong, match="install the package again"):
        OnnxEmbedder(tmp_path)

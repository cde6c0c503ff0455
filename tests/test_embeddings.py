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
    together = any_embedder.embed(TEXTS)
    assert np.array_equal(together[::-1], any_embedder.embed(TEXTS[::-1]))
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(any_embedder.embed([text])[0], vector)


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

import shutil
from datetime import timedelta

import numpy as np
import pytest
from filelock import FileLock

from bot.bootstrap import House
from memory.conversations import Conversations
from memory.embeddings import HashingEmbedder
from memory.lexical import Bm25, WordHasher, stems
from memory.private import PrivateMemories
from memory.rotation import Rotation
from memory.tables import Staff
from tests.conftest import NOW, sqlite_only
from tests.test_zones import _chat

TEXTS = (
    "Good morning, thanks for the brochure",
    "could you deliver the pallets before the fair on friday?",
    "yes, delivery on thursday is possible",
    "our auditor wants the ISO certificate before we sign",
    "my daughter starts school next week, so I am away",
    "the price is fine, it is the contract length that worries us",
)


@pytest.fixture
def remembered(house: House, alice: Staff) -> list[str]:
    ids = _chat(house, alice, "Maria Gonzalez", *TEXTS)
    assert house.memories.of(alice.id).remember(ids) == len(TEXTS)
    return ids


def _best(house: House, owner: Staff, question: str) -> str:
    hits = house.memories.of(owner.id).recall(question, 3).hits
    return Conversations(house.database, house.zones.open(owner.id)).read([hits[0].id])[0].text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("who asked for the security certificate", TEXTS[3]),
        ("when can it be delivered", TEXTS[2]),
        ("contract length", TEXTS[5]),
    ],
)
def test_the_message_that_answers_comes_first(house: House, alice: Staff, remembered: list[str], question: str, answer: str) -> None:
    assert _best(house, alice, question) == answer


def test_nothing_fitting_is_said_not_guessed(house: House, alice: Staff, remembered: list[str]) -> None:
    memory = house.memories.of(alice.id)
    assert memory.recall("quantum chromodynamics lattice simulation").abstained
    assert not memory.recall("ISO certificate").abstained


@pytest.mark.parametrize("damage", ["missing", "garbage", "held"])
def test_recall_answers_the_same_when_the_collection_is_missing_damaged_or_held(house: House, alice: Staff, remembered: list[str], damage: str) -> None:
    large = PrivateMemories(house.database, house.zones, house.embedder, scanned=2)
    before = large.of(alice.id).recall("certificate", 3)
    assert house.zones.open(alice.id).directory.exists()
    large.close()
    directory = house.zones.open(alice.id).directory
    lock = FileLock(directory.with_suffix(".lock"))
    if damage == "missing":
        shutil.rmtree(directory)
    elif damage == "garbage":
        for path in [path for path in directory.rglob("*") if path.is_file()]:
            path.write_bytes(b"\x00" * 4096)
    else:
        lock.acquire()
    again = PrivateMemories(house.database, house.zones, house.embedder, scanned=2)
    after = again.of(alice.id).recall("certificate", 3)
    again.close()
    lock.release()
    assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
    assert [hit.score for hit in after.hits] == pytest.approx([hit.score for hit in before.hits], abs=0.01)


def test_a_zone_that_is_scanned_keeps_no_collection_and_answers_like_one_that_has_one(house: House, alice: Staff, remembered: list[str]) -> None:
    directory = house.zones.open(alice.id).directory
    scanned = house.memories.of(alice.id)
    found = scanned.recall("ISO certificate", 6)
    assert not directory.exists()
    large = PrivateMemories(house.database, house.zones, house.embedder, scanned=2)
    theirs = large.of(alice.id).recall("ISO certificate", 6)
    assert directory.exists()
    large.close()
    assert [hit.id for hit in theirs.hits] == [hit.id for hit in found.hits]
    assert [hit.score for hit in theirs.hits] == pytest.approx([hit.score for hit in found.hits], abs=0.01)
    scanned.close()
    assert scanned.recall("ISO certificate", 6) == found
    assert not directory.exists()


def test_a_collection_behind_the_database_catches_up_when_opened(house: House, alice: Staff, remembered: list[str]) -> None:
    memory = PrivateMemories(house.database, house.zones, house.embedder, scanned=2).of(alice.id)
    assert memory.recall("certificate").hits
    memory.close()
    shutil.rmtree(house.zones.open(alice.id).directory)
    assert memory.recall("certificate").hits
    assert memory._index.ids() == set(remembered)
    memory.close()


def test_an_open_zone_knows_at_once_what_was_written_here_and_what_another_process_wrote(house: House, alice: Staff, remembered: list[str]) -> None:
    memory = house.memories.of(alice.id)
    assert memory.recall("marzipan").abstained
    (first,) = _chat(house, alice, "Maria Gonzalez", "do you sell marzipan too?")
    memory.remember([first])
    fresh = PrivateMemories(house.database, house.zones, house.embedder)
    assert memory.recall("marzipan", 3) == fresh.of(alice.id).recall("marzipan", 3)
    assert memory.recall("marzipan").hits[0].id == first
    (second,) = _chat(house, alice, "John", "is the nougat fresh?")
    fresh.of(alice.id).remember([second])
    assert memory.recall("nougat").hits[0].id == second


def test_memory_that_zones_hold_is_bounded_and_the_last_used_zone_stays(house: House) -> None:
    memories = PrivateMemories(house.database, house.zones, house.embedder, most_bytes=1)
    members = [house.staff.add(f"Person {number}", now=NOW + timedelta(seconds=number)) for number in range(2)]
    for member in members:
        memories.of(member.id).remember(_chat(house, member, "John", *TEXTS))
        assert memories.of(member.id).recall("certificate").hits
        assert memories.of(member.id).nbytes > len(TEXTS) * 384 * 4
    assert list(memories._open) == [members[1].id]
    memories.close()


@sqlite_only  # the directory of vectors is a file of ours beside either database
@pytest.mark.parametrize("damage", ["none", "vectors", "emptied"])
def test_a_collection_that_a_dead_process_left_open_is_questioned_first(house: House, alice: Staff, hashing: HashingEmbedder, damage: str) -> None:
    texts = [f"{text} {number}" for number in range(200) for text in TEXTS]  # enough that Chroma writes its index files
    memory = PrivateMemories(house.database, house.zones, hashing, scanned=100).of(alice.id)
    ids = _chat(house, alice, "Maria", *texts)
    memory.remember(ids)
    before = memory.recall("ISO certificate 7", 3).hits
    memory.close()
    directory = house.zones.open(alice.id).directory
    marker = directory.with_suffix(".open")
    assert not marker.exists()
    marker.touch()
    if damage == "vectors":
        for path in directory.rglob("*.bin"):
            path.write_bytes(np.random.default_rng(1).bytes(path.stat().st_size))
    elif damage == "emptied":
        shutil.rmtree(directory)
        directory.mkdir()
    assert memory._index.sound() == (damage == "none")
    assert [hit.id for hit in memory.recall("ISO certificate 7", 3).hits] == [hit.id for hit in before]
    assert memory._index.ids() == set(ids)
    assert marker.exists()
    memory.close()
    assert not marker.exists()


def test_pending_names_what_was_stored_but_not_indexed(house: House, alice: Staff) -> None:
    ids = _chat(house, alice, "Maria", *TEXTS)
    memory = house.memories.of(alice.id)
    assert memory.pending() == ids
    memory.remember(ids[:2])
    assert memory.pending() == ids[2:]


def test_few_zones_stay_open(house: House) -> None:
    memories = PrivateMemories(house.database, house.zones, house.embedder, most_open=2)
    members = [house.staff.add(f"Person {number}", now=NOW + timedelta(seconds=number)) for number in range(4)]
    for member in members:
        memories.of(member.id).remember(_chat(house, member, "John", *TEXTS))
    assert list(memories._open) == [member.id for member in members[-2:]]
    assert memories.of(members[0].id).recall("certificate").hits
    memories.close()


def test_rotation_keeps_cosines_and_hides_coordinates() -> None:
    vectors = np.random.default_rng(1).normal(size=(20, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    turned = Rotation(b"s" * 32, 384).apply(vectors)
    np.testing.assert_allclose(turned @ turned.T, vectors @ vectors.T, atol=1e-5)
    assert np.abs((turned * vectors).sum(axis=1)).max() < 0.3
    assert not np.allclose(turned, Rotation(b"t" * 32, 384).apply(vectors))


def test_words_are_found_by_stem_and_without_accents() -> None:
    assert stems("Deliveries, certified! Árbol ÁRBOL") == [*stems("delivery certify"), "arbol", "arbol"]


def test_bm25_prefers_rare_words_and_hashes_differ_by_key() -> None:
    mine, other = WordHasher(b"a" * 32), WordHasher(b"b" * 32)
    texts = ["the budget is small", "the budget and the certificate", "budget budget budget"]
    index = Bm25([mine.hashes(text).tobytes() for text in texts], np.array([True, False]))
    own, near, possible = index.scores(mine.hashes("certificate for the budget"))
    assert int(np.argmax(own)) == 1
    assert near[0] > own[0]
    assert 0 < own[1] <= possible * 2.2
    assert not index.scores(other.hashes("certificate budget"))[0].any()

import json
from collections.abc import Iterator, Sequence

import pytest
from sqlmodel import SQLModel, func, select

from bot.bootstrap import House
from bot.cli import main
from bot.zone_canaries import Canaries, Canary
from bot.zone_proof import ZoneProof
from bot.zone_surfaces import assistant
from memory.storage import Storage
from memory.tables import Setting, Staff
from tests.sending_stand import OBJECTION, pattern

_STAYS = ("audit_entry", "job")
"""Tables in which a proof may leave that it was made."""


def _rows(house: House) -> dict[str, int]:
    """How many rows each of our tables has."""
    with house.database.reading() as session:
        counts = {name: session.execute(select(func.count()).select_from(table)).scalar_one() for name, table in SQLModel.metadata.tables.items()}
    return {name: count for name, count in counts.items() if name not in _STAYS}


def test_every_surface_is_asked_nothing_leaks_and_everything_planted_is_removed(house: House, alice: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    house.shared.publish([pattern()])  # so that the proof's questions are answered with suggestions
    house.assistant.suggest(alice.id, OBJECTION)
    before = _rows(house)
    assert before["suggestion"] == 1
    with pytest.raises(SystemExit) as ended:
        main(["--data-dir", str(house.settings.data_dir), "zone-proof", "--staff", "Alice", "--json"])
    proof = json.loads(capsys.readouterr().out)
    assert proof["zones"] == 2  # one of them for the proof only
    surfaces = {"assistant", "jobs", "slack", "http", "api", "command line", "prompts", "exports", "backups"}
    surfaces |= {"logs", "shared side", "database", "job rows", "files"}
    assert set(proof["surfaces"]) == surfaces | (set() if house.database.is_sqlite else {"server files"})
    assert {name: one["leaks"] for name, one in proof["surfaces"].items()} == dict.fromkeys(proof["surfaces"], 0)
    for name in ("assistant", "slack", "command line"):
        assert proof["surfaces"][name]["own"] > 0, name
    assert proof["surfaces"]["prompts"]["asked"] >= 1
    assert proof["surfaces"]["prompts"]["own"] == 0  # a model sees pseudonyms
    assert proof["surfaces"]["exports"]["asked"] == 2
    assert proof["surfaces"]["backups"]["asked"] >= 3
    assert proof["bytes_scanned"] > 100_000
    assert proof["passed"]
    assert ended.value.code == 0
    assert _rows(house) == before


def _leaky(house: House, asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    yield from assistant(house, others[0], [asker])


def test_a_surface_that_shows_somebody_elses_secret_fails_the_proof(house: House, alice: Staff, bob: Staff) -> None:
    proof = ZoneProof(house, lambda _arguments: "")
    canaries = Canaries(house, proof.chance)
    planted = [canaries.plant(owner.id) for owner in (alice, bob)]
    assert proof._asked(assistant, planted, planted).leaks == 0
    assert proof._asked(_leaky, planted, planted).leaks > 0
    (house.settings.data_dir / "debug.log").write_text(f"customer said {planted[0].secret}")
    with house.database.transaction() as session:
        session.add(Setting(name="last-question", value=f"what is the {planted[1].handle} codeword"))
    everybody = [secret for one in planted for secret in (*one.secrets, one.handle)]
    storage = Storage(house.database)
    assert proof._rows(storage, everybody, ours=True)[0].leaks == 1
    assert proof._rows(storage, everybody, ours=False)[0].leaks == 0
    assert canaries.remove() == 2


def test_what_a_killed_run_left_is_removed_by_the_next(house: House) -> None:
    before = _rows(house)
    left = Canaries(house, ZoneProof(house, lambda _arguments: "").chance)
    for owner in left.temporary_staff(2):
        left.plant(owner)
    assert _rows(house) != before
    assert Canaries(house, ZoneProof(house, lambda _arguments: "").chance).remove() == 2
    assert _rows(house) == before

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.bootstrap import House
from intelligence.aggregation import CellKey
from intelligence.objection_patterns import CATEGORY, OWN, POOLED
from intelligence.publication import pattern_id, sentence
from memory.collection import remove
from memory.shared import SharedMemory
from memory.tables import PatternSupport, SalesPattern
from tests.conftest import NOW

BUDGET = CellKey(CATEGORY, POOLED, "budget", "payment-plan")
TRUST = CellKey(CATEGORY, POOLED, "trust", "reference-call")
CLINICS = CellKey(CATEGORY, OWN, "compliance", "certification", "healthcare")


def _row(house: House, key: CellKey, *, contributors: int = 6, mean: float = 0.6) -> SalesPattern:
    return SalesPattern(
        id=pattern_id(key),
        category=key.category,
        level=key.level,
        objection=key.objection,
        response=key.response,
        industry=key.industry,
        n=20,
        successes=12,
        contributors=contributors,
        customers=14,
        largest_share=0.3,
        mean=mean,
        low=0.4,
        high=0.8,
        base_rate=0.5,
        text=sentence(key, house.vocabulary),
        vocabulary_version=house.vocabulary.version,
        published_at=NOW,
    )


def _publish(house: House, *keys: CellKey) -> int:
    return house.shared.publish(
        [_row(house, key) for key in keys], [PatternSupport(pattern_id=pattern_id(key), contributor_token="t", cases=3, successes=1, epoch="w") for key in keys]
    )


def test_a_question_in_plain_words_finds_the_pattern(house: House) -> None:
    _publish(house, BUDGET, TRUST, CLINICS)
    assert house.shared.recall("may they pay in instalments?")[0].pattern.response == "payment-plan"
    assert house.shared.recall("certificates for hospitals")[0].pattern.industry == "healthcare"


def test_what_is_published_again_keeps_its_id_and_what_is_not_is_gone_with_its_support(house: House) -> None:
    _publish(house, BUDGET, TRUST)
    first = house.shared.get(pattern_id(BUDGET))
    assert _publish(house, BUDGET) == 1
    again = house.shared.get(pattern_id(BUDGET))
    assert first is not None
    assert again is not None
    assert house.shared.get(pattern_id(TRUST)) is None
    assert set(house.shared.released()[1]) == {pattern_id(BUDGET)}
    assert [hit.pattern.objection for hit in house.shared.recall("do they trust us?")] == ["budget"]


def test_the_gate_is_asked_when_publishing(house: House) -> None:
    assert house.shared.publish([_row(house, BUDGET, contributors=4)]) == 0


def test_the_gate_is_asked_again_at_every_read(house: House) -> None:
    _publish(house, BUDGET, TRUST)
    with house.database.transaction() as session:
        session.execute(update(SalesPattern).where(SalesPattern.objection == "budget").values(contributors=4))  # type: ignore[arg-type]
    assert house.shared.situation("budget") == []
    assert house.shared.get(pattern_id(BUDGET)) is None
    assert [row.objection for row in house.shared.category(CATEGORY)] == ["trust"]
    assert [hit.pattern.objection for hit in house.shared.recall("pay in instalments")] == ["trust"]


@pytest.mark.parametrize("change", ["lost", "others"])
def test_an_outdated_collection_is_built_anew(house: House, change: str) -> None:
    _publish(house, BUDGET, TRUST)
    house.shared.recall("anything")
    if change == "lost":
        house.shared.close()
        remove(house.settings.data_dir / "shared" / "global-sales-intelligence")
    else:
        # Another process published as many patterns, but others.
        with house.database.transaction() as session:
            session.delete(session.get_one(SalesPattern, pattern_id(TRUST)))
            session.add(_row(house, CLINICS))
    wanted = {"budget", "trust"} if change == "lost" else {"budget", "compliance"}
    assert {hit.pattern.objection for hit in house.shared.recall("which certificates?")} == wanted


def test_recall_answers_while_another_process_holds_the_collection(house: House) -> None:
    _publish(house, BUDGET, TRUST)
    house.shared.recall("anything")
    other = SharedMemory(house.database, house.embedder, house.settings.data_dir / "shared", house.gate.visible)
    assert other.recall("may they pay in instalments?")[0].pattern.response == "payment-plan"
    other.close()


def test_an_own_pattern_and_the_pooled_one_are_told_apart(house: House) -> None:
    own = replace(BUDGET, level=OWN, industry="retail")
    _publish(house, BUDGET, own)
    assert [row.industry for row in house.shared.situation("budget", "retail")] == ["retail"]
    assert [row.industry for row in house.shared.situation("budget")] == [""]

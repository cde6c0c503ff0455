"""The benchmark counts as its documentation says."""

from benchmarks.anonymisation import measure, ours, stock
from intelligence.anonymizer import Anonymizer

ROWS = [
    {"text": "mail ana@x.com ok", "spans": [[5, 14, "EMAIL"]]},
    {"text": "Ana called", "spans": [[0, 3, "PERSON"]]},
    {"text": "it costs $5,000 in San Jose", "spans": [], "ignore": [[19, 27, "city"]]},
]


def test_a_leak_is_a_gold_span_with_a_visible_character() -> None:
    result = measure(ROWS, lambda text: [(5, 13, "EMAIL")] if text.startswith("mail") else [], frozenset())
    assert result["leak"] == 1.0
    assert result["leak_by_type"] == {"EMAIL": 1.0, "PERSON": 1.0}
    assert result["char_precision"] == 1.0


def test_named_labels_count_for_the_leak_and_every_label_for_the_precision() -> None:
    result = measure(
        ROWS, lambda text: [(0, 3, "PERSON")] if text.startswith("Ana") else [(5, 14, "EMAIL")] if text.startswith("mail") else [], frozenset({"PERSON"})
    )
    assert (result["leak"], result["char_precision"], result["leak_by_type"]) == (0.0, 1.0, {"PERSON": 0.0})


def test_masked_characters_of_texts_without_gold_are_over_masked_unless_ignored() -> None:
    result = measure(ROWS[2:], lambda _: [(0, 8, "PERSON"), (19, 27, "LOCATION")], frozenset())
    assert result["over_masked_per_1000"] == round(1000 * 8 / 27, 2)
    assert result["char_precision"] == 0.0


def test_numbers_of_a_kind_that_the_file_does_not_annotate_count_as_defined_and_stand_apart_as_annotated() -> None:
    amounts = measure(ROWS, lambda text: [(9, 15, "AMOUNT")] if "$" in text else [(0, 3, "PERSON")] if text.startswith("Ana") else [], frozenset())
    assert (amounts["char_precision"], amounts["annotated"]["char_precision"]) == (round(3 / 9, 4), 1.0)
    assert (amounts["over_masked_per_1000"], amounts["annotated"]["over_masked_per_1000"]) == (round(1000 * 6 / 27, 2), 0.0)
    emails = measure(ROWS, lambda text: [(0, 3, "EMAIL")] if "$" in text else [], frozenset())
    assert (emails["char_precision"], emails["annotated"]["char_precision"]) == (0.0, 0.0)


def test_ours_and_stock_run_on_the_same_rows() -> None:
    assert measure(ROWS[:1], ours(Anonymizer()), frozenset())["leak"] == 0.0
    assert measure(ROWS[:2], stock(), frozenset())["leak"] > 0.0

from datetime import UTC, datetime, timedelta

from intelligence.extraction import Bubble, Exchange, LabelledTurn, Turn, exchanges, follow_ups, turns, unfinished

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = MORNING + timedelta(days=60)


def _labelled(*said: tuple[str, str, float]) -> list[LabelledTurn]:
    """(role, label, hours since the beginning); a customer's label is objections joined by + or a reaction, a marketer's is the response."""
    found = []
    for at, (role, label, hours) in enumerate(said):
        moment = MORNING + timedelta(hours=hours)
        turn = Turn((f"t{at}",), role, label, moment, moment)
        if role == "marketer":
            found.append(LabelledTurn(turn, response=label))
        elif label in {"positive", "neutral", "negative"}:
            found.append(LabelledTurn(turn, reaction=label))
        else:
            found.append(LabelledTurn(turn, tuple(label.split("+")), "negative"))
    return found


def _told(found: list[Exchange]) -> list[tuple[str, str, str]]:
    return [(one.objection, one.response, one.reaction) for one in found]


def test_bubbles_of_one_side_are_one_turn_unless_hours_lie_between() -> None:
    def bubble(at: int, role: str, hours: float) -> Bubble:
        return Bubble(str(at), role, f"text {at}", MORNING + timedelta(hours=hours))

    said = turns([bubble(0, "customer", 0), bubble(1, "customer", 0.1), bubble(2, "customer", 8), bubble(3, "marketer", 9)])
    assert [turn.message_ids for turn in said] == [("0", "1"), ("2",), ("3",)]


def test_objection_answer_and_reaction_become_an_exchange() -> None:
    (only,) = exchanges(_labelled(("customer", "budget", 0), ("marketer", "roi-proof", 2), ("customer", "positive", 30)))
    assert (only.objection, only.response, only.reaction) == ("budget", "roi-proof", "positive")
    assert only.latency == timedelta(hours=2)
    assert only.place == "t0/0/0"


def test_two_objections_in_one_breath_are_two_exchanges() -> None:
    found = exchanges(_labelled(("customer", "budget+timing", 0), ("marketer", "payment-plan", 1), ("customer", "positive", 2)))
    assert _told(found) == [("budget", "payment-plan", "positive"), ("timing", "payment-plan", "positive")]
    assert len({one.place for one in found}) == 2


def test_every_answer_before_the_customer_spoke_again_shares_the_reaction() -> None:
    found = exchanges(_labelled(("customer", "budget", 0), ("marketer", "roi-proof", 1), ("marketer", "discount", 9), ("customer", "negative", 10)))
    assert _told(found) == [("budget", "roi-proof", "negative"), ("budget", "discount", "negative")]


def test_small_talk_may_stand_between_but_not_another_topic() -> None:
    aside = [
        ("customer", "budget", 0.0),
        ("marketer", "other", 1.0),
        ("customer", "neutral", 2.0),
        ("marketer", "roi-proof", 24.0),
        ("customer", "positive", 25.0),
    ]
    assert _told(exchanges(_labelled(*aside))) == [("budget", "roi-proof", "positive")]
    long = [("customer", "budget", 0.0), *[(role, label, float(at)) for at in range(1, 7) for role, label in [("marketer", "other"), ("customer", "neutral")]]]
    assert exchanges(_labelled(*long, ("marketer", "roi-proof", 30), ("customer", "positive", 31))) == []


def test_an_answer_belongs_to_the_latest_objection() -> None:
    found = exchanges(_labelled(("customer", "budget", 0), ("customer", "authority", 10), ("marketer", "escalate-to-expert", 11), ("customer", "positive", 12)))
    assert _told(found) == [("authority", "escalate-to-expert", "positive")]


def test_a_reaction_that_objects_again_begins_the_next_exchange() -> None:
    found = exchanges(
        _labelled(
            ("customer", "budget", 0), ("marketer", "roi-proof", 1), ("customer", "trust", 2), ("marketer", "reference-call", 3), ("customer", "positive", 4)
        )
    )
    assert _told(found) == [("budget", "roi-proof", "negative"), ("trust", "reference-call", "positive")]


def test_silence_counts_only_when_it_has_lasted() -> None:
    said = _labelled(("customer", "budget", 0), ("marketer", "roi-proof", 2))
    assert exchanges(said) == []
    assert exchanges(said, MORNING + timedelta(days=13)) == []
    assert _told(exchanges(said, MORNING + timedelta(days=15))) == [("budget", "roi-proof", "neutral")]


def test_the_place_of_an_exchange_does_not_depend_on_its_labels_or_on_what_follows() -> None:
    short = exchanges(_labelled(("customer", "budget", 0), ("marketer", "roi-proof", 2)), LATER)
    long = exchanges(_labelled(("customer", "trust", 0), ("marketer", "case-study", 2), ("customer", "positive", 3)), LATER)
    assert short[0].place == long[0].place


def test_reading_resumes_where_something_is_unfinished() -> None:
    waiting = _labelled(("customer", "neutral", 0), ("marketer", "other", 1), ("customer", "budget", 2), ("marketer", "other", 3), ("customer", "neutral", 4))
    assert unfinished(waiting) == 2
    done = _labelled(("customer", "budget", 0), ("marketer", "roi-proof", 1), ("customer", "positive", 2), ("marketer", "other", 3))
    assert unfinished(done) == 2
    assert unfinished([]) == 0


def test_a_follow_up_is_a_message_after_a_day_of_silence() -> None:
    said = [one.turn for one in _labelled(("customer", "neutral", 0), ("marketer", "other", 1), ("marketer", "other", 80), ("customer", "neutral", 85))]
    (only,) = follow_ups(said, LATER)
    assert (only.place, only.answered_after, only.wrote_last) == ("t2", timedelta(hours=5), "marketer")
    assert only.silence == timedelta(hours=79)


def test_a_follow_up_waits_a_day_before_it_counts_as_unanswered() -> None:
    said = [one.turn for one in _labelled(("customer", "neutral", 0), ("marketer", "other", 80))]
    assert follow_ups(said, MORNING + timedelta(hours=90)) == []
    (only,) = follow_ups(said, MORNING + timedelta(hours=110))
    assert only.answered_after is None

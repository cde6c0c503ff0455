import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.bootstrap import House
from bot.messages import Address, InboundMessage, Role
from memory.message_statuses import ORDER, MessageStatuses, later
from memory.tables import Staff
from tests.conftest import NOW

SID = "SM" + "1" * 32
STEPS = ("queued", "sending", "sent", "delivered", "read", "failed", "undelivered", "canceled", "accepted", "scheduled")


def stored(house: House, sid: str = SID, source: str = "twilio") -> None:
    inbox = house.inbox(lambda _session, _entry: None)
    ours, theirs = Address("whatsapp", "+12025550101"), Address("whatsapp", "+4915150000007")
    assert inbox.accept(InboundMessage(source, "AC1", sid, ours, theirs, Role.MARKETER, "we can talk", NOW), NOW) is not None


@settings(max_examples=300)
@given(some.lists(some.sampled_from([*STEPS, "", "partially_delivered"]), min_size=1), some.randoms(use_true_random=False))
def test_the_last_word_does_not_depend_on_the_order_or_repetition_of_callbacks(told: list[str], chance: object) -> None:
    def end(steps: list[str]) -> str:
        status, seen = "", [""]
        for step in steps:
            status = later(status, step)
            seen.append(status)
        assert [ORDER.index(one) for one in seen] == sorted(ORDER.index(one) for one in seen)
        return status

    shuffled = [*told, *told]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert end(shuffled) == end(told)


@pytest.mark.parametrize("seed", range(6))
def test_rows_never_move_backwards_whatever_the_order(house: House, alice: Staff, seed: int) -> None:
    import random

    stored(house)
    statuses = MessageStatuses(house.database)
    told = random.Random(seed).choices(STEPS, k=12)
    reached = ""
    for step in told:
        assert statuses.advance("twilio", SID, step)
        reached = later(reached, step)
        assert statuses.of("twilio", SID) == reached
    statuses.advance("twilio", SID, "a word of tomorrow")
    assert statuses.of("twilio", SID) == reached


def test_a_status_for_a_message_that_another_source_brought_first_reaches_it(house: House, alice: Staff) -> None:
    statuses = MessageStatuses(house.database)
    assert not statuses.advance("twilio", SID, "sent")
    stored(house, "CH1/IM1", "twilio-conversations")
    stored(house)
    assert statuses.advance("twilio", SID, "delivered")
    assert statuses.of("twilio-conversations", "CH1/IM1") == "delivered"
    assert not statuses.advance("twilio-conversations", SID, "read")

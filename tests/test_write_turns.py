import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from memory.errors import DatabaseBusy
from memory.write_turns import WriteTurns


def test_an_urgent_writer_goes_before_those_that_wait_already() -> None:
    turns, order, waiting = WriteTurns(30), list[str](), threading.Barrier(4)

    def write(name: str, *, urgent: bool = False) -> None:
        waiting.wait()
        with turns.turn(urgent=urgent):
            order.append(name)

    with ThreadPoolExecutor(3) as threads:
        with turns.turn():
            futures = [threads.submit(write, "job"), threads.submit(write, "another job"), threads.submit(write, "webhook", urgent=True)]
            waiting.wait()
            while turns.waiting < 3:
                pass
        for future in futures:
            future.result()
    assert order[0] == "webhook"
    assert sorted(order[1:]) == ["another job", "job"]


def test_who_has_the_turn_may_take_it_again_and_who_waits_too_long_is_told() -> None:
    turns = WriteTurns(0.01)
    with ThreadPoolExecutor(1) as threads:
        with turns.turn(), turns.turn(urgent=True), pytest.raises(DatabaseBusy, match="try again"):
            threads.submit(turns.turn(urgent=True).__enter__).result()
        with turns.turn(), turns.turn():
            pass

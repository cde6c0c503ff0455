from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.moments import moment_in

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 10, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tomorrow", (2026, 11, 21, 9, 0)),
        ("tomorrow at 14:30", (2026, 11, 21, 14, 30)),
        ("Tomorrow 3pm", (2026, 11, 21, 15, 0)),
        ("day after tomorrow", (2026, 11, 22, 9, 0)),
        ("monday", (2026, 11, 23, 9, 0)),
        ("next friday", (2026, 11, 27, 9, 0)),  # today is Friday: the same word means in a week
        ("tue 08:15", (2026, 11, 24, 8, 15)),
        ("in 3 days", (2026, 11, 23, 9, 0)),
        ("in two weeks at 16:00", (2026, 12, 4, 16, 0)),
        ("in 2 hours", (2026, 11, 20, 12, 30)),
        ("next week", (2026, 11, 23, 9, 0)),
        ("2026-12-01 09:30", (2026, 12, 1, 9, 30)),
        ("12 may", (2027, 5, 12, 9, 0)),  # the next one there is
        ("December 3rd at 10", (2026, 12, 3, 10, 0)),
        ("14:00", (2026, 11, 20, 14, 0)),
        ("09:00", (2026, 11, 21, 9, 0)),  # already past today
        ("tonight", (2026, 11, 20, 19, 0)),
        ("monday afternoon", (2026, 11, 23, 15, 0)),
        ("monday 12am", (2026, 11, 23, 0, 0)),
    ],
)
def test_a_moment_is_read_as_people_mean_it(said: str, expected: tuple[int, int, int, int, int]) -> None:
    assert moment_in(said, FRIDAY) == datetime(*expected, tzinfo=BERLIN)


@pytest.mark.parametrize("said", ["", "soon", "when he is back", "31 february", "2026-13-40", "the usual"])
def test_what_is_no_moment_is_none(said: str) -> None:
    assert moment_in(said, FRIDAY) is None


def test_clocks_that_change_keep_the_time_of_day() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    assert moment_in("in 2 days at 9:00", before) == datetime(2026, 10, 26, 9, 0, tzinfo=BERLIN)

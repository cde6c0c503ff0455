from datetime import date, timedelta

import pytest

from bot.answers import RecalledMessage
from bot.bootstrap import House
from bot.periods import Period, period_in
from bot.questions import read
from bot.recollections import telling
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.tables import Staff
from tests.conftest import NOW

TODAY = date(2026, 11, 25)
"""A Wednesday."""
CUSTOMERS = {"t1": ("Maria González", ""), "t2": ("Jürgen Haller", "Haller Metallbau GmbH"), "t3": ("Priscilla Nakamura", "")}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("what did Maria say about delivery last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("was hat er letzte Woche geschrieben", date(2026, 11, 16), date(2026, 11, 22)),
        ("qué dijo la semana pasada", date(2026, 11, 16), date(2026, 11, 22)),
        ("what did she send on 3 May", date(2026, 5, 3), date(2026, 5, 3)),
        ("what did she send on May 3rd, 2025?", date(2025, 5, 3), date(2025, 5, 3)),
        ("was kam am 3. Mai", date(2026, 5, 3), date(2026, 5, 3)),
        ("qué mandó el 3 de mayo", date(2026, 5, 3), date(2026, 5, 3)),
        ("what happened on 14.01.2024", date(2024, 1, 14), date(2024, 1, 14)),
        ("what happened on 3/14/2025", date(2025, 3, 14), date(2025, 3, 14)),
        ("who wrote on 24 December", date(2025, 12, 24), date(2025, 12, 24)),
        ("was sagte er vor zwei Tagen", date(2026, 11, 23), date(2026, 11, 23)),
        ("who wrote in the last 3 days", date(2026, 11, 22), TODAY),
        ("what came on Friday", date(2026, 11, 20), date(2026, 11, 20)),
        ("desde el lunes", date(2026, 11, 23), TODAY),
        ("after Monday", date(2026, 11, 24), TODAY),
        ("before 3 May 2026", date.min, date(2026, 5, 2)),
        ("in March 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("in 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("yesterday", date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_a_time_is_understood(said: str, first: date, last: date) -> None:
    assert period_in(said, TODAY)[0] == Period(first, last)


@pytest.mark.parametrize(
    "said", ["May I ask who wanted it", "who will come next week", "on 31 February", "on 3 May 2031", "hier ist das Angebot", "week 12 or later"]
)
def test_what_names_no_past_time_is_no_period(said: str) -> None:
    assert period_in(said, TODAY)[0] is None


@pytest.mark.parametrize(
    ("text", "threads", "certain", "role", "people"),
    [
        ("what did Maria say about delivery last week", {"t1"}, True, "customer", False),
        ("Marias Frage zur Lieferung", {"t1"}, True, "customer", False),
        ("what did i promise maria gonzalez", {"t1"}, True, "", False),
        ("was wollte Haller Metallbau", {"t2"}, True, "customer", False),
        ("what did Prisilla order", {"t3"}, False, "customer", False),
        ("who asked for the security certificate", set(), False, "", True),
        ("quién pidió el certificado", set(), False, "", True),
        ("what did she send on 3 May", set(), False, "customer", False),
        ("what did Alice offer", set(), False, "marketer", False),
        ("which GmbH wanted a discount", set(), False, "", False),
    ],
)
def test_whom_a_question_names(text: str, threads: set[str], certain: bool, role: str, people: bool) -> None:  # noqa: FBT001 - columns of the table
    asked = read(text, CUSTOMERS, "Alice Okafor", TODAY)
    assert (asked.conversations, asked.certain, asked.role, asked.wants_people) == (threads, certain, role, people)


def test_what_names_people_and_times_is_not_the_subject() -> None:
    assert read("What did Alice tell Maria about delivery last week?", CUSTOMERS, "Alice Okafor", TODAY).subject == "what did about delivery"


def test_a_question_finds_the_person_the_day_and_everybody_who_asked(house: House, alice: Staff) -> None:
    zone, now = house.zones.open(alice.id), house.clock()
    last_week = now - timedelta(days=now.weekday() + 4)
    told = {
        "Maria Gonzalez": [("when is the delivery of the pallets", now - timedelta(days=60)), ("the delivery must be here before noon", last_week)],
        "John Brandt": [("our delivery was late again", last_week), ("could you send us the ISO security certificate", last_week)],
        "Dana Whitfield": [("we need the security certificate for our audit", now - timedelta(days=90))],
    }
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    stored: list[str] = []
    with house.database.transaction() as session:
        for name, messages in told.items():
            customer = customers.add(session, name, now=now)
            thread = conversations.with_customer(session, customer.id, "whatsapp", now)
            said = [Incoming("export", "", "customer", "text", text, at) for text, at in messages]
            stored += [row.id for row in conversations.store(session, thread.id, said, now)]
    house.memories.of(alice.id).remember(stored)

    of_maria = house.assistant.recall(alice.id, "what did Maria say about delivery last week")
    assert [hit.text for hit in of_maria.hits] == ["the delivery must be here before noon"]
    assert not of_maria.abstained
    asked = house.assistant.recall(alice.id, "who asked for the security certificate")
    assert set(asked.people) == {"John Brandt", "Dana Whitfield"}
    assert asked.as_json()["people"] == list(asked.people)
    long_ago = house.assistant.recall(alice.id, "what did Maria say about delivery in 2019")
    assert long_ago.abstained
    assert {hit.customer for hit in long_ago.hits} == {"Maria Gonzalez"}


def test_files_and_very_short_turns_are_no_answer_and_what_somebody_wanted_is_in_their_own_words() -> None:
    def said(text: str, sender: str = "customer", score: float = 0.5) -> RecalledMessage:
        return RecalledMessage(text, "t1", "Maria", NOW, sender, text, score)

    rows = [said("<media>"), said("Yep"), said("go ahead"), said("we need a till for two shops", score=0.6), said("What do you need, Maria?", "marketer")]
    assert [one.text for one in telling("what did Maria want?", rows)] == ["we need a till for two shops"]
    assert [one.text for one in telling("what about the till?", rows)] == ["we need a till for two shops", "What do you need, Maria?"]
    assert [one.text for one in telling("how many tills?", [*rows, said("Two tills", score=0.9)])][-1] == "Two tills"
    assert telling("what about the till?", rows[:1]) == tuple(rows[:1])

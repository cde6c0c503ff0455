"""How long a day's new messages take to be learned, beside a full relearn.

`python -m benchmarks.learning [--marketers 20 --messages 4000]`: half of the messages are there and learned, the other half arrive in the same conversations.
Keys: `full_per_s`, `new_per_s` (messages stored and learned from, a second of learning), `idle_s` (a run when nothing is new), `exchanges`.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.small_world import ANSWERS, REACTIONS, SAID
from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.tables import Staff

_CUSTOMERS = 10
_TALK = (
    "Thanks, I have received it.",
    "Could you send it once more as a file?",
    "We are on site until four.",
    "The fair was good, many visitors.",
    "Let me check and come back to you.",
)
_BEGAN = datetime(2026, 9, 7, 9, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--marketers", type=int, default=20)
    arguments.add_argument("--messages", type=int, default=4_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    each = given.messages // 2 // given.marketers // _CUSTOMERS
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        initialise(settings)
        house = House.opened(settings)
        chance = Random(given.seed)
        members = [house.staff.add(f"Seller {number}", now=_BEGAN) for number in range(given.marketers)]
        for member in members:
            house.staff.set_contributes(member.id, contributes=True)
        house.learning.learn(_BEGAN)  # loads the models
        figures = {}
        for name, week in (("full", 0), ("new", 4)):
            stored = sum(_talk(house, member, chance, each, _BEGAN + timedelta(weeks=week)) for member in members)
            print(f"{stored} messages stored", file=sys.stderr)
            began = time.perf_counter()
            report = house.learning.learn(_BEGAN + timedelta(weeks=week + 2))
            figures[f"{name}_per_s"] = round(stored / (time.perf_counter() - began), 1)
            figures[f"{name}_read"] = report.messages
            figures["exchanges"] = report.exchanges
        began = time.perf_counter()
        house.learning.learn(_BEGAN + timedelta(weeks=6))
        figures["idle_s"] = round(time.perf_counter() - began, 2)
        house.close()
    print(json.dumps(figures))


def _talk(house: House, member: Staff, chance: Random, each: int, began: datetime) -> int:
    zone = house.zones.open(member.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    stored = 0
    for number in range(_CUSTOMERS):
        with house.database.transaction() as session:
            known = customers.called(session, f"Customer {number}") or customers.add(session, f"Customer {number}", now=began)
            customers.set_industry(session, known, "retail", "told")
            thread = conversations.with_customer(session, known.id, "whatsapp", began)
            said = [
                Incoming("export", "", role, "text", text, began + timedelta(hours=7 * at, seconds=number))
                for at, (role, text) in enumerate(_lines(chance, each))
            ]
            stored += len(conversations.store(session, thread.id, said, began))
    return stored


def _lines(chance: Random, each: int) -> list[tuple[str, str]]:
    """One objection, answer and reaction in five messages of small talk."""
    lines: list[tuple[str, str]] = []
    while len(lines) < each:
        lines += [
            ("customer", chance.choice(SAID[chance.choice(list(SAID))])),
            ("marketer", chance.choice(list(ANSWERS.values()))),
            ("customer", chance.choice(REACTIONS[chance.random() < 0.5])),
            *((role, chance.choice(_TALK)) for role in ("marketer", "customer", "marketer", "customer", "marketer")),
        ]
    return lines[:each]


if __name__ == "__main__":
    main()

"""The Slack door under load and faults: `python -m benchmarks.slack [--people 200] [--model-seconds 20] [--cards 10000] [--first-cards 20]`.

Everything runs over real HTTP against the double of Slack, in one process: the crowd, Slack and the door share the machine's cores.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.strange_cards import strange_card
from bot import cards, demo, logs
from bot.channels import slack_blocks
from bot.channels.answers import StaffOf
from bot.channels.slack import SlackDoor
from bot.demo_service import DemoService
from bot.doubles.server import LoopbackServer
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_rules import problems
from bot.messages import Card
from memory.database import Database
from memory.preferences import MOST_CARDS_PER_HOUR, Preferences
from memory.seen_keys import SeenKeys

_ANSWERED_WITHIN = 60.0
_ACKED_WITHIN = 3.0
_COPIES = 4
_OBJECTIONS = (
    "We can't afford this right now, the budget is used up.",
    "Honestly, that is too expensive for us.",
    "My boss has to decide about this.",
    "We already work with another supplier.",
    "How do I know this really works?",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=200)
    arguments.add_argument("--model-seconds", type=float, default=20.0)
    arguments.add_argument("--cards", type=int, default=10_000)
    arguments.add_argument("--first-cards", type=int, default=20)
    chosen = arguments.parse_args()
    logs.silence()
    result: dict[str, float] = {}
    for measure in (
        lambda: _crowd(chosen.people, chosen.model_seconds),
        lambda: {"duplicate_effects": _duplicates()},
        lambda: {"invalid_renders": _renders(chosen.cards)},
        lambda: {"first_card_p95_s": _first_cards(chosen.first_cards)},
    ):
        result |= measure()
        _say(json.dumps(result))
    print(json.dumps(result))


def _crowd(people: int, model_seconds: float) -> dict[str, float]:
    """Everybody types a command within one second while every answer takes as long as a slow model."""
    _say(f"{people} people at once, answers take {model_seconds:.0f} s")
    answers = _Slow(model_seconds)
    with _door(answers, lambda user, _team: f"staff-{user}") as slack, ThreadPoolExecutor(people) as crowd:
        users = [f"U0P{number}" for number in range(people)]
        began = time.monotonic()

        def types(number: int) -> float:
            time.sleep(number / people)
            answer = slack.slash("/recall", "what did they want?", user=users[number])
            return answer.seconds if answer.status == 200 else float("inf")

        acknowledged = list(crowd.map(types, range(people)))
        while time.monotonic() - began < _ANSWERED_WITHIN and not all(_answered(slack, user) for user in users):
            time.sleep(0.2)
        answered = sum(_answered(slack, user) for user in users)
    return {
        "acked_share": sum(one <= _ACKED_WITHIN for one in acknowledged) / people,
        "answered_share": answered / people,
        "ack_p99_ms": round(float(np.percentile(acknowledged, 99)) * 1_000, 1),
        "n": people,
    }


def _answered(slack: SlackDouble, user: str) -> bool:
    """Whether the answer came, or word of why it did not yet."""
    shown = [*slack.ephemerals(user), *slack.direct_messages(user)]
    return any("answer is here" in str(message.blocks) or "direct message" in str(message.blocks) for message in shown)


def _duplicates() -> int:
    """Every fact is delivered four times at once, through the real table of seen keys; how many effects were too many."""
    _say("40 facts, each delivered four times at once")
    facts = 40
    answers = _Slow(0.0)
    with _door(answers, lambda user, _team: f"staff-{user}") as slack, ThreadPoolExecutor(16) as crowd:

        def deliver(number: int) -> None:
            fact = number % facts
            inner = {"type": "message", "channel_type": "im", "channel": "D0BOB", "user": "U0BOB", "text": "recall Ruth", "ts": f"17000000.{fact:06d}"}
            slack.event(inner, event_id=f"Ev{fact}", retry=number // facts)

        list(crowd.map(deliver, range(facts * _COPIES)))
        time.sleep(2)
        if answers.asked < facts:
            msg = f"only {answers.asked} of {facts} facts had an effect"
            raise SystemExit(msg)
        return answers.asked - facts


def _renders(count: int) -> int:
    """Cards nobody should make, drawn and checked by the double's rules."""
    _say(f"{count} strange cards")
    chance = random.Random(20261121)
    return sum(bool(problems(slack_blocks.message(strange_card(chance))["blocks"])) for _ in range(count))


def _first_cards(count: int) -> float:
    """Seconds from a customer's message at Twilio's double to its owner's card at Slack's, through the real service; 95th percentile."""
    _say(f"{count} first cards through the whole service")
    with tempfile.TemporaryDirectory() as folder:
        cast = demo.Cast.load()
        house, people = demo.told(Path(folder) / "data", cast, demo.Stage(Console(stderr=True, quiet=True)))
        newcomer = people[cast.ninth["slug"]]
        number = house.staff.addresses(newcomer.id)[0].address
        # What keeps cards rare would make this wait for cards that never come.
        Preferences(house.database, house.zones.open(newcomer.id)).set_cards_per_hour(MOST_CARDS_PER_HOUR)
        house.settings = house.settings.model_copy(update={"held_out_share": 0.0})
        objections = [text for text in _OBJECTIONS if house.assistant.suggest(newcomer.id, text).objection != "none"]
        _say(f"{len(objections)} of {len(_OBJECTIONS)} messages are understood as objections and used")
        waited = []
        with DemoService(house) as service:
            for at in range(count + 1):
                began = time.monotonic()
                service.customer_writes(f"+1202555{at:04d}", number, f"Customer {at}", objections[at % len(objections)])
                service.card_for(newcomer, after=at)
                waited.append(time.monotonic() - began)
        house.close()
    return round(float(np.percentile(waited[1:], 95)), 3)  # the first one loads the models


class _Slow:
    """Answers recall after a while, as a language model does."""

    has_model = False
    """Or the answer would be work, which is measured by nothing here."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._counting = threading.Lock()
        self.asked = 0

    def recall(self, _staff_id: str, _question: str) -> Card:
        """The answer."""
        with self._counting:
            self.asked += 1
        time.sleep(self._seconds)
        return cards.said("Answer", "The answer is here.")


@contextmanager
def _door(answers: _Slow, staff_of: StaffOf) -> Iterator[SlackDouble]:
    """The door on HTTP with the real table of seen keys, and the double that sends to it."""
    with tempfile.TemporaryDirectory() as folder, SlackDouble() as slack:
        database = Database(f"sqlite:///{folder}/tradecraft.db")
        database.migrate()
        seen = SeenKeys(database)
        door = SlackDoor(
            bot_token=slack.bot_token,
            signing_secret=slack.signing_secret,
            api_url=slack.api_url,
            answers=cast("Any", answers),
            staff_of=staff_of,
            first_time=lambda key: seen.first_time(key, datetime.now(UTC)),
        )

        async def endpoint(request: Request) -> Response:
            return await door.handle(request)

        with LoopbackServer(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])) as server:
            slack.request_url = f"{server.url}/slack/events"
            yield slack
        database.close()


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

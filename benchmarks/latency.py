"""How long each step of an answer takes, on the demo's conversations: `python -m benchmarks.latency [--rounds 200]`.

Single caller, warm. `webhook_ack` is a signed Twilio webhook over real HTTP to the real service, from the request to the empty TwiML after the commit.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console

from bot import demo, logs
from bot.bootstrap import House
from bot.demo_service import DemoService
from memory.conversations import Conversations

_QUESTIONS = ("who asked for a certificate?", "what did they say about the price", "when can we start", "who wanted a trial", "problems with delivery")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    rounds = arguments.parse_args().rounds
    logs.silence()
    with _prepared() as (house, owner, newcomer, texts):
        cycle = [texts[at % len(texts)] for at in range(rounds)]
        result = {
            "embed": _timed([lambda text=text: house.embedder.embed([text]) for text in cycle]),
            "anonymize": _timed([lambda text=text: house.anonymizer.analyze(text) for text in cycle]),
            "recall": _timed([lambda at=at: house.assistant.recall(owner, _QUESTIONS[at % len(_QUESTIONS)]) for at in range(rounds)]),
            "suggest": _timed([lambda text=text: house.assistant.suggest(owner, text) for text in cycle]),
        }
        with DemoService(house) as service:
            result["webhook_ack"] = _timed(
                [lambda at=at: service.customer_writes(f"+1202555{at % 50:04d}", newcomer, "Ruth", f"Message number {at}, thanks") for at in range(rounds)],
            )
        result["n"] = rounds
    print(json.dumps(result))


@contextmanager
def _prepared() -> Iterator[tuple[House, str, str, list[str]]]:
    """A house with the demo's conversations learned; one owner, the newcomer's number, and the customers' texts of that owner."""
    with tempfile.TemporaryDirectory() as folder:
        cast = demo.Cast.load()
        house, people = demo.told(Path(folder) / "data", cast, demo.Stage(Console(stderr=True)))
        owner = people[cast.marketers[0]["slug"]].id
        conversations = Conversations(house.database, house.zones.open(owner))
        texts = [message.text for thread in conversations.threads() for message in conversations.history(thread.id) if message.role == "customer"]
        newcomer = house.staff.addresses(people[cast.ninth["slug"]].id)[0].address
        yield house, owner, newcomer, [text for text in texts if text]
        house.close()


def _timed(calls: Sequence[Callable[[], object]]) -> dict[str, float]:
    for call in calls[:5]:
        call()
    seconds = []
    for call in calls:
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


if __name__ == "__main__":
    main()

"""Recall on long chats: one zone a conversation, through the real import and recall path.

`python -m benchmarks.memory --data FILE [-k 10]`; FILE has one conversation a line: `conv_id`, `speakers`, `turns` (`dia_id`, `session`, `speaker`, `text`, a
time) and `qa` (`question`, `evidence`: dia_ids). No language model. `abstained_answerable` and `abstained_unanswerable` are the shares of questions that recall
says nothing answers: of those asked in their own zone, and of those asked in the zone of a chat between other people.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.conversations import Conversations
from memory.tables import Staff

_DEEPEST = 25
_TIMES = ("%I:%M %p on %d %B, %Y",)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("-k", type=int, default=10, help="how many of the first results count for foreign_rate")
    given = arguments.parse_args()
    chats = [json.loads(line) for line in given.data.read_text(encoding="utf8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        initialise(settings)
        house = House.opened(settings)
        zones = [_imported(house, chat, number, Path(folder)) for number, chat in enumerate(chats)]
        result = _asked(house, chats, zones, given.k)
        house.close()
    print(json.dumps(result))


def _imported(house: House, chat: dict[str, Any], number: int, folder: Path) -> tuple[Staff, dict[str, str]]:
    """A zone with this chat; and which message is which turn."""
    theirs, ours = chat["speakers"]
    member = house.staff.add(f"{ours} {number}", now=house.clock(), time_zone="UTC")
    path = folder / f"WhatsApp Chat - {theirs}.txt"
    times = _times(chat["turns"])
    lines = [f"[{at:%d/%m/%Y, %H:%M:%S}] {turn['speaker']}: {turn['text'] or '.'}" for at, turn in zip(times, chat["turns"], strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    began = time.perf_counter()
    report = house.importing.run(member, path, me=ours, customer=theirs, date_order="dmy", now=house.clock())
    print(f"{chat['conv_id']}: {report.added} messages in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    conversations = Conversations(house.database, house.zones.open(member.id))
    (thread,) = conversations.threads()
    stored = conversations.history(thread.id)
    by_time = {at: turn["dia_id"] for at, turn in zip(times, chat["turns"], strict=True)}
    if skipped := len(by_time) - len(stored):
        print(f"{chat['conv_id']}: {skipped} notices such as 'This message was deleted' are no messages", file=sys.stderr)
    return member, {message.id: by_time[message.sent_at] for message in stored}


def _times(turns: list[dict[str, Any]]) -> list[datetime]:
    """Ascending, to the second: a turn's own time, or its session's plus a minute a turn."""
    times: list[datetime] = []
    for turn in turns:
        written = datetime.fromisoformat(turn["time"]) if "time" in turn else datetime.strptime(turn["session_time"], _TIMES[0])  # noqa: DTZ007 - below
        at = written.replace(tzinfo=UTC, microsecond=0)
        if times and at <= times[-1]:
            at = times[-1] + (timedelta(minutes=1) if "session_time" in turn else timedelta(seconds=1))
        times.append(at)
    return times


def _asked(house: House, chats: list[dict[str, Any]], zones: list[tuple[Staff, dict[str, str]]], k: int) -> dict[str, Any]:
    recalls: dict[int, list[float]] = {5: [], 10: [], _DEEPEST: []}
    ranks, foreign, seconds, open_ = [], [], [], []
    for chat, (member, turn_of) in zip(chats, zones, strict=True):
        known = set(turn_of.values())
        for item in chat["qa"]:
            evidence = set(item["evidence"]) & known
            if not evidence:
                continue
            began = time.perf_counter()
            told = house.assistant.recall(member.id, item["question"], _DEEPEST)
            seconds.append(time.perf_counter() - began)
            hits = told.hits
            open_.append(told.abstained)
            found = [turn_of.get(hit.message_id) for hit in hits]
            foreign.append(any(one is None for one in found[:k]))
            for depth, values in recalls.items():
                values.append(len(evidence & set(found[:depth])) / len(evidence))
            ranks.append(next((1 / place for place, one in enumerate(found, 1) if one in evidence), 0.0))
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {
        **{f"recall@{depth}": round(float(np.mean(values)), 4) for depth, values in recalls.items()},
        "mrr": round(float(np.mean(ranks)), 4),
        "foreign_rate": float(np.mean(foreign)),
        "abstained_answerable": round(float(np.mean(open_)), 4),
        "abstained_unanswerable": _left_open(house, chats, zones),
        "n": len(ranks),
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
    }


def _left_open(house: House, chats: list[dict[str, Any]], zones: list[tuple[Staff, dict[str, str]]]) -> float | None:
    """The share of questions left open when they are asked in the zones of others who share no speaker; None where there are none."""
    abstained = [
        house.assistant.recall(member.id, item["question"]).abstained
        for chat in chats
        for other, (member, _) in zip(chats, zones, strict=True)
        if not {name.casefold() for name in chat["speakers"]} & {name.casefold() for name in other["speakers"]}
        for item in chat["qa"]
    ]
    return round(float(np.mean(abstained)), 4) if abstained else None


if __name__ == "__main__":
    main()

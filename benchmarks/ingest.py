"""How fast messages become searchable memory: `python -m benchmarks.ingest --messages N [--peer --peer-python /path/to/python]`.

Ours: a WhatsApp export through `tradecraft import`'s own use case: parsed, deduplicated, sealed, embedded, indexed in words and vectors, committed. The peer is
mem0's `add(infer=False)`, the way it stores a message as it is, on Chroma, with the same embedding model, one call a message (it has no batch), run by another
interpreter that has `mem0ai`, `chromadb`, `onnxruntime` and `tokenizers` installed; its sealing and word index are none. Both write to disk and commit.
"""

import argparse
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.bootstrap import House, initialise
from bot.settings import Settings

_THEIRS = (
    "could you send the offer for {n} pallets to the office?",
    "honestly that is {n} more than we planned, our budget is tight",
    "when would delivery be possible, week {n} or later?",
    "our auditor asks for certificate number {n}",
    "ok",
    "thanks, I will talk to my boss about item {n} and come back to you on monday",
)
_OURS = (
    "of course, offer {n} is on its way",
    "we can split it into {n} payments",
    "week {n} works, I have reserved it",
    "here is certificate {n}, valid until next year",
)
_PEER_MESSAGES = 300
"""The peer takes so long per message that more would only take longer: its rate does not rise."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=10_000)
    arguments.add_argument("--peer", action="store_true", help="compare with mem0")
    arguments.add_argument("--peer-python", type=Path, default=Path(sys.executable), help="an interpreter with mem0ai installed")
    given = arguments.parse_args()
    texts = _texts(given.messages)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.apply(_ingested, (texts,))
    if given.peer:
        peer = _peer(given.peer_python, texts[:_PEER_MESSAGES])
        result |= {f"peer_{name}": value for name, value in peer.items()} | {"ratio": round(result["messages_per_s"] / peer["messages_per_s"], 1)}
    print(json.dumps(result))


def _texts(count: int) -> list[str]:
    chance = random.Random(3)
    return [chance.choice(_OURS if at % 2 else _THEIRS).format(n=chance.randrange(10_000)) for at in range(count)]


def _ingested(texts: list[str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        initialise(settings)
        house = House.opened(settings)
        member = house.staff.add("Alice Okafor", now=house.clock(), time_zone="UTC")
        path = Path(folder) / "WhatsApp Chat - Maria Gonzalez.txt"
        start = datetime(2025, 1, 1, 8, tzinfo=UTC)
        lines = [
            f"[{start + timedelta(minutes=3 * at):%d/%m/%Y, %H:%M:%S}] {'Alice Okafor' if at % 2 else 'Maria Gonzalez'}: {text}"
            for at, text in enumerate(texts)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf8")
        assert house.embedder.dimensions
        began = time.perf_counter()
        report = house.importing.run(member, path, me="Alice Okafor", customer="Maria Gonzalez", date_order="dmy", now=house.clock())
        seconds = time.perf_counter() - began
        assert report.added == len(texts), f"{report.added} of {len(texts)} were stored"
        assert house.memories.of(member.id).recall("certificate").hits
        house.close()
        disk = sum(one.stat().st_size for one in settings.data_dir.rglob("*") if one.is_file())
    return {
        "messages": len(texts),
        "messages_per_s": round(len(texts) / seconds, 1),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "bytes_per_message": round(disk / len(texts)),
    }


def _peer(python: Path, texts: list[str]) -> dict[str, float]:
    models = Path(__file__).parent.parent / "memory" / "models" / "embedder"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(__file__).parent / "ingest_peer.py"
        ran = subprocess.run(  # noqa: S603 - the interpreter the caller named
            [python, script, folder, models],
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=False,
            env={"MEM0_TELEMETRY": "False", "HOME": folder},
        )
    if ran.returncode:
        sys.exit(f"The peer did not run: {ran.stderr.strip()[-600:]}")
    told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()

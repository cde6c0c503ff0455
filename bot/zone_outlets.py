"""What leaves the house otherwise than as an answer, for zone-proof: prompts to a language model, exported files, backups."""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.zone_canaries import Canary

if TYPE_CHECKING:
    from bot.bootstrap import House

_SHARED_PARTS = ("database", "master_key", "zones", "staff", "memories", "embedder", "vocabulary", "anonymizer", "classifier")
_PROMPT_SECONDS = 5.0


def prompts(house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """Every byte a language model is sent when the asker's questions are answered in words: a double on loopback takes the model's place."""
    from bot.doubles.anthropic import AnthropicDouble, structured

    with AnthropicDouble() as double, _keyed(house, double.api_key, double.url) as talking:
        for one in (asker, *others):
            double.answers.append(structured({"answer": "It is in the first message.", "citations": [1]}))
            talking.assistant.recall(asker.staff_id, f"what is the {one.handle} codeword")
        for request in double.requests:
            yield json.dumps(dict(request.headers)) + request.content.decode("utf8", "replace")


def exports(house: "House", asker: Canary, _others: Sequence[Canary]) -> Iterator[str]:
    """The files `privacy export` writes for the asker, and for the asker's customer."""
    from bot.privacy_export import Exports

    with tempfile.TemporaryDirectory() as folder:
        write = Exports(house)
        for number, make in enumerate((partial(write.of_staff, asker.staff_id), partial(write.of_customer, asker.staff_id, f"Canary {asker.handle}"))):
            yield "\n".join(_contents(make(Path(folder) / f"{number}.zip").file))


def backups(house: "House") -> Iterator[str]:
    """Every byte of a backup: nobody's secret is readable in it."""
    from bot import backups as written

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "backup.zip"
        written.create(house, target, "zone-proof")
        with zipfile.ZipFile(target) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("latin-1")


@contextmanager
def _keyed(house: "House", key: str, url: str) -> Iterator["House"]:
    """The same house with a language model: nothing is opened twice, and the house itself is left as it is."""
    talking = type(house)(
        house.settings.model_copy(update={"anthropic_api_key": SecretStr(key), "anthropic_api_url": url, "anthropic_seconds": _PROMPT_SECONDS}), house.clock
    )
    talking.__dict__.update({part: getattr(house, part) for part in _SHARED_PARTS})
    yield talking


def _contents(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield archive.read(name).decode("utf8", "replace")

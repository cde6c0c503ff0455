"""zone-proof: secrets in every zone, every surface asked for them by everybody else, every byte scanned. Anything found is a leak."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from bot.zone_canaries import Canaries, Canary
from bot.zone_outlets import backups, exports, prompts
from bot.zone_surfaces import Ask, api, assistant, captured_logs, command_line, http, jobs, slack
from memory.contributions import counted
from memory.curated_plays import CuratedPlays
from memory.errors import DirectoryLocked
from memory.shared import everything_shared
from memory.storage import Storage
from memory.traces import Traces

if TYPE_CHECKING:
    from bot.bootstrap import House

_FEWEST_ZONES = 2
_FOREIGN = 3
"""How many others' secrets everybody asks for, drawn anew for each."""
_SLOW_ASKERS = 2
"""Commands and Slack are asked by so many: each takes seconds, and what they call was asked by everybody."""
_NEEDED = ("assistant", "command line", "slack")
"""Surfaces that must show people their own secret: a probe that finds nothing anywhere proves nothing."""
_HIDING = ("prompts",)
"""Surfaces that must be asked something and show nobody's secret, the asker's own neither."""


@dataclass(slots=True)
class Surface:
    """How often it was asked, how often it told people their own secret, and how often somebody else's."""

    asked: int = 0
    own: int = 0
    leaks: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The result. `bytes_scanned` covers every file of the data directory but the master key, every row, and the server's files where they can be read."""

    surfaces: dict[str, Surface]
    bytes_scanned: int
    zones: int

    @property
    def passed(self) -> bool:
        """No leak anywhere, every surface that answers its owner did, and those that hide everything were asked and hid it."""
        answering = all(self.surfaces[name].own for name in _NEEDED)
        hiding = all(self.surfaces[name].asked and not self.surfaces[name].own for name in _HIDING)
        return answering and hiding and not any(one.leaks for one in self.surfaces.values())

    def as_json(self) -> dict[str, Any]:
        """The shape of `zone-proof --json`."""
        told = {name: {"asked": one.asked, "leaks": one.leaks, "own": one.own} for name, one in self.surfaces.items()}
        return {"surfaces": told, "bytes_scanned": self.bytes_scanned, "zones": self.zones, "passed": self.passed}


@dataclass(slots=True)
class ZoneProof:
    """One run over one house. `command` runs a command line in this process and gives what it prints."""

    house: "House"
    command: Callable[[Sequence[str]], str]
    chance: random.Random = field(default_factory=random.SystemRandom)

    def run(self, only: str = "", *, alone: bool = False) -> Proof:
        """Plant, ask, scan, remove. With `only` just this staff id asks; with `alone` too nobody else's zone is touched, and temporary ones ask for its secret.

        Raises DirectoryLocked while another proof runs: its canaries would be removed under it.
        """
        lock = FileLock(self.house.settings.data_dir / "zone-proof.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise DirectoryLocked("Another zone-proof is running in this data directory: wait for it to end.") from error
        try:
            return self._run(only, alone=alone)
        finally:
            lock.release()

    def _run(self, only: str, *, alone: bool) -> Proof:
        canaries = Canaries(self.house, self.chance)
        canaries.remove()  # of a run that was killed
        try:
            owners = [only] if alone else list(self.house.zones.owners())
            owners += canaries.temporary_staff(max(0, _FEWEST_ZONES - len(owners)))
            planted = [canaries.plant(owner) for owner in owners]
            askers = [one for one in planted if alone or not only or one.staff_id == only]
            canaries.note_asking([one.staff_id for one in askers])
            return self._proved(planted, askers)
        finally:
            canaries.remove()

    def _proved(self, planted: Sequence[Canary], askers: Sequence[Canary]) -> Proof:
        surfaces: dict[str, Surface] = {}
        few = self.chance.sample(askers, min(_SLOW_ASKERS, len(askers)))
        with captured_logs() as logged:
            for name, asked, who in (
                ("assistant", assistant, askers),
                ("jobs", jobs, askers),
                ("slack", slack, few),
                ("http", http, askers[:1]),
                ("api", api, few),
                ("command line", command_line(self.command), few),
                ("prompts", prompts, few),
                ("exports", exports, few),
            ):
                surfaces[name] = self._asked(asked, who, planted)
        everybody = [secret for one in planted for secret in (*one.secrets, one.handle)]
        surfaces["backups"] = _searched(backups(self.house), everybody)
        surfaces["logs"] = _searched([logged.getvalue()], everybody)
        database = self.house.database
        surfaces["shared side"] = _searched(
            [str(row.model_dump()) for row in (*everything_shared(database), *counted(database), *CuratedPlays(database).of())], everybody
        )
        storage = Storage(self.house.database)
        surfaces["database"], read = self._rows(storage, everybody, ours=True)
        surfaces["job rows"], engine = self._rows(storage, everybody, ours=False)
        scan = Traces(everybody).scan(self.house.settings.data_dir, [self.house.settings.master_key])
        surfaces["files"] = Surface(asked=scan.files, leaks=len(scan.hits))
        total = read + engine + scan.bytes
        if (server := storage.server_files()) is not None:
            scans = [Traces(everybody).scan(folder) for folder in (server.tables, server.log)]
            surfaces["server files"] = Surface(asked=sum(one.files for one in scans), leaks=sum(len(one.hits) for one in scans))
            total += sum(one.bytes for one in scans)
        return Proof(surfaces, total, len(planted))

    def _asked(self, surface: Ask, askers: Sequence[Canary], planted: Sequence[Canary]) -> Surface:
        tally = Surface()
        for asker in askers:
            others = [one for one in planted if one is not asker]
            foreign = [secret for one in others for secret in one.secrets]
            for answer in surface(self.house, asker, self.chance.sample(others, min(_FOREIGN, len(others)))):
                tally.asked += 1
                tally.own += any(secret in answer for secret in asker.secrets)
                tally.leaks += any(secret in answer for secret in foreign)
        return tally

    def _rows(self, storage: Storage, sought: Sequence[str], *, ours: bool) -> tuple[Surface, int]:
        """Every byte of every row of our tables, or of the job engine's, and how many bytes that was."""
        tally, traces, total = Surface(), Traces(sought), 0
        for table in storage.tables():
            if table.ours == ours:
                reading = traces.reading()
                tally.asked += storage.read(table, reading.take)
                tally.leaks += len(reading.end().seen)
                total += reading.bytes
        return tally, total


def _searched(texts: Any, sought: Sequence[str]) -> Surface:  # noqa: ANN401 - any iterable of str
    tally, traces = Surface(), Traces(sought)
    for text in texts:
        tally.asked += 1
        tally.leaks += bool(traces.found(text.encode(errors="surrogatepass")))
    return tally

"""zone-proof for one person, in a process of its own: it plants, asks and scans for a minute, and takes the log for itself meanwhile."""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from bot.errors import InputRefused
from bot.settings import as_environment

if TYPE_CHECKING:
    from bot.bootstrap import House

_SECONDS = 600


def proved(house: "House", staff_id: str) -> dict[str, Any]:
    """What `zone-proof --json` says of this zone. Raises InputRefused with the reason when it could not be run to its end."""
    chosen = house.settings
    command = [sys.executable, "-m", "bot.cli", "--data-dir", str(chosen.data_dir), "zone-proof", "--own", "--json"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of it was typed by anybody
            [*command, f"--staff={house.staff.get(staff_id).name}"],
            capture_output=True,
            env={**os.environ, **as_environment(chosen)},
            timeout=_SECONDS,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired as error:
        raise InputRefused("The proof did not end within ten minutes and was stopped: what it planted is removed by the next one.") from error
    try:
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        said = done.stderr.strip().splitlines()
        raise InputRefused(f"The proof could not be run: {said[-1][:300] if said else 'it said nothing'}") from error
    return told

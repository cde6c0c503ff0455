import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_demo_shows_the_whole_loop_and_nothing_private_on_the_shared_side(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    picture = tmp_path / "card.svg"
    database = ["--database", request.getfixturevalue("postgres").database()] if backend == "postgres" else []
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "demo", "--card", str(picture), *database],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    shown = done.stdout
    assert done.returncode == 0, shown + done.stderr
    assert re.search(r"10\d\d messages of 64 conversations", shown)
    assert re.search(r"Worked in \d+ of \d+ cases", shown)
    assert "Ruth Calloway wrote" in shown
    assert re.search(r"stored in the own zone: .*worked", shown)
    assert re.search(r"[7-9]\d\d|6\d\d planted", shown)
    assert "0 found" in shown
    assert "What to do next" in shown
    assert "Traceback" not in shown + done.stderr
    assert picture.read_text(encoding="utf8").startswith("<svg")
    assert not list(tmp_path.glob("*data*"))

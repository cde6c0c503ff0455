"""The README's commands, word for word."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf8")
BLOCKS = re.findall(r"^```(?:sh)?\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith(("make ", ".venv/bin/tradecraft "))]
CHAT = """[12/03/2026, 09:05:12] Maria Lopez: Hi Ada, thanks for the offer
[13/03/2026, 10:00:00] Maria Lopez: Can you promise the delivery before Easter?
[13/03/2026, 10:05:00] Ada Example: Yes, delivery takes nine days
"""


def test_the_readme_shows_the_two_commands_first() -> None:
    assert COMMANDS[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_every_make_target_of_the_readme_exists(command: str) -> None:
    subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_every_other_command_of_the_readme_works_in_order(tmp_path: Path) -> None:
    (tmp_path / "WhatsApp Chat with Maria Lopez.txt").write_text(CHAT, encoding="utf8")
    environment = {**os.environ, "TRADECRAFT_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    ran = [command for command in COMMANDS if command.startswith(".venv")]
    assert len(ran) >= 9
    for command in ran:
        words = shlex.split(command)[1:]
        done = subprocess.run([sys.executable, "-m", "bot.cli", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr


def test_every_local_file_the_readme_names_is_there() -> None:
    named = set(re.findall(r"\]\(([^)#:]+)\)", README)) | set(re.findall(r"\b((?:docs|bot|memory|intelligence|tests|benchmarks)/[\w./-]*)", README))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]

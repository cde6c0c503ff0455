import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from memory.encryption import MasterKeyFile

CHAT = """[12/03/2026, 09:05:12] Maria Lopez: Hi Ada, thanks for the offer
[12/03/2026, 09:07:00] Ada Example: You are welcome, any questions?
[13/03/2026, 10:00:00] Maria Lopez: Can you deliver before Easter? Our old supplier was always late
[13/03/2026, 10:05:00] Ada Example: Yes, delivery takes nine days
[14/03/2026, 11:00:00] Maria Lopez: honestly 4.900 EUR is more than we can spend this year
"""

Run = Callable[..., tuple[int, str, str]]


class Terminal(io.TextIOWrapper):
    """Somebody sits before it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process; gives exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, stdin: str = "", terminal: bool = False) -> tuple[int, str, str]:
        read = Terminal if terminal else io.TextIOWrapper
        monkeypatch.setattr(sys, "stdin", read(io.BytesIO(stdin.encode()), encoding="utf8"))
        try:
            cli.main(["--data-dir", str(tmp_path / "data"), *arguments])
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "WhatsApp Chat - Maria Lopez.txt"
    path.write_text(CHAT, encoding="utf8")
    return path


def _json(result: tuple[int, str, str]) -> Any:
    code, out, err = result
    assert code == 0, err
    return json.loads(out)


def test_init_makes_a_private_directory_with_a_private_key_and_never_overwrites_it(run: Run, tmp_path: Path) -> None:
    assert _json(run("init", "--json"))["created"] is True
    key = tmp_path / "data" / "master.key"
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert _json(run("init", "--json"))["created"] is False
    assert key.read_bytes() == before


def test_the_whole_way_from_an_export_to_a_ledger(run: Run, chat: Path) -> None:
    run("init")
    added = _json(run("staff", "add", "Ada Example", "--industry", "retail", "--slack", "U0ADA", "--whatsapp", "+49 170 1234567", "--json"))
    assert added["whatsapp"] == ["+491701234567"]
    preview = _json(run("import", str(chat), "--staff", "Ada Example", "--dry-run", "--json"))
    assert (preview["messages"], preview["added"]) == (5, 0)
    assert _json(run("import", str(chat), "-s", "ada", "--json"))["added"] == 5
    assert _json(run("import", str(chat), "-s", "ada", "--json"))["added"] == 0
    hits = _json(run("recall", "what did Maria say about delivery", "-s", "ada", "-k", "2", "--json"))["hits"]
    assert "deliver before Easter" in hits[0]["text"]
    assert set(hits[0]) == {"message_id", "conversation", "customer", "sent_at", "sender", "text", "score"}
    advice = _json(run("suggest", "that is way more than we can pay", "-s", "ada", "--amount", "4900", "--json"))
    assert advice["situation"] == {"objection": "budget", "industry": "retail", "amount_band": "1k-10k"}
    assert advice["enough_evidence"] is False
    deal = _json(run("deal", "add", "Shelves", "-s", "ada", "--customer", "maria", "--amount", "4.900 EUR", "--json"))
    assert (deal["amount_band"], deal["stage"]) == ("1k-10k", "lead")
    assert _json(run("deal", "set", deal["id"][:8], "-s", "ada", "--outcome", "won", "--json"))["stage"] == "closed"
    assert len(_json(run("deal", "list", "-s", "ada", "--json"))) == 1
    _json(run("note", "add", "decides after Easter", "-s", "ada", "--customer", "Maria Lopez", "--json"))
    _json(run("privacy", "opt-in", "-s", "ada", "--json"))
    assert _json(run("learn", "--json"))["zones"] == 1
    assert isinstance(_json(run("privacy", "ledger", "-s", "ada", "--json")), list)
    status = _json(run("privacy", "status", "-s", "ada", "--json"))
    assert (status["messages"], status["customers"], status["deals"], status["notes"]) == (5, 1, 1, 1)
    assert _json(run("privacy", "opt-out", "-s", "ada", "--json"))["contributes"] is False
    assert _json(run("playbook", "budget", "--json"))["plays"] == []
    assert _json(run("staff", "admin", "ada", "--json"))["is_admin"] is True
    assert _json(run("staff", "admin", "ada", "--off", "--json"))["is_admin"] is False
    _json(run("staff", "deactivate", "ada", "--json"))
    assert [one["active"] for one in _json(run("staff", "list", "--json"))] == [False]
    assert "is not a Slack user id" in run("staff", "link", "ada", "--slack", "ada")[2]
    _json(run("staff", "link", "ada", "--slack", "U0ADA", "--team", "T0ONE", "--json"))
    assert [(one["active"], one["slack_user_id"]) for one in _json(run("staff", "list", "--json"))] == [(True, "U0ADA")]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("recall", "x", "-s", "nobody"), 1, "tradecraft staff add"),
        (("suggest", "too dear", "-s", "ada", "--industry", "farming"), 1, "not an industry of the vocabulary"),
        (("suggest", "too dear", "-s", "ada", "--amount", "lots"), 1, "not an amount"),
        (("suggest", "  ", "-s", "ada"), 1, "nothing to look for"),
        (("import", "nowhere.txt", "-s", "ada"), 1, "nowhere.txt"),
        (("staff", "add", "Ada Example"), 1, "already there"),
        (("staff", "add", "Bo", "--whatsapp", "12"), 1, "country code"),
        (("staff", "add", "Bo", "--slack", "bo"), 1, "Slack user id"),
        (("staff", "add", "Bo", "--time-zone", "Mars/Base"), 1, "not a time zone"),
        (("deal", "add", "x", "-s", "ada", "--customer", "nobody"), 1, "full name"),
        (("deal", "set", "ffff", "-s", "ada", "--outcome", "won"), 1, "deal list"),
        (("privacy", "ledger", "-s", "ada", "--veto", "ffff"), 1, "ledger"),
        (("privacy", "export", "nowhere/x.zip", "-s", "ada"), 1, "no folder"),
        (("backup", "create", "nowhere/x.zip"), 1, "no folder"),
        (("privacy", "retain", "--days", "9999999999999", "--yes"), 2, "less than or equal to 36500"),
        (("recall",), 2, "Missing argument"),
        (("nonsense",), 2, "No such command"),
        (("recall", "x", "-s", "ada", "-k", "0"), 2, "greater than"),
    ],
)
def test_bad_input_gets_one_sentence_and_a_code(run: Run, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    got, out, err = run(*arguments)
    assert got == code
    assert sentence in err
    assert out == ""
    assert "Traceback" not in err
    if code == 1:
        assert len(err.strip().splitlines()) == 1


def test_a_time_zone_nobody_said_is_named_until_it_is_said(run: Run, chat: Path) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    code, out, err = run("import", str(chat), "-s", "ada", "--dry-run")
    assert (code, "Times are read as UTC." in " ".join(out.split()), "staff set" in err) == (0, True, True)
    assert err.count("\n") == 1
    assert "Nothing to change" in run("staff", "set", "ada")[2]
    assert "not a time zone" in run("staff", "set", "ada", "--time-zone", "Mars/Base")[2]
    assert _json(run("staff", "set", "ada", "--time-zone", "UTC", "--json"))["time_zone"] == "UTC"
    assert run("import", str(chat), "-s", "ada")[2] == ""
    assert _json(run("staff", "set", "ada", "--time-zone", "America/New_York", "--industry", "retail", "--json"))["default_industry"] == "retail"
    code, _, err = run("import", str(chat), "-s", "ada")
    assert (code, "doubled" in err) == (1, True)


def test_a_time_zone_is_asked_once_where_somebody_can_answer(run: Run, chat: Path) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    code, out, err = run("import", str(chat), "-s", "ada", stdin="Berlin\nEurope/Berlin\n", terminal=True)
    assert (code, "read as Europe/Berlin" in " ".join(out.split()), "not a time zone" in err) == (0, True, True)
    assert [one["time_zone"] for one in _json(run("staff", "list", "--json"))] == ["Europe/Berlin"]
    assert "0 new of 5" in run("import", str(chat), "-s", "ada", terminal=True)[1]


def test_without_a_data_directory_the_way_out_is_named(run: Run) -> None:
    code, _, err = run("staff", "list")
    assert (code, "tradecraft init" in err) == (1, True)


def test_a_missing_key_is_named_and_nothing_new_is_made(run: Run, tmp_path: Path) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    (tmp_path / "data" / "master.key").unlink()
    for arguments in (("recall", "x", "-s", "ada"), ("init",)):
        code, _, err = run(*arguments)
        assert (code, "master key" in err) == (1, True), err
    assert not (tmp_path / "data" / "master.key").exists()


def test_the_wrong_key_is_named(run: Run, tmp_path: Path, chat: Path) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    key = tmp_path / "data" / "master.key"
    key.unlink()
    MasterKeyFile.create(key)
    code, _, err = run("import", str(chat), "-s", "ada")
    assert (code, "does not open with this master key" in err) == (1, True), err


def test_doctor_is_content_with_a_fresh_installation_and_names_what_is_wrong(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("doctor", "--json")
    assert code == 1
    assert any(check["status"] == "failed" and "tradecraft init" in check["fix"] for check in json.loads(out)["checks"])
    run("init")
    report = _json(run("doctor", "--json"))
    assert report["healthy"] is True
    assert all(set(check) == {"name", "status", "why", "fix"} for check in report["checks"])
    (tmp_path / "data" / "master.key").chmod(0o644)
    code, out, _ = run("doctor", "--json")
    assert (code, "chmod 600" in out) == (1, True)
    (tmp_path / "data" / "master.key").write_text("garbage")
    code, out, _ = run("doctor", "--json")
    assert (code, "is damaged" in out, "ok" in [one["status"] for one in json.loads(out)["checks"] if one["name"] == "master key"]) == (1, True, False)
    (tmp_path / "data" / "master.key").unlink()
    code, out, _ = run("doctor", "--json")
    assert (code, "tradecraft init" in out, "Put the key back" in out) == (1, False, True)


def test_what_was_open_to_everybody_is_closed_by_init_and_told_of_by_doctor(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    run("init")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data, data / "tradecraft.db")}
    assert modes == {data: 0o700, data / "tradecraft.db": 0o600}
    (data / "tradecraft.db").chmod(0o644)
    data.chmod(0o755)
    code, out, _ = run("doctor", "--json")
    assert (code, "chmod 700" in out, "chmod 600" in out) == (1, True, True)


def test_an_import_for_people_prints_no_empty_line(run: Run, chat: Path) -> None:
    run("init")
    run("staff", "add", "Ada Example", "--time-zone", "Europe/Berlin")
    code, out, err = run("import", str(chat), "-s", "ada")
    assert (code, err) == (0, "")
    assert out.startswith("5 new of 5")


def test_anonymizing_with_what_a_zone_knows_stands_in_the_audit_log(run: Run) -> None:
    run("init")
    run("staff", "add", "Ada Example")
    lines = "\n".join(json.dumps({"id": at, "text": "Ask Ada", "staff": "ada"}) for at in range(2))
    assert run("anonymize", stdin=lines)[0] == 0
    (entry,) = [one for one in _json(run("audit", "list", "--json")) if one["detail"] == "anonymize"]
    assert entry["action"] == "zone.opened"


def test_analyze_and_anonymize_read_and_write_json_lines(run: Run) -> None:
    lines = [
        {"id": 1, "role": "customer", "context": "It is 900 a month.", "text": "that is far too expensive for us"},
        {"id": 2, "role": "marketer", "context": "too expensive", "text": "I can take 10 % off if that helps"},
    ]
    code, out, err = run("analyze", stdin="\n".join(map(json.dumps, lines)))
    assert code == 0, err
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], first["objection"], first["response"]) == (1, "budget", None)
    assert (second["id"], second["objection"], second["reaction"], second["response"]) == (2, None, None, "discount")
    code, out, err = run("anonymize", stdin=json.dumps({"id": "a", "text": "Mail me at ana.silva@example.com, regards Ana Silva"}))
    assert code == 0, err
    masked = json.loads(out)
    assert "ana.silva" not in masked["text"]
    assert {span[2] for span in masked["spans"]} >= {"EMAIL"}
    for command in ("analyze", "anonymize"):
        half = '{"id":"1","text":"call \\ud83d now on +1 415 555 2671"}\n{"id":"2","text":"and more \\ud83d\\ude00"}'
        code, out, err = run(command, stdin=half)
        assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["1", "2"]), err
    assert json.loads(out.splitlines()[0])["spans"][0][:2] == [14, 29]  # the half counts as one character
    for bad in ('{"text": "x"}', '{"id": {"a": 1}, "text": "x"}'):
        code, _, err = run("anonymize", stdin='{"id": 1, "text": "x"}\n' + bad)
        assert (code, 'Line 2 of the input has no "id"' in err) == (1, True)
    code, _, err = run("analyze", stdin="{broken")
    assert (code, "Line 1" in err) == (1, True)


def test_help_is_there_without_loading_the_heavy_parts() -> None:
    heavy = {"chromadb", "presidio_analyzer", "anthropic", "sklearn", "onnxruntime", "sqlmodel"}
    code = f"import sys; from bot.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "120"})
    assert done.stdout.strip().endswith("[]")
    for command in (
        "init",
        "doctor",
        "serve",
        "demo",
        "staff",
        "import",
        "recall",
        "suggest",
        "analyze",
        "anonymize",
        "deal",
        "note",
        "learn",
        "playbook",
        "privacy",
    ):
        assert command in done.stdout

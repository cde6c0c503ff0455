import re
from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsInvalid
from bot.settings import Settings

ROOT = Path(__file__).parent.parent


def test_every_setting_stands_in_the_example_file_and_nothing_else_does() -> None:
    named = set(re.findall(r"^#? ?(TRADECRAFT_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == {f"TRADECRAFT_{name.upper()}" for name in Settings.model_fields}


def test_defaults_need_no_network_no_key_and_no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = Settings(_env_file=None)
    assert not chosen.slack_configured
    assert not chosen.twilio_configured
    assert chosen.anthropic_api_key is None
    assert chosen.database == f"sqlite:///{chosen.data_dir / 'tradecraft.db'}"


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("contributors_needed", 2, "at least 3"),
        ("public_url", "example.com", "https://"),
        ("port", "eighty", "TRADECRAFT_PORT"),
    ],
)
def test_a_wrong_setting_is_named_with_its_way_out(name: str, value: object, way_out: str) -> None:
    with pytest.raises(SettingsInvalid, match=way_out) as caught:
        settings.load(**{name: value})
    assert f"TRADECRAFT_{name.upper()}" in str(caught.value)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    chosen = settings.load(slack_bot_token="xoxb-very-secret", twilio_auth_token="token-very-secret")
    assert "very-secret" not in repr(chosen) + str(chosen)

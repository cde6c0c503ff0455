from pydantic import SecretStr

from bot.bootstrap import House
from bot.doctor import examine


def sides(house: House, **chosen: object) -> dict[str, str]:
    report = examine(house.settings.model_copy(update=chosen))
    return {check.name.removeprefix("sides: "): check.status for check in report.checks if check.name.startswith("sides: ")}


def test_doctor_names_the_sides_each_configured_source_shows(house: House) -> None:
    assert sides(house) == {"exports": "ok", "WhatsApp": "warning"}
    token = SecretStr("token")
    half = sides(house, twilio_auth_token=token)
    assert (half["messages webhook"], half["event streams"], half["Twilio's list"], half["conversations"]) == ("ok", "ok", "warning", "warning")
    assert set(sides(house, twilio_auth_token=token, twilio_account_sid="AC1").values()) == {"ok"}

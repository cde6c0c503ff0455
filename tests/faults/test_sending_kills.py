"""The process that sends is killed (SIGKILL) at every named point of a message's way, and another one takes over."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import House, utc_now
from bot.channels.twilio_sending import TwilioSending
from bot.sending import Sending
from bot.settings import Settings
from memory.tables import Staff
from tests.conftest import sqlite_only
from tests.sending_stand import desk


@sqlite_only
@pytest.mark.xdist_group("kills")
def test_a_message_is_sent_once_whenever_the_process_is_killed(house: House, alice: Staff) -> None:
    with desk(house, alice) as at:
        at.clock.now = utc_now()
        at.hears()
        for point in ("claimed", "accepted", "recorded"):
            at.clock.now = utc_now()  # the killed process lives at the real time
            letter = at.approve(f"Words for {point}", point)
            done = subprocess.run(
                [sys.executable, "-m", "tests.faults.test_sending_kills", str(house.settings.data_dir), at.twilio.url, point],
                cwd=Path(__file__).parent.parent.parent,
                check=False,
                capture_output=True,
                timeout=120,
            )
            assert done.returncode == -signal.SIGKILL, done.stderr.decode()
            assert at.state(letter)[0] == ("sent" if point == "recorded" else "sending")
            at.clock.now = utc_now() + timedelta(seconds=91)
            at.sending.work()
            at.sending.work()
            assert at.state(letter) == ("sent", "")
            assert at.outbound().count(letter.body) == 1


def _die(data_dir: str, twilio_url: str, point: str) -> None:
    """In a process of its own: send what is due, until the point is passed."""
    settings = Settings(_env_file=None, data_dir=data_dir, twilio_account_sid="AC" + "0" * 32, twilio_auth_token=SecretStr("token-of-the-double"))
    house = House.opened(settings, clock=utc_now)
    way = TwilioSending("AC" + "0" * 32, "token-of-the-double", twilio_url)

    def passing(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    Sending(house, way, passing).work()


if __name__ == "__main__":
    _die(*sys.argv[1:])

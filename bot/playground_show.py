"""One evening of the playground: the cast is told, the service starts, the page is served until somebody stops it."""

import errno
import socket
import tempfile
from pathlib import Path

import uvicorn
from rich.console import Console

from bot import logs
from bot.demo import Cast, Stage, told
from bot.errors import InputRefused
from bot.playground import Playground
from bot.playground_web import application

_HOST = "127.0.0.1"


def show(port: int) -> None:
    """Serve the page on this port of the loopback interface until interrupted. Raises InputRefused when the port is taken."""
    logs.silence()

    _free(_HOST, port)
    stage, cast = Stage(Console(highlight=False)), Cast.load()
    with tempfile.TemporaryDirectory(prefix="tradecraft-playground-") as folder:
        house, people = told(Path(folder) / "data", cast, stage)
        try:
            with Playground(house, cast, people) as playground:
                stage.scene("The playground is open")
                stage.say(f"  http://{_HOST}:{port}", "bold")
                stage.say("  Let a customer write on the left; the card comes on the right. Stop with Ctrl+C: nothing is kept.")
                uvicorn.run(application(playground), host=_HOST, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2)
        finally:
            house.close()


def _free(host: str, port: int) -> None:
    """Asked before a quarter of a minute of telling, not after it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = "is taken" if error.errno == errno.EADDRINUSE else "cannot be used"
            msg = f"Port {port} {said}: choose another with --port."
            raise InputRefused(msg) from error

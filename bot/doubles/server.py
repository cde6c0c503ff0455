"""A real HTTP server on the loopback interface, run from a thread: what the doubles of Slack and Twilio stand on."""

import socket
import threading
import time
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0


class ServerDidNotStart(Exception):
    """The server gave up or did not answer in time."""


class LoopbackServer:
    """Serves an ASGI application on an ephemeral port of 127.0.0.1; a context manager, also usable with `start()` and `stop()`."""

    def __init__(self, app: Any, port: int = 0, ws: Literal["none", "websockets-sansio"] = "none") -> None:  # noqa: ANN401 - ASGI applications share no type
        """`port` 0 takes a free one; `ws` chooses who speaks WebSocket. Nothing listens yet."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_config=None, access_log=False, ws=ws, lifespan="auto", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="loopback-server", daemon=True)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port taken."""
        return int(self._socket.getsockname()[1])

    def start(self) -> Self:
        """Listen; returns when requests are answered. Raises ServerDidNotStart."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                msg = "The local server did not start: look at the error above, or free the port it was to use."
                raise ServerDidNotStart(msg)
            time.sleep(0.002)
        return self

    def stop(self) -> None:
        """Stop listening and wait for the thread; requests still running get one second."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

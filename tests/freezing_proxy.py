"""A TCP proxy on loopback whose connections can go silent without closing: what a half-open connection looks like from inside."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class FreezingProxy:
    """Forwards bytes both ways to a port of this machine. `freeze` silences the connections of now; later ones work."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._frozen: set[int] = set()
        self._sockets: list[socket.socket] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def connections(self) -> int:
        """How many were made so far."""
        return len(self._sockets) // 2

    def freeze(self) -> None:
        """From now on nothing passes through the connections there are."""
        self._frozen.update(map(id, self._sockets))

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._sockets += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if id(source) not in self._frozen:
                    target.sendall(data)
            if id(source) not in self._frozen:
                target.shutdown(socket.SHUT_WR)

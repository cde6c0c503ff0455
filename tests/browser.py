"""A real browser for tests: Debian's Chromium without a window, driven over its own debugging protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
_START_SECONDS = 60.0


class Page:
    """The one page that is open."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.faults: list[str] = []
        """Errors of scripts and refused resources."""
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.recv(timeout=_START_SECONDS))
            self._note(said)
            if said.get("id") == number:
                if "error" in said:
                    raise AssertionError(said["error"]["message"])
                return dict(said["result"])

    def open(self, url: str) -> None:
        self.send("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def ask(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str, seconds: float = 30.0) -> Any:
        """Until an expression is true, as which it is then given back. AssertionError when it stays false."""
        deadline = time.monotonic() + seconds
        while not (found := self.ask(f"(found => found instanceof Element || found)({script})")):
            assert time.monotonic() < deadline, f"the page never came to: {script}\n{self.ask('document.body.innerText')}"
            time.sleep(0.1)
        return found

    def type(self, selector: str, text: str) -> None:
        """Into a field, as a keyboard would."""
        self.until(f"(e => e && (e.focus(), true))(document.querySelector({json.dumps(selector)}))")
        self.send("Input.insertText", text=text)

    def press(self, selector: str) -> None:
        """With the mouse, where the element is, once it is there."""
        # Found and measured in one step: the page may draw it anew at any moment.
        box = self.until(
            "(e => { if (!e) return null; e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            f"return {{x: r.x + r.width / 2, y: r.y + r.height / 2}}; }})(document.querySelector({json.dumps(selector)}))",
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **box)

    def picture(self, path: Path, selector: str = "") -> None:
        """Of all that is seen, or of one element."""
        more: dict[str, Any] = {}
        if selector:
            found = f"const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView(); const r = e.getBoundingClientRect();"
            script = f"(() => {{ {found} return [r.x, r.y, e.offsetWidth, e.offsetHeight]; }})()"
            x, y, width, height = self.ask(script)
            more = {"clip": {"x": x, "y": y, "width": width, "height": height, "scale": 1}, "captureBeyondViewport": True}
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png", **more)["data"]))

    def _note(self, said: dict[str, Any]) -> None:
        if said.get("method") == "Runtime.exceptionThrown":
            self.faults.append(said["params"]["exceptionDetails"].get("text", "exception"))
        if said.get("method") == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
            self.faults.append(said["params"]["entry"]["text"])


@contextmanager
def opened(width: int = 1360, height: int = 860) -> Iterator[Page]:
    """A browser with one empty page; gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={profile}", "--no-first-run"]
        command = [CHROMIUM, *flags, f"--window-size={width},{height}", "--disable-background-networking", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_page_socket(Path(profile) / "DevToolsActivePort"), max_size=None, open_timeout=_START_SECONDS) as socket:
                page = Page(socket)
                page.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
                yield page
        finally:
            process.terminate()
            process.wait(20)


def _page_socket(told: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while not (told.exists() and "\n" in told.read_text()):
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.05)
    targets = httpx2.get(f"http://127.0.0.1:{told.read_text().splitlines()[0]}/json/list").json()
    return str(next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page"))

"""Chromium as a person uses it: by keyboard, with or without script, over the DevTools protocol in a pipe."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chromium import PROGRAM

KEYS = {"Tab": 9, "Enter": 13, " ": 32}


class Browser:
    """One window."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing, self._rest = incoming, outgoing, b""
        self._last = 0
        self._session = ""
        self.requests: list[str] = []
        """The addresses that were asked for."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._outgoing, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda one: one.get("id") == self._last)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _until(self, wanted: Any) -> Any:
        while True:
            message = self._read()
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            if wanted(message):
                return message

    def _read(self) -> Any:
        while b"\0" not in self._rest:
            piece = os.read(self._incoming, 65536)
            assert piece, "the browser has gone"
            self._rest += piece
        raw, _, self._rest = self._rest.partition(b"\0")
        return json.loads(raw)

    def _loaded(self) -> None:
        self._until(lambda one: one.get("method") == "Page.loadEventFired")

    # --- what a person does ---

    def without_script(self) -> None:
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def go(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self._loaded()

    def back(self) -> None:
        history = self.call("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] - 1]
        self.call("Page.navigateToHistoryEntry", entryId=entry["id"])
        self._loaded()

    def press(self, key: str, *, loads: bool = False) -> None:
        code = KEYS[key]
        text = {"Enter": "\r", " ": " "}.get(key, "")
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)
        if loads:
            self._loaded()

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def tab_to(self, name: str, most: int = 60) -> list[str]:
        """Press Tab until the element with this name or text has the focus; the names on the way."""
        passed = []
        for _ in range(most):
            self.press("Tab")
            here = self.read("(e => e.name || e.textContent.trim())(document.activeElement)")
            if here == name:
                return passed
            passed.append(here)
        raise AssertionError(f"{name} is not reached: {passed}")

    def read(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    @property
    def title(self) -> str:
        return str(self.read("document.querySelector('h1').textContent"))

    @property
    def text(self) -> str:
        return str(self.read("document.body.innerText"))


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile."""
    assert PROGRAM is not None
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}")
    started = subprocess.Popen(
        [
            *("bash", "-c", f'exec "$0" "$@" 3<&{their_in} 4>&{their_out}', PROGRAM),
            *options,
            "--remote-debugging-pipe",
        ],
        pass_fds=(their_in, their_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_in)
    os.close(their_out)
    try:
        yield Browser(our_in, our_out)
    finally:
        started.terminate()
        started.wait(20)
        os.close(our_in)
        os.close(our_out)

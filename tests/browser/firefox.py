"""Firefox by its own WebDriver BiDi: no driver beside it, a few commands over one socket."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from websocket import create_connection

MISSING = "No Firefox: install Debian's firefox-esr (apt-get install firefox-esr), or put a `firefox` on PATH."
SETTINGS = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "extensions.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
}
KEYS = {"Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009", "Escape": "\ue00c", "Tab": "\ue004"}


class Failed(Exception):
    """What Firefox answered instead of a result."""


class Firefox:
    """One headless Firefox with an empty profile and one tab; close() ends it."""

    def __init__(self, patience: float = 240):
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if not program:
            raise FileNotFoundError(MISSING)
        self.profile = tempfile.mkdtemp(prefix="firefox")
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        Path(self.profile, "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", self.profile, "--remote-debugging-port=0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        found = next(
            match for line in self.process.stderr if (match := re.search(r"BiDi listening on (ws://\S+)", line))
        )
        self.socket = create_connection(f"{found[1]}/session", suppress_origin=True, timeout=patience)
        self.number = 0
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def close(self) -> None:
        """End Firefox and remove its profile."""
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method: str, **params) -> dict:
        """The result of a command; Failed with Firefox's words otherwise."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                break
        if answer["type"] == "error":
            raise Failed(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def goto(self, address: str) -> None:
        """Load a page, all of it."""
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def evaluate(self, function: str, argument=None):
        """What a function of the page gives for an argument, as JSON carries it; a promise is waited for."""
        wrapped = f"async () => JSON.stringify((await ({function})({json.dumps(argument)})) ?? null)"
        answer = self.send(
            "script.callFunction", functionDeclaration=wrapped, awaitPromise=True, target={"context": self.tab}
        )
        if answer["type"] == "exception":
            raise Failed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait(self, condition: str, seconds: float = 120) -> None:
        """Return when a JavaScript expression of the page is true."""
        until = time.monotonic() + seconds
        while not self.evaluate(f"() => Boolean({condition})"):
            if time.monotonic() > until:
                raise TimeoutError(f"not within {seconds} s: {condition}")
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """Press and release the pointer on the middle of an element."""
        place = self.evaluate(
            """async (selector) => {
              const element = document.querySelector(selector);
              element.scrollIntoView({ block: "center", behavior: "instant" });
              await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
              const { left, top, width, height } = element.getBoundingClientRect();
              return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
            }""",
            selector,
        )
        steps = [
            {"type": "pointerMove", **place},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def press(self, keys: str) -> None:
        """Press keys together, as in "Shift+Enter"."""
        values = [KEYS.get(key, key) for key in (keys.split("+") if len(keys) > 1 else [keys])]
        steps = [{"type": "keyDown", "value": value} for value in values]
        steps += [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def _act(self, source: dict) -> None:
        self.send("input.performActions", context=self.tab, actions=[source])

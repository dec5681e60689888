"""PDF from HTML, rendered in a separate process with limited time and memory and no access to the outside (D2, D5)."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mailer.adapters import child_process
from mailer.errors import ConfigError, Permanent

SCHEME = "asset"
"""URLs ``asset:NAME`` are the only ones that are loaded."""
CPU_SECONDS = 30
WALL_SECONDS = 180
MEMORY = 2 << 30
"""Bytes of address space."""

SHORTEN_ISSUE = "shorten the issue, above all its tables"
SHORTEN_DOCUMENT = "shorten it, or try again when the machine has less to do"

LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<match target="pattern"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
<match>
  <test name="lang"><string>und-zsye</string></test>
  <edit name="color" mode="append"><bool>true</bool></edit>
</match>
<match target="font">
  <test name="outline"><bool>false</bool></test>
  <edit name="pixelsizefixupfactor" mode="assign">
    <divide><name target="pattern">pixelsize</name><name target="font">pixelsize</name></divide>
  </edit>
  <edit name="matrix" mode="assign">
    <times><name>matrix</name><matrix>
      <name>pixelsizefixupfactor</name><double>0</double><double>0</double><name>pixelsizefixupfactor</name>
    </matrix></times>
  </edit>
  <edit name="size" mode="assign"><divide><name>size</name><name>pixelsizefixupfactor</name></divide></edit>
</match>
</fontconfig>
"""
"""Knows no font and no setting of the system, so that the bytes depend on neither (D9).

Emoji are drawn in colour if a font can do that, and pictures in a font as large as the letters beside them.
"""
_FOREIGN = re.compile(r"MAILER_|FC_|FONTCONFIG_|PANGO|FREETYPE_|HB_|G_|LC_|LANG|SOURCE_DATE_EPOCH$|TMPDIR$")
"""Variables that the process does not get: secrets, and what changes how it sets the text."""


def write(
    html: str,
    assets: Mapping[str, bytes],
    identifier: str,
    *,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: int = WALL_SECONDS,
    memory: int = MEMORY,
    cure: str = SHORTEN_ISSUE,
) -> tuple[bytes, int]:
    """A tagged PDF and its number of pages. The same arguments give the same bytes.

    ``cure`` is what to do if it is too large.

    Raises ConfigError if the HTML needs anything that is not in ``assets``, fonts included, or too much time or memory:
    even a small table can take minutes. Raises Permanent if WeasyPrint's libraries are not installed.
    """
    job = {
        "html": html,
        "identifier": identifier,
        "assets": {name: base64.b64encode(data).decode() for name, data in assets.items()},
        "cpu_seconds": cpu_seconds,
        "memory": memory,
    }
    try:
        with _waiting.pop() if _waiting else _Process() as process:
            child = process.child.run(job, wall_seconds=wall_seconds)
    except subprocess.TimeoutExpired:
        raise ConfigError([_too_much(cpu_seconds, memory, "it does not end", cure)]) from None
    if b"cannot load library" in child.stderr:
        raise Permanent(f"A PDF needs system libraries that are missing; on Debian: apt install {LIBRARIES}")
    if child.returncode:
        raise ConfigError([_too_much(cpu_seconds, memory, _reason(child.returncode, child.stderr), cure)])
    result = json.loads(child.stdout)
    if refused := result.get("refused"):
        raise ConfigError([f"the page asks for {refused}; nothing is loaded from outside it"])
    if undrawn := result.get("undrawn"):
        raise ConfigError([f"no font can show {undrawn[:40]}; name one that can in [identity] fonts"])
    return base64.b64decode(result["pdf"]), int(result["pages"])


@contextmanager
def prepared() -> Iterator[None]:
    """Start the process for the next PDF now, so that it loads WeasyPrint while the PDF's HTML is made."""
    process = _Process()
    _waiting.append(process)
    try:
        yield
    finally:
        if process in _waiting:
            _waiting.remove(process)
            process.child.stop()
            process.close()


class _Process:
    """A process that renders one PDF, with a folder for its temporary files."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="mailer-")
        environment = _environment(Path(self._folder.name))
        self.child = child_process.Child("mailer.adapters.render.pdf_process", environment)

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        self._folder.cleanup()


_waiting: list[_Process] = []
"""Processes that were started, and have no job yet."""


def _environment(folder: Path) -> dict[str, str]:
    """The variables of the process that renders. ``folder`` is for its temporary files."""
    configuration = folder / "fonts.conf"
    configuration.write_text(_FONTCONFIG, encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    own = {"FONTCONFIG_FILE": str(configuration), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    return variables | own | child_process.python_path()


def _reason(code: int, said: bytes) -> str:
    """Why the process has ended, which shows in many ways. What one that was stopped has said last is a warning."""
    if code < 0:
        return signal.strsignal(-code) or f"signal {-code}"
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _too_much(cpu_seconds: int, memory: int, reason: str, cure: str) -> str:
    limits = f"within {cpu_seconds} seconds and {memory >> 20} MB"
    return f"the PDF could not be rendered {limits} ({reason}); {cure}"

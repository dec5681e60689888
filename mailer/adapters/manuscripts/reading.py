"""The text of a document that a stranger sent, read in a process of its own (C5)."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from typing import Any

from mailer.adapters import child_process
from mailer.model.manuscripts import MAX_TEXT, DocumentKind, Unreadable
from mailer.phrases import Phrase, phrase

MAX_BYTES = 10_000_000
"""Octets of a file that is opened."""
CPU_SECONDS = 10
WALL_SECONDS = 60
MEMORY = 400 << 20
"""Bytes of address space."""

REASONS: Mapping[str, Phrase] = {
    "damaged": phrase("it is damaged, or no file of this kind"),
    "encrypted": phrase("it is protected by a password"),
    "large": phrase("it is too large"),
    "forbidden": phrase("it has parts that no such document needs"),
}
"""Why a file is not read, by the word that the process has for it."""


def read(data: bytes, kind: DocumentKind, *, cpu_seconds: int = CPU_SECONDS, memory: int = MEMORY) -> str:
    """As ``Manuscripts.read``."""
    result = result_of("mailer.adapters.document_process", data, kind, cpu_seconds=cpu_seconds, memory=memory)
    return str(result["text"])


def result_of(
    module: str, data: bytes, kind: str, *, cpu_seconds: int = CPU_SECONDS, memory: int = MEMORY
) -> Mapping[str, Any]:
    """What a process that runs ``module`` makes of the file. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(REASONS["large"])
    job = {
        "kind": kind,
        "data": base64.b64encode(data).decode(),
        "cpu_seconds": cpu_seconds,
        "memory": memory,
        "characters": MAX_TEXT,
    }
    environment = {"LC_ALL": "C.UTF-8", **child_process.python_path()}
    try:
        child = child_process.run(module, job, wall_seconds=WALL_SECONDS, environment=environment)
    except subprocess.TimeoutExpired:
        raise Unreadable(REASONS["large"]) from None
    if child.returncode:  # running out of time or memory shows in many ways
        raise Unreadable(REASONS["large"])
    result: Mapping[str, Any] = json.loads(child.stdout)
    if refused := result.get("refused"):
        raise Unreadable(REASONS[str(refused)])
    return result

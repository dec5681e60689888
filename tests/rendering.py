"""PDFs that tests share: each is made once for all processes that run tests."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from mailer.adapters.render import pdf

uncached = pdf.write
"""Sets the PDF whether or not it has been set before."""


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Cache the results of ``pdf.write`` in ``folder``, by its arguments."""

    @functools.wraps(uncached)
    def write(html: str, assets: Mapping[str, bytes], identifier: str, **limits: Any) -> tuple[bytes, int]:
        found = folder / _digest(html, assets, identifier, limits)
        if not found.exists():
            document, pages = uncached(html, assets, identifier, **limits)
            complete = folder / uuid4().hex
            complete.write_bytes(b"%d\n%b" % (pages, document))
            complete.rename(found)
        number, _, document = found.read_bytes().partition(b"\n")
        return document, int(number)

    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", write)
        patch.setattr(pdf, "prepared", nullcontext)  # what is found needs no process
        yield


def _digest(html: str, assets: Mapping[str, bytes], identifier: str, limits: Mapping[str, object]) -> str:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in assets.items()}
    arguments = json.dumps([html, digests, identifier, limits], sort_keys=True)
    return hashlib.sha256(arguments.encode()).hexdigest()

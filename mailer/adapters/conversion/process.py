"""The process that converts a document: a job as JSON from standard input, the result as JSON to standard output."""

from __future__ import annotations

import base64
import codecs
import json
import sys
from collections.abc import Callable, Mapping

from mailer.adapters import child_process
from mailer.adapters.conversion import docx, odt, pictures, plain, rtf, rtf_tokens
from mailer.adapters.conversion.document import Document, Losses, Picture
from mailer.adapters.conversion.writing import write
from mailer.adapters.packed_xml import Refused

MAX_RESULT = 60_000_000
"""Octets of the whole answer."""

_READERS: Mapping[str, Callable[[bytes, Losses], Document]] = {
    "docx": docx.read,
    "odt": odt.read,
    "rtf": rtf.read,
    "txt": plain.read_text,
}


def main() -> None:
    """Limit this process first, then read."""
    job = json.load(sys.stdin)
    child_process.limit(job["cpu_seconds"], job["memory"])
    for name in ("utf-8-sig", "utf-16", "latin-1", *rtf_tokens.encodings()):
        codecs.lookup(name)  # what is not loaded by now cannot be
    pictures.prepare()
    child_process.close_off()
    try:
        result = json.dumps(convert(base64.b64decode(job["data"]), job["kind"], job["characters"]))
    except Refused as fault:
        result = json.dumps({"refused": str(fault)})
    except MemoryError:
        result = json.dumps({"refused": "large"})
    except Exception:
        result = json.dumps({"refused": "damaged"})
    sys.stdout.write(result if len(result) <= MAX_RESULT else json.dumps({"refused": "large"}))


def convert(data: bytes, kind: str, characters: int) -> dict[str, object]:
    """The parts of a ``Converted`` as JSON's values. Raises Refused."""
    losses = Losses()
    found: list[tuple[str, Picture]] = []
    is_markdown = kind == "md"
    if kind == "txt" and plain.is_markdown(plain.decoded(data)):
        losses.add("markdown")
        is_markdown = True
    if is_markdown:
        title, markdown = plain.read_markdown(data, losses)
    else:
        title, markdown, found = write(_READERS[kind](data, losses), losses)
    if len(markdown) > characters:
        raise Refused("large")
    shown = [
        {"name": name, "data": base64.b64encode(one.data).decode(), "alt": one.alt, "caption": one.caption}
        for name, one in found
    ]
    return {"title": title, "markdown": markdown, "pictures": shown, "losses": losses.all()}


if __name__ == "__main__":
    main()

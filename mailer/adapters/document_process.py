"""The process that reads a document: a job as JSON from standard input, the text as JSON to standard output.

A paragraph is a line; of a table, each row is one, with a tab between its cells. Emphasis becomes ``**`` and ``*``.
"""

from __future__ import annotations

import base64
import codecs
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree
from striprtf.striprtf import charset_map, rtf_to_text

from mailer.adapters import child_process
from mailer.adapters.packed_xml import Archive, Refused

_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


class Run(NamedTuple):
    """Some text with one look."""

    text: str
    bold: bool = False
    italic: bool = False


def main() -> None:
    """Limit this process first, then read."""
    job = json.load(sys.stdin)
    child_process.limit(job["cpu_seconds"], job["memory"])
    for name in {"utf-8-sig", "utf-16", "latin-1", *charset_map.values()}:
        _known(name)  # what is not loaded by now cannot be
    child_process.close_off()
    try:
        text = _READERS[job["kind"]](base64.b64decode(job["data"]))
        result = {"text": text} if len(text) <= job["characters"] else {"refused": "large"}
    except Refused as fault:
        result = {"refused": str(fault)}
    except MemoryError:
        result = {"refused": "large"}
    except Exception:
        result = {"refused": "damaged"}
    json.dump(result, sys.stdout)


def _known(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return


def read_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("damaged")


def read_rtf(data: bytes) -> str:
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Refused("damaged")
    text = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    return "\n".join(_rtf_row(line) for line in str(text).split("\n"))


def _rtf_row(line: str) -> str:
    """A row of a table, which has a ``|`` after each cell, with tabs instead."""
    cells = line.split("|")
    is_row = len(cells) > 3 and not cells[-1].strip() and cells[0].strip().strip("[].()").isdigit()
    return "\t".join((cells[0], cells[1], "|".join(cells[2:-1]))) if is_row else line


# --- documents that are archives of XML ---


def _line(runs: Iterable[Run]) -> str:
    """A paragraph on one line, with marks where only a part of it is emphasised."""
    joined: list[Run] = []
    for run in runs:
        if joined and (not run.text.strip() or joined[-1][1:] == run[1:]):
            joined[-1] = joined[-1]._replace(text=joined[-1].text + run.text)
        else:
            joined.append(run)
    looks = {run[1:] for run in joined if run.text.strip()}
    pieces = (_marked(run) if len(looks) > 1 else run.text for run in joined)
    return _SPACES.sub(" ", "".join(pieces)).strip(" ")


def _marked(run: Run) -> str:
    mark = "**" if run.bold else "*" if run.italic else ""
    inner = run.text.strip()
    if not mark or not inner or "*" in inner:
        return run.text
    before, after = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"


def read_docx(data: bytes) -> str:
    body = Archive(data).tree("word/document.xml").find(f"{_W}body")
    if body is None:
        raise Refused("damaged")
    return "\n".join(_docx_lines(body))


def _docx_lines(parent: etree._Element) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield _line(_docx_runs(child))
            yield ""
        elif child.tag == f"{_W}tbl":
            for row in _docx_parts(child, "tr"):
                yield "\t".join(_cell(_docx_lines(cell)) for cell in _docx_parts(row, "tc"))
        elif child.tag in _DOCX_AROUND:
            yield from _docx_lines(child)


_DOCX_AROUND = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
"""What may stand around paragraphs, rows and cells."""


def _docx_parts(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table, or the cells of a row."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in _DOCX_AROUND:
            yield from _docx_parts(child, name)


def _cell(lines: Iterable[str]) -> str:
    return " ".join(filter(None, (line.replace("\t", " ") for line in lines)))


_DOCX_SKIPPED = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "object"))
_DOCX_SIGNS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "\u2011"}


def _docx_runs(element: etree._Element) -> Iterator[Run]:
    """The runs of a paragraph, without what tracked changes have deleted."""
    for child in element:
        if child.tag in _DOCX_SKIPPED:
            continue
        if child.tag == f"{_W}r":
            yield Run("".join(_docx_text(child)), _docx_is(child, "b"), _docx_is(child, "i"))
        else:
            yield from _docx_runs(child)


def _docx_text(run: etree._Element) -> Iterator[str]:
    for child in run:
        if child.tag == f"{_W}t":
            yield child.text or ""
        else:
            yield _DOCX_SIGNS.get(str(child.tag), "")


def _docx_is(run: etree._Element, name: str) -> bool:
    found = run.find(f"{_W}rPr/{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in ("0", "false", "off")


def read_odt(data: bytes) -> str:
    root = Archive(data).tree("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Refused("damaged")
    looks = {
        str(style.get(f"{_STYLE}name")): (
            properties.get(f"{_FO}font-weight") == "bold",
            properties.get(f"{_FO}font-style") == "italic",
        )
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}family") == "text" and (properties := style.find(f"{_STYLE}text-properties")) is not None
    }
    return "\n".join(_odt_lines(body, looks))


_ODT_SKIPPED = frozenset(
    (*(f"{_TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "note", "bookmark")), f"{_OFFICE}annotation")
)


def _odt_lines(parent: etree._Element, looks: dict[str, tuple[bool, bool]]) -> Iterator[str]:
    for child in parent:
        if child.tag in _ODT_SKIPPED:
            continue
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _line(_odt_runs(child, looks, (False, False)))
            yield ""
        elif child.tag == f"{_TABLE}table-row":
            cells = (cell for cell in child if cell.tag == f"{_TABLE}table-cell")
            yield "\t".join(_cell(_odt_lines(cell, looks)) for cell in cells)
        else:
            yield from _odt_lines(child, looks)


def _odt_runs(element: etree._Element, looks: dict[str, tuple[bool, bool]], look: tuple[bool, bool]) -> Iterator[Run]:
    yield Run(element.text or "", *look)
    for child in element:
        if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield Run(" ", *look)
        elif child.tag not in _ODT_SKIPPED:
            yield from _odt_runs(child, looks, looks.get(str(child.get(f"{_TEXT}style-name")), look))
        yield Run(child.tail or "", *look)


_READERS = {"txt": read_text, "rtf": read_rtf, "docx": read_docx, "odt": read_odt}


if __name__ == "__main__":
    main()

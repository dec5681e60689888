"""The data of a document: links.toml and tools.toml, a table ``[[link]]`` or ``[[tool]]`` for each entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from mailer.adapters.issue_folder import LANGUAGE, table
from mailer.adapters.issue_folder.files import Faults
from mailer.adapters.issue_folder.table import Table
from mailer.model import communication_tools, links
from mailer.model.cldr import country_code
from mailer.model.communication_tools import Side, Tool
from mailer.model.links import KIND_NAMES, Link, LinkKind

MOST = 2_000
"""Entries of a file."""

_HEAD = re.compile(r"\s*\[\[\s*([\w-]+)\s*\]\]\s*(?:#.*)?")
_URL = re.compile(r"https?://[^\s<>\"`{}|\\^]+", re.IGNORECASE)
_TOOL: Mapping[str, type] = {"table": str, "side": str, "type": str, "name": str, "work": str, "by": str}
_LINK: Mapping[str, type] = {
    "url": str,
    "title": str,
    "body": str,
    "kind": str,
    "language": str,
    "country": str,
    "checked": date,
}


def tools(text: str, faults: Faults) -> tuple[Tool, ...]:
    """The tools in tools.toml. Faults are noted, each with its line."""
    found = []
    for entry in _entries(text, "tool", _TOOL, ("table", "side", "name", "by"), communication_tools.FILE, faults):
        side = entry.text("side")
        if side and side not in list(Side):
            faults.add(communication_tools.FILE, entry.line("side"), f"side is “{'” or “'.join(Side)}”")
        if side in list(Side):
            texts = (entry.text(key) for key in ("type", "name", "work", "by"))
            found.append(Tool(entry.text("table"), Side(side), *texts))
    return tuple(found)


def links_of(text: str, faults: Faults) -> tuple[Link, ...]:
    """The links in links.toml. Faults are noted, each with its line."""
    found: list[Link] = []
    needed = ("url", "title", "body", "kind", "language")
    for entry in _entries(text, "link", _LINK, needed, links.FILE, faults):
        known = len(faults.found)
        url = entry.text("url")
        for key, fault in _link_faults(entry, url, found):
            faults.add(links.FILE, entry.line(key), fault)
        if len(faults.found) == known and all(entry.text(key) for key in needed):
            checked = entry.values.get("checked")
            found.append(
                Link(
                    url,
                    entry.text("title"),
                    entry.text("body"),
                    LinkKind(entry.text("kind")),
                    entry.text("language"),
                    entry.text("country"),
                    checked if isinstance(checked, date) else None,
                )
            )
    return tuple(found)


def _link_faults(entry: Table, url: str, before: list[Link]) -> Iterator[tuple[str, str]]:
    if url and not _URL.fullmatch(url):
        yield "url", "url is not a web address; it begins with https:// and has no spaces"
    if any(links.same(url, one.url) for one in before):
        yield "url", "this address is in the list already; delete one of the two"
    if (kind := entry.text("kind")) and kind not in list(LinkKind):
        yield "kind", f"kind is one of {', '.join(KIND_NAMES)}"
    if (language := entry.text("language")) and not LANGUAGE.fullmatch(language):
        yield "language", 'language is not a language tag; write for example "en" or "pt-BR"'
    if (country := entry.text("country")) and country_code(country) != country:
        yield "country", 'country is two capital letters, as in "FR"; leave the line out for what is of no country'


def _entries(
    text: str, name: str, keys: Mapping[str, type], required: tuple[str, ...], file: str, faults: Faults
) -> Iterator[Table]:
    """Each entry as a table of its own, so that a fault has its line."""
    lines = text.split("\n")
    heads = [(at, found[1]) for at, line in enumerate(lines) if (found := _HEAD.fullmatch(line))]
    first = heads[0][0] if heads else len(lines)
    stray = next((at for at, line in enumerate(lines[:first]) if line.strip() and not line.strip().startswith("#")), -1)
    if stray >= 0:
        faults.add(file, stray + 1, f"each entry begins with a line [[{name}]]")
    if not heads:
        faults.add(file, 1, f"there is no entry; begin each with a line [[{name}]]")
    if len(heads) > MOST:
        faults.add(file, heads[MOST][0] + 1, f"there are more than {MOST} entries; begin another document")
        return
    for (at, written), (end, _) in zip(heads, [*heads[1:], (len(lines), "")], strict=True):
        if written != name:
            faults.add(file, at + 1, f"[[{written}]] is not known; each entry begins with a line [[{name}]]")
            continue
        yield table.read("\n".join(lines[at + 1 : end]), keys, required, file, faults, offset=at + 1)


def written(link: Link) -> str:
    """A link as an entry of links.toml."""
    values = {"url": link.url, "title": link.title, "body": link.body, "kind": link.kind.value}
    values |= {"language": link.language, "country": link.country}
    lines = [f"{key} = {table.quoted(value)}" for key, value in values.items() if value]
    if link.checked:
        lines.append(f"checked = {link.checked.isoformat()}")
    return "\n".join(("[[link]]", *lines, ""))


def with_checked(text: str, alive: Mapping[str, date]) -> str:
    """links.toml with the day on which these addresses answered."""
    lines = text.split("\n")
    heads = [at for at, line in enumerate(lines) if _HEAD.fullmatch(line)]
    made = lines[: heads[0] if heads else len(lines)]
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        made += _dated(lines[at:end], alive)
    return "\n".join(made)


def _dated(entry: list[str], alive: Mapping[str, date]) -> list[str]:
    url = next((line.partition('"')[2].partition('"')[0] for line in entry if line.startswith("url = ")), "")
    if url not in alive:
        return entry
    kept = [line for line in entry if not line.startswith("checked = ")]
    last = max(at for at, line in enumerate(kept) if line.strip() and not line.startswith("#"))
    return [*kept[: last + 1], f"checked = {alive[url].isoformat()}", *kept[last + 1 :]]

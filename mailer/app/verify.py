#!/usr/bin/env python3
"""Checks a folder that `mailer audit export` wrote: python3 verify.py [--head HEAD] [FOLDER]

It needs Python 3.8 or newer and nothing else: none of mailer, no package, no network. It recomputes the hash chain,
compares votes, grants and sends with the entries that recorded them, recomputes the digests of what was voted on, and
checks the DKIM signatures of the votes with the keys as they were in the DNS when the mails came. It ends with 1 if
anything is not as it was recorded, and with 2 if it cannot read the folder.

docs/audit.md of mailer describes every format, so that anybody can write another such program.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import textwrap
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

START = "0" * 64
"""What the first entry is linked to."""

CHANGING = {
    "ballots": {"outcome", "deadline", "extended", "note"},
    "papers": {"excused"},
    "grants": {"lists", "seen_at", "voided_at"},
    "mailings": {"lists"},
}
"""Columns that a later entry may record anew; all others are final."""

RECORDED = {
    "ballots": (
        *("subject_kind", "subject_id", "digest", "forms", "revision", "note", "policy", "board", "terms", "lists"),
        *("opened_at", "deadline", "extended", "outcome"),
    ),
    "papers": ("ballot", "contact", "address_key", "asked_at", "excused", "stands_for"),
    "ballot_replies": (
        *("paper", "received_at", "message_id", "sender", "choice", "outcome", "reason", "comment", "how", "proof"),
        "raw",
    ),
    "votes": ("paper", "choice", "comment", "received_at", "message_id", "reply", "carried_from", "by_hand"),
    "grants": (
        "subject_kind",
        "subject_id",
        "digest",
        "forms",
        "ballot",
        "lists",
        "seen_at",
        "granted_at",
        "voided_at",
    ),
    "mailings": ("kind", "subject", "publication", "lists", "started_at"),
}
"""The columns of each table that entries record."""

ERASABLE = {"address_key", "message_id", "comment", "sender", "reason", "how", "proof", "raw", "note"}
"""Columns that are erased when a person is forgotten. All others decide what was granted."""


class Report:
    """What was found, in the order in which it was found."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def say(self, text: str = "") -> None:
        sys.stdout.write(text + "\n")

    def section(self, title: str) -> None:
        self.say()
        self.say(title)
        self.say("-" * len(title))

    def good(self, text: str) -> None:
        self._point("ok", text)

    def note(self, text: str) -> None:
        self._point("note", text)

    def fault(self, text: str) -> None:
        self.faults.append(text)
        self._point("FAULT", text)

    def _point(self, kind: str, text: str) -> None:
        first, rest = f"  {kind:<7}", " " * 9
        for line in textwrap.wrap(text, 79, initial_indent=first, subsequent_indent=rest, break_long_words=False):
            self.say(line)

    def result(self, faults: list[str], success: str) -> None:
        for fault in faults:
            self.fault(fault)
        if not faults:
            self.good(success)


def canonical(value: Any) -> str:
    """The one JSON text of a value: names sorted, no white space, all but ASCII escaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def plain(text: object) -> str:
    """A value from a file for the terminal: one line, no control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(text))[:200]


# --- the folder ---


def check_manifest(folder: Path) -> Iterator[str]:
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for name in sorted(found - set(manifest) - {"MANIFEST.json"}):
        yield f"{plain(name)} is not part of the export"
    for name, digest in sorted(manifest.items()):
        if name not in found:
            yield f"{plain(name)} is missing"
        elif sha256((folder / name).read_bytes()) != digest:
            yield f"{plain(name)} was changed: its SHA-256 is not that of MANIFEST.json"


# --- the chain ---


class Chain:
    """The entries, and what they recorded of rows."""

    def __init__(self) -> None:
        self.links: dict[int, str] = {}
        self.last = 0
        self.shown = 0
        self.withheld = 0
        self.erased = 0
        self.rows: dict[str, dict[str, tuple[Any, int]]] = {}
        self.gone: set[tuple[str, str]] = set()
        self.restores: list[tuple[int, str]] = []

    def read(self, path: Path) -> Iterator[str]:
        """Check every entry; the faults."""
        link = START
        with path.open("rb") as lines:
            for place, line in enumerate(lines, 1):
                try:
                    entry = json.loads(line)
                    number, fields = entry["id"], entry["fields"]
                    hashes = {name: field["hash"] for name, field in fields.items()}
                    public = {"action": entry["action"], "at": entry["at"], "fields": hashes, "id": number}
                    expected = sha256((link + canonical(public)).encode())
                    if number != self.last + 1:
                        yield f"entry {number} follows entry {self.last}: what is between is missing"
                    if entry["link"] != expected:
                        yield f"entry {number} does not follow from entry {self.last}, or was changed"
                    for name, field in fields.items():
                        yield from self._check_field(number, name, field)
                    if entry["action"] == "restored":
                        self.restores.append((number, entry["at"][:10]))
                    link = self.links[number] = entry["link"]
                    self.last = number
                except (ValueError, TypeError, KeyError, AttributeError):
                    yield f"line {place} of chain.jsonl is no entry"

    def _check_field(self, number: int, name: str, field: dict[str, Any]) -> Iterator[str]:
        if set(field) == {"hash", "salt", "value"}:
            self.shown += 1
            if sha256(bytes.fromhex(field["salt"]) + canonical(field["value"]).encode()) != field["hash"]:
                yield f"entry {number}: {plain(name)} is not what was recorded"
            if name.startswith("rows/"):
                yield from self._note(number, name, field["value"])
        elif set(field) == {"hash"}:
            self.withheld += 1
        elif set(field) == {"hash", "erased"}:
            self.erased += 1
            if name.startswith("rows/"):
                _, row, column = name.split("/", 2)
                self.gone.add((row, column))
                if column not in ERASABLE:
                    yield f"entry {number}: {plain(column)} of {plain(row)} was erased, and nothing may erase it"
        else:
            yield f"entry {number}: {plain(name)} is malformed"

    def _note(self, number: int, name: str, value: Any) -> Iterator[str]:
        _, row, column = name.split("/", 2)
        known = self.rows.setdefault(row, {})
        if column in known and known[column][0] != value and column not in CHANGING.get(row.split(" ")[0], ()):
            yield f"entry {number} changes {column} of {row}, which entry {known[column][1]} had fixed"
        known[column] = (value, number)


def recorded(value: Any) -> Any:
    """A value of rows.json as entries record it: lists and objects by their SHA-256."""
    return sha256(canonical(value).encode()) if isinstance(value, (list, dict)) else value


def check_rows(chain: Chain, tables: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    there = {"{} {}".format(table, row["id"]): row for table, rows in tables.items() for row in rows}
    for name, columns in sorted(chain.rows.items()):
        row = there.pop(name, None)
        if row is None:
            yield f"{name}, which entry {max(n for _, n in columns.values())} recorded, is missing"
            continue
        for column in RECORDED.get(name.split(" ")[0], ()):
            if column not in columns and (name, column) not in chain.gone:
                yield f"{column} of {plain(name)} was recorded by no entry that is shown here"
        for column, (value, number) in columns.items():
            if column not in row or recorded(row[column]) != value:
                yield f"{column} of {name} is {plain(row.get(column))}; entry {number} recorded {plain(value)}"
    for name in sorted(there):
        yield f"{plain(name)} was recorded by no entry that is shown here"


HEAD = re.compile(r"\D{0,60}?(\d{1,3}(?:[.,'\s]\d{3})+(?![0-9a-f])|\d+)\s*[:,]\s*([0-9a-f\s]+)$")


def check_head(chain: Chain, text: str, report: Report) -> None:
    found = HEAD.match(text.strip().lower())
    if found is None or len(re.sub(r"\s", "", found.group(2))) < 16:
        report.fault("--head needs the number of an entry and 16 hexadecimal digits or more: 1204:3f2a9c81d4e5f607")
        return
    number, link = int(re.sub(r"\D", "", found.group(1))), re.sub(r"\s", "", found.group(2))
    if chain.links.get(number, "").startswith(link):
        report.good(f"entry {number} has the link of the mail")
        return
    report.fault(f"entry {number} does not have the link of the mail: the record was rewritten or cut")
    for restored, day in chain.restores:
        if restored <= number:
            report.note(f"the store was restored from a backup on {day}: entries after {restored - 1} were lost")


# --- what was voted on ---


FILES = ("text", "html", "pdf", "picture")
"""Parts of a ballot that are files here."""


def check_digests(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The digest of each ballot and grant is that of its parts, and the parts that are files are here."""
    known = set(parts_of(folder))
    ballots = {row["id"]: row for row in tables.get("ballots", [])}
    withheld = withheld_ballots(folder, tables)
    for table in ("ballots", "grants"):
        for row in tables.get(table, []):
            name, forms = "{} {}".format(table, row["id"]), row.get("forms") or {}
            if forms and sha256(canonical(forms).encode()) != row["digest"]:
                yield f"{name}: its digest is not that of its parts"
            if table == "grants" and ballots.get(row["ballot"], {}).get("digest") != row["digest"]:
                yield "{}: it is for another digest than ballot {}".format(name, row["ballot"])
            if row["subject_kind"] == "issue" and row["id" if table == "ballots" else "ballot"] not in withheld:
                for part, digest in sorted(forms.items()):
                    if part.split(" ")[0] in FILES and (part, digest) not in known:
                        yield f"{name} is about a {plain(part)} that is not here"


def withheld_ballots(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> set[int]:
    """The ballots without a grant, whose drafts and replies are not here."""
    if not json.loads((folder / "about.json").read_bytes()).get("drafts_withheld"):
        return set()
    granted = {row["ballot"] for row in tables.get("grants", []) if row["voided_at"] is None}
    return {row["id"] for row in tables.get("ballots", [])} - granted


def parts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The name of each part that is a file here, and its digest."""
    for edition in json.loads((folder / "editions.json").read_bytes()):
        for file in edition["files"]:
            data = (folder / file["path"]).read_bytes()
            if file["part"].startswith("picture "):
                data = file["type"].encode() + b"\0" + data
            yield file["part"], sha256(data)


# --- DKIM (RFC 6376, RFC 8463) ---


class NoSignature(Exception):
    """Why a signature proves nothing."""


def split_mail(raw: bytes) -> tuple[list[bytes], bytes]:
    """The header fields with their line ends, and the body; lines end with CRLF."""
    raw = re.sub(rb"\r?\n", b"\r\n", raw)
    header, _, body = raw.partition(b"\r\n\r\n")
    fields = re.findall(rb"(?:[^\r\n]+\r\n)(?:[ \t][^\r\n]*\r\n)*", header + b"\r\n")
    return [bytes(field) for field in fields], body


def name_of(field: bytes) -> str:
    return field.partition(b":")[0].strip().lower().decode("latin-1")


def tags_of(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, found, value = part.partition("=")
        if found:
            if name.strip() in tags:
                raise NoSignature("a tag is there twice")
            tags[name.strip()] = value.strip()
    return tags


def relaxed_field(field: bytes) -> bytes:
    name, _, value = field.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
    return name.strip().lower() + b":" + value + b"\r\n"


def canonical_body(body: bytes, way: str) -> bytes:
    if way == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
        body = b"\r\n".join(lines)
    body = re.sub(rb"(?:\r\n)+\Z", b"", body)
    return body + b"\r\n" if body or way == "simple" else b""


def verify_signature(fields: list[bytes], body: bytes, signature: bytes, keys: dict[str, str]) -> tuple[str, list[str]]:
    """The domain that signed, and the fields that are covered. Raises NoSignature."""
    tags = tags_of(signature.partition(b":")[2].replace(b"\r\n", b"").decode("ascii", "replace"))
    domain, selector = tags.get("d", "").lower(), tags.get("s", "")
    if "l" in tags:
        raise NoSignature("it covers only a part of the body (l=)")
    record = keys.get(f"{selector}._domainkey.{domain}")
    if record is None:
        raise NoSignature("its key was not kept")
    key = tags_of(record)
    header_way, _, body_way = tags.get("c", "simple/simple").partition("/")
    body_hash = base64.b64encode(hashlib.sha256(canonical_body(body, body_way or "simple")).digest()).decode()
    if re.sub(r"\s", "", tags.get("bh", "")) != body_hash:
        raise NoSignature("the body was changed")
    covered = [name.strip().lower() for name in tags.get("h", "").split(":")]
    if "from" not in covered:
        raise NoSignature("it does not cover From")
    data = signed_data(fields, covered, signature, header_way)
    check_octets(tags, key, hashlib.sha256(data).digest())
    return domain, covered


def signed_data(fields: list[bytes], covered: list[str], signature: bytes, way: str) -> bytes:
    """The fields that are covered, the lowest first of those with one name, and the signature's own without b=."""
    rest = list(fields)
    signed = []
    for name in covered:
        for place in range(len(rest) - 1, -1, -1):
            if name_of(rest[place]) == name:
                signed.append(rest.pop(place))
                break
    own = re.sub(rb"([;:\s]b[ \t\r\n]*=)[^;]*", rb"\1", signature, count=1)
    own = own if own.endswith(b"\r\n") else own + b"\r\n"
    if way == "relaxed":
        return b"".join(map(relaxed_field, signed)) + relaxed_field(own)[:-2]
    return b"".join(signed) + own[:-2]


def check_octets(tags: dict[str, str], key: dict[str, str], digest: bytes) -> None:
    """Raises NoSignature unless the signature itself fits."""
    try:
        octets = base64.b64decode(re.sub(r"\s", "", tags.get("b", "")), validate=True)
        public = base64.b64decode(re.sub(r"\s", "", key.get("p", "")), validate=True)
    except binascii.Error:
        raise NoSignature("it is not base64") from None
    check = {"rsa-sha256": rsa_verifies, "ed25519-sha256": ed25519_verifies}.get(tags.get("a", "").lower())
    if check is None:
        raise NoSignature("its algorithm proves nothing: {}".format(plain(tags.get("a", ""))))
    if not check(public, octets, digest):
        raise NoSignature("it does not fit the mail and the key")


def read_der(data: bytes, start: int = 0) -> tuple[int, bytes, int]:
    """The type, the content and the end of the element that begins at ``start``."""
    kind, length, place = data[start], data[start + 1], start + 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[place : place + size], "big")
        place += size
    if place + length > len(data):
        raise IndexError
    return kind, data[place : place + length], place + length


def rsa_numbers(public: bytes) -> tuple[int, int]:
    """Modulus and exponent of an RSAPublicKey, which may be wrapped in a SubjectPublicKeyInfo."""
    _, inner, _ = read_der(public)
    kind, first, end = read_der(inner)
    if kind == 0x30:
        _, bits, _ = read_der(inner, end)
        _, inner, _ = read_der(bits[1:])
        _, first, end = read_der(inner)
    _, second, _ = read_der(inner, end)
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def rsa_verifies(public: bytes, signature: bytes, digest: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2)."""
    try:
        modulus, exponent = rsa_numbers(public)
    except IndexError:
        return False
    size = (modulus.bit_length() + 7) // 8
    ending = SHA256_PREFIX + digest
    padding = size - len(ending) - 3
    if padding < 8 or len(signature) != size or modulus.bit_length() < 1024:
        return False
    expected = b"\0\1" + b"\xff" * padding + b"\0" + ending
    found: bytes = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    return found == expected


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class Point(NamedTuple):
    """A point of the curve in extended coordinates (RFC 8032 5.1.4)."""

    x: int
    y: int
    z: int
    t: int


def add(one: Point, two: Point) -> Point:
    a, b = (one.y - one.x) * (two.y - two.x) % P, (one.y + one.x) * (two.y + two.x) % P
    c, d = 2 * one.t * two.t * D % P, 2 * one.z * two.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    result = Point(0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def point_of(data: bytes) -> Point:
    """Raises ValueError if it is no point of the curve (RFC 8032 5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (not x and sign):
        raise ValueError("no point")
    x = P - x if x & 1 != sign else x
    return Point(x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(public: bytes, signature: bytes, digest: bytes) -> bool:
    """Ed25519 over the SHA-256 of the data (RFC 8463 3)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        key, commitment = point_of(public), point_of(signature[:32])
    except ValueError:
        return False
    number = int.from_bytes(signature[32:], "little")
    if number >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + digest).digest(), "little") % L
    left, right = times(number, BASE), add(commitment, times(challenge, key))
    return not ((left.x * right.z - right.x * left.z) % P or (left.y * right.z - right.y * left.z) % P)


# --- the votes ---


def check_mail(raw: bytes, keys: dict[str, str]) -> str:
    """How the mail is proven to be its author's: the domain that signed. Raises NoSignature."""
    fields, body = split_mail(raw)
    authors = getaddresses([str(value) for value in message_from_bytes(raw).get_all("From", [])])
    if len(authors) != 1:
        raise NoSignature("it does not have one author")
    author = authors[0][1].rpartition("@")[2].lower()
    reasons = []
    for field in fields:
        if name_of(field) == "dkim-signature":
            try:
                domain, covered = verify_signature(fields, body, field, keys)
            except NoSignature as fault:
                reasons.append(str(fault))
                continue
            if author == domain or author.endswith("." + domain) or domain.endswith("." + author):
                return "DKIM signature of {} over {}".format(domain, ", ".join(covered))
            reasons.append(f"it is of {domain}, not of {author}")
    raise NoSignature("; ".join(reasons) or "it has no DKIM signature")


BALLOT = ("id", "revision", "subject_kind", "subject_id", "outcome")


def check_votes(folder: Path, tables: dict[str, list[dict[str, Any]]], chain: Chain, report: Report) -> None:
    replies = {row["id"]: row for row in tables.get("ballot_replies", [])}
    papers = {row["id"]: row for row in tables.get("papers", [])}
    withheld = withheld_ballots(folder, tables)
    for ballot in tables.get("ballots", []):
        asked = sum(paper["ballot"] == ballot["id"] for paper in papers.values())
        report.say()
        report.say("  Ballot {}, revision {}, on {} (row {}): {}".format(*(plain(ballot[name]) for name in BALLOT)))
        report.say("    opened {:.16}, until {:.16}, {} asked".format(ballot["opened_at"], ballot["deadline"], asked))
        report.say("    rule: {}".format(plain(ballot["terms"].get("rule"))))
        report.say("    digest: {}".format(plain(ballot["digest"])))
        if ballot["id"] in withheld:
            report.note("it has no grant: the draft, and the replies that quote it, are withheld from this export")
        for vote in tables.get("votes", []):
            if papers.get(vote["paper"], {}).get("ballot") == ballot["id"]:
                check_vote(folder, vote, replies.get(vote["reply"]), chain, report, ballot["id"] in withheld)
    known = {vote["reply"] for vote in tables.get("votes", [])}
    for reply in replies.values():
        if reply["id"] not in known:
            report.note(
                "reply {} of {} was not counted: {}".format(
                    reply["id"], reply["received_at"][:16], plain(reply["reason"] or reply["outcome"])
                )
            )


def check_vote(folder: Path, vote: dict[str, Any], reply: Any, chain: Chain, report: Report, withheld: bool) -> None:
    said = "vote {} ({}), received {}".format(vote["id"], plain(vote["choice"]), vote["received_at"][:16])
    if reply is None:
        origin = vote.get("carried_from")
        report.note("{}: {}".format(said, f"carried over from vote {origin}" if origin else "no mail gave it"))
        return
    if vote["by_hand"]:
        report.note("{}: {}; no mail gave it".format(said, plain(reply["how"] or "entered by hand")))
        return
    kept, _ = chain.rows.get("ballot_replies {}".format(reply["id"]), {}).get("raw", (None, 0))
    path = folder / "mails" / "reply-{}.eml".format(reply["id"])
    if not path.is_file():
        missing = "is withheld" if withheld else "was erased, or was not kept" if kept is None else "is missing"
        (report.note if withheld or kept is None else report.fault)(f"{said}: its mail {missing}")
        return
    raw = path.read_bytes()
    if sha256(raw) != kept:
        report.fault(f"{said}: mails/{path.name} is not the mail that was recorded")
        return
    keys = reply["proof"].get("keys") or {}
    if not keys:
        report.note("{}: recorded as “{}”; this cannot be checked here".format(said, plain(reply["how"])))
        return
    try:
        report.good(f"{said}: {check_mail(raw, keys)}")
    except NoSignature as fault:
        report.fault(f"{said}: its signature does not prove it: {fault}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a folder that `mailer audit export` wrote.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent, metavar="FOLDER")
    parser.add_argument("--head", help="the end of the record as a mail names it: 1204:3f2a9c81d4e5f607")
    arguments = parser.parse_args()
    report, chain = Report(), Chain()
    if not (arguments.folder / "MANIFEST.json").is_file():
        sys.stderr.write(f"{arguments.folder} is no export: it has no MANIFEST.json.\n")
        return 2
    try:
        check(arguments.folder, arguments.head, chain, report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        report.fault(f"the rest cannot be read: {type(fault).__name__}: {plain(fault)}")
    report.section("Result")
    link = chain.links.get(chain.last, "")[:20]
    groups = " ".join(link[start : start + 4] for start in range(0, len(link), 4))
    report.say(f"  Head: entry {chain.last:,}, {groups}")
    report.say("  Compare it with the head in a mail that the office sent (--head).")
    if report.faults:
        report.say(f"  Faults: {len(report.faults)}. This is not what was recorded.")
        return 1
    report.say("  Everything that is here is as it was recorded.")
    return 0


def check(folder: Path, head: Any, chain: Chain, report: Report) -> None:
    """Check one thing after the other. Raises what reading a malformed file raises."""
    report.section("Files")
    report.result(list(check_manifest(folder)), "all files are as they were exported")
    about = json.loads((folder / "about.json").read_bytes())
    report.note("the record of {}, exported {}".format(plain(about["office"]), plain(about["exported_at"])[:16]))
    report.section("The chain")
    report.result(list(chain.read(folder / "chain.jsonl")), f"{chain.last} entries, each follows from the one before")
    report.note(f"shown: {chain.shown} values; withheld from this export: {chain.withheld}")
    report.note(f"erased for people who asked to be forgotten: {chain.erased}")
    if (chain.last, chain.links.get(chain.last)) != (about["entries"], about["head"]):
        report.fault("the chain does not end as about.json says")
    if head:
        check_head(chain, head, report)
    tables = json.loads((folder / "rows.json").read_bytes())
    report.section("Ballots, votes, grants and sends")
    count = sum(map(len, tables.values()))
    report.result(list(check_rows(chain, tables)), f"{count} rows are as they were recorded")
    report.section("What was voted on")
    report.result(list(check_digests(folder, tables)), "files and digests agree")
    report.section("Votes")
    check_votes(folder, tables, chain, report)


if __name__ == "__main__":
    sys.exit(main())

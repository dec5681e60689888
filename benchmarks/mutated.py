"""What mails cost that were damaged at random or made to be expensive: CPU, memory, crashes and hangs (C7).

    python -m benchmarks.mutated [--inputs 100000] [--seed 1] [--processes 2] [--only NUMBER]

Each input is made from its number and the seed alone, so that ``--only`` repeats it. Most are mails of tests/data and
tests/hostile_mails.py with mutations; the rest are HTML, header fields and MIME structures, generated up to the size of
the largest mail that is parsed. An input that fails is written to a file.
"""

from __future__ import annotations

import argparse
import base64
import faulthandler
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.hostile_mails import HOSTILE, counted_anew, largest_size, read_whole

LARGEST = 10_000_000
SECONDS, OCTETS = 1.0, 64_000_000
HANG = 60
"""Seconds after which an input counts as one that hangs; its process ends."""
SMALL = 20_000
"""The memory of inputs of up to so many octets is measured for BATCH of them together."""
BATCH = 50
DATA = Path(__file__).parents[1] / "tests" / "data"

PIECES = (
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"\t", b"\0", b"\xff", b"\x1b$B", b"=", b"=\r\n"),
    *(b"--", b"--b\r\n", b"--b--\r\n", b"(", b")", b"@", b",", b";", b":", b"<", b">", b"\xe2\x80\xae"),
    *(b"From: a@b.example\r\n", b"Subject: =?utf-8?q?a=0Ab?=\r\n", b"charset=utf-16", b"; name*0*=utf-8''%ff"),
    *(b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n\r\n"),
    *(b"Content-Type: text/html\r\n", b"Content-Type: message/", b"Content-Transfer-Encoding: base64\r\n"),
    *(b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Disposition: attachment; filename="),
    *(b"Auto-Submitted: auto-replied\r\n", b"Return-Path: <>\r\n", b"Status: 5.1.1\r\n", b"Action: failed\r\n"),
    *(b"<div>", b"</div>", b"<table><tr><td>", b"<blockquote>", b"<style>.a{", b"}", b"<!--", b"-->", b"&#x41;"),
    *(b'<p style="', b'"', b"'", b"> ", b">>>>", b"On 1 Dec 2026, a <a@b> wrote:\r\n"),
    *(b"-----Original Message-----\r\n", b"From: x\r\nSent: 1.1.2026\r\n", b"unsubscribe\r\n", b"APPROVE\r\n"),
)
TAGS = (
    *("div", "p", "b", "i", "span", "a", "font", "table", "tr", "td", "ul", "li", "blockquote", "pre", "style"),
    *("script", "select", "option", "form", "button", "svg", "math", "template", "o:p", "h1", "br", "hr", "img"),
    *("input", "title"),
)
ATTRIBUTES = ("class", "style", "id", "name", "hidden", "href", "x", "a:b", "colspan", "data-x")
VALUES = ("gmail_quote", "display:none", "color:#fff", "a b c", "font-size:0;", "99999999", "&quot;", "x" * 200, "")


class Worst(NamedTuple):
    value: float
    number: int
    kind: str


# --- inputs ---


@cache
def samples() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(DATA.rglob("*.eml")))


@cache
def shapes() -> tuple[str, ...]:
    return tuple(HOSTILE)


def made(seed: int, number: int) -> tuple[str, bytes]:
    """The kind and the octets of an input."""
    draw = random.Random(f"{seed} {number}")
    kind = draw.choices([kind for kind, _, _ in KINDS], [weight for _, weight, _ in KINDS])[0]
    make = next(make for name, _, make in KINDS if name == kind)
    return kind, make(draw)


def mutated_sample(draw: random.Random) -> bytes:
    return mutated(draw, draw.choice(samples()), draw.choice((1, 1, 2, 4, 16, 64)))


def crossed_samples(draw: random.Random) -> bytes:
    one, other = draw.choice(samples()), draw.choice(samples())
    return mutated(draw, one[: draw.randrange(len(one))] + other[draw.randrange(len(other)) :], draw.choice((0, 2, 8)))


def mutated_shape(draw: random.Random) -> bytes:
    whole = HOSTILE[draw.choice(shapes())]()
    return mutated(draw, whole[: max(2_000, size(draw))], draw.choice((1, 4, 16)))


def size(draw: random.Random) -> int:
    """Most are small, some as large as mails are."""
    return int(1_000 * (LARGEST / 1_000) ** draw.random() ** 2)


def mutated(draw: random.Random, octets: bytes, times: int) -> bytes:
    mail = bytearray(octets)
    for _ in range(times):
        start = draw.randrange(len(mail) + 1)
        end = min(len(mail), start + draw.choice((0, 1, 4, 40, 400)))
        how = draw.randrange(6)
        if how == 0:
            mail[start:end] = draw.randbytes(draw.randrange(40))
        elif how == 1:
            mail[start:end] = draw.choice(PIECES) * draw.choice((1, 1, 2, 50, 3_000))
        elif how == 2:
            del mail[start:end]
        elif how == 3:
            mail[start:start] = mail[start:end] * draw.choice((1, 2, 100))
        elif how == 4 and start < len(mail):
            mail[start] ^= 1 << draw.randrange(8)
        else:
            source = draw.choice(samples())
            place = draw.randrange(len(source))
            mail[start:end] = source[place : place + draw.choice((20, 200, 2_000))]
    return bytes(mail[:LARGEST])


def repeated(draw: random.Random, parts: Sequence[bytes], octets: int) -> bytes:
    """Some of the parts, in an order that is repeated up to a size."""
    cycle = b"".join(draw.choices(parts, k=draw.choice((1, 2, 5, 20, 100)))) or b" "
    return (cycle * (octets // len(cycle) + 1))[:octets]


def generated_html(draw: random.Random) -> bytes:
    pieces = [_tag(draw) for _ in range(draw.choice((3, 30, 300)))]
    pieces += [
        b"word ",
        b"\n",
        b"&amp;",
        b"&#65;",
        b"<",
        b"<!--",
        b"-->",
        b"APPROVE",
        b"\0",
        b"@media x{.a{display:none}}",
    ]
    head = b"From: eve@stranger.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return head + repeated(draw, pieces, size(draw))


def _tag(draw: random.Random) -> bytes:
    if draw.random() < 0.3:
        return f"</{draw.choice(TAGS)}>".encode()
    attributes = "".join(_attribute(draw) for _ in range(draw.choice((0, 0, 1, 2, 40))))
    return f"<{draw.choice(TAGS)}{attributes}{draw.choice(('>', '>', '>', '/>', ''))}".encode()


def _attribute(draw: random.Random) -> str:
    before, after = (draw.choice(("", '"', "'")) for _ in range(2))
    return f" {draw.choice(ATTRIBUTES)}{draw.choice(('', '=', '='))}{before}{draw.choice(VALUES)}{after}"


def generated_header(draw: random.Random) -> bytes:
    names = (
        *(b"From", b"To", b"Cc", b"Subject", b"References", b"Content-Type", b"Content-Disposition", b"Received"),
        *(b"DKIM-Signature", b"Authentication-Results", b"List-Id", b"X-Auto-Response-Suppress", b"Message-ID", b"X"),
    )
    values = (
        *PIECES,
        *(
            b"a@b.example, ",
            b'"a" <a@b.example>',
            b"=?utf-8?b?YQ==?= ",
            b"<a@b> ",
            b"a=b; ",
            b"dkim=pass ",
            b"\r\n ",
            b"\\",
        ),
    )
    fields = []
    for _ in range(draw.choice((1, 5, 100))):
        value = repeated(draw, values, min(size(draw), 300_000)).replace(b"\r\n\r\n", b"\r\n ")
        fields.append(draw.choice(names) + b": " + value + b"\r\n")
    return b"".join(fields)[:LARGEST] + b"\r\nunsubscribe\r\n"


def generated_mime(draw: random.Random) -> bytes:
    """A tree of parts, in which each has a type, an encoding and a content that need not fit."""
    types = (
        *(
            b"text/plain",
            b"text/html",
            b"multipart/mixed",
            b"multipart/alternative",
            b"multipart/report",
            b"message/rfc822",
        ),
        *(b"message/delivery-status", b"application/pdf", b"multipart/encrypted", b"image/png", b"text/calendar", b"x"),
    )
    encodings = (b"", b"base64", b"quoted-printable", b"8bit", b"x-uuencode")
    charsets = (b"utf-8", b"utf-16", b"iso-2022-jp", b"gb18030", b"utf-7", b"x")
    limit = size(draw)
    mail = bytearray(b"From: eve@stranger.example\r\n")
    depth = 0
    for _ in range(draw.choice((1, 5, 30, 200, 800))):
        kind = draw.choice(types)
        mail += b"Content-Type: %b; charset=%b; boundary=b%d; %b\r\n" % (
            kind,
            draw.choice(charsets),
            depth + 1,
            draw.choice((b"", b"name=a.txt", b"format=flowed; delsp=yes")),
        )
        mail += b"Content-Transfer-Encoding: %b\r\n\r\n" % draw.choice(encodings)
        if kind.startswith(b"multipart") and draw.random() < 0.7:
            depth += 1
        else:
            content = repeated(draw, PIECES, draw.choice((10, 500, limit // 4)))
            mail += base64.encodebytes(content) if draw.random() < 0.3 else content
            if depth and draw.random() < 0.1:
                mail += b"\r\n--b%d--\r\n" % depth
                depth -= 1
        mail += b"\r\n--b%d\r\n" % max(1, depth)
        if len(mail) > limit:
            break
    return bytes(mail[:LARGEST])


def generated_text(draw: random.Random) -> bytes:
    head = b"From: eve@stranger.example\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    return head + repeated(draw, PIECES, size(draw))


KINDS: tuple[tuple[str, float, Callable[[random.Random], bytes]], ...] = (
    ("a mutated sample", 80, mutated_sample),
    ("two samples crossed", 17, crossed_samples),
    ("a mutated hostile mail", 0.3, mutated_shape),
    ("generated HTML", 0.7, generated_html),
    ("generated fields", 0.6, generated_header),
    ("generated parts", 0.8, generated_mime),
    ("generated text", 0.6, generated_text),
)


# --- measuring ---


def work(seed: int, numbers: range, folder: Path) -> None:
    """Read the inputs; print what was worst, and what failed, as JSON."""
    faulthandler.enable()
    read_whole(samples()[0])
    slowest = Worst(0, 0, "")
    largest = Worst(0, 0, "")
    failed: list[str] = []
    before, since = counted_anew(), 0
    for number in numbers:
        kind, raw = made(seed, number)
        (folder / f"{os.getpid()}.current").write_text(f"{number} {slowest} {largest}")
        if len(raw) > SMALL or since >= BATCH:
            before, since = counted_anew(), 0
        since += 1
        faulthandler.dump_traceback_later(HANG, exit=True)
        began = time.process_time()
        try:
            read_whole(raw)
        except Exception:
            failed.append(f"{number} ({kind}): {traceback.format_exc(limit=-3)}")
            (folder / f"failed-{number}.eml").write_bytes(raw)
        faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, Worst(time.process_time() - began, number, kind))
        if len(raw) > SMALL or since >= BATCH:
            largest = max(largest, Worst(largest_size() - before, number, kind))
            before, since = counted_anew(), 0
    print(json.dumps({"slowest": slowest, "largest": largest, "failed": failed}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="read this one input, and show its cost")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = Path(os.environ.get("MUTATED_FOLDER") or tempfile.mkdtemp(prefix="mutated-"))
    end = given.first + given.inputs
    if given.only is not None:
        kind, raw = made(given.seed, given.only)
        print(f"{kind}, {len(raw)} octets, in {folder / 'only.eml'}")
        (folder / "only.eml").write_bytes(raw)
        work(given.seed, range(given.only, given.only + 1), folder)
        return
    if given.worker is not None:
        work(given.seed, range(given.first + given.worker, end, given.processes), folder)
        return
    environment = {**os.environ, "MUTATED_FOLDER": str(folder)}
    command = [sys.executable, "-m", "benchmarks.mutated", *sys.argv[1:], "--worker"]
    workers = [
        subprocess.Popen([*command, str(number)], env=environment, stdout=subprocess.PIPE)
        for number in range(given.processes)
    ]
    slowest = largest = Worst(0, 0, "")
    failed: list[str] = []
    for worker in workers:
        written, _ = worker.communicate()
        if worker.returncode:
            current = (folder / f"{worker.pid}.current").read_text().partition(" ")[0]
            failed.append(f"{current}: its process ended with {worker.returncode}; see the traceback above")
            continue
        found = json.loads(written)
        slowest, largest = max(slowest, Worst(*found["slowest"])), max(largest, Worst(*found["largest"]))
        failed += found["failed"]
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{given.inputs:,} inputs, seed {given.seed}: {len(failed)} failed")
    print(f"slowest: {slowest.value:.2f} s of CPU (input {slowest.number}, {slowest.kind})")
    print(f"largest: {largest.value / 1e6:.1f} MB above idle (input {largest.number}, {largest.kind})")
    if failed or slowest.value > SECONDS or largest.value > OCTETS:
        print(f"inputs that failed are in {folder}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""How well delivery reports are read: on two public corpora, and on ordinary mails, which are none.

``python -m benchmarks.reports`` fetches the corpora once: the source distribution of flufl.bounce from PyPI, and the
source of Debian's libmail-deliverystatus-bounceparser-perl. They stay in a cache outside the repository. What is right
was decided by hand; a mailbox that is full, a policy, a size and a time-out are not for good.

``--misses`` names each file that is read wrongly. Folders or files as arguments are ordinary mails: whatever is taken
for a report in them is printed. ``--reports DIR`` reads a folder of reports and prints what is found, without a
judgement.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import mailbox
import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.generator import BytesGenerator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from mailer.explain import explain
from mailer.inbound.intents import Bounce, Complaint, ReadingRules, Report
from mailer.model.reports import Reported
from mailer.requests import ANSWERS, COMMANDS
from mailer.tokens import TokenKey

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mailer-benchmarks"
FLUFL = "flufl.bounce==6.0.0"
PERL = (
    "http://deb.debian.org/debian/pool/main/libm/libmail-deliverystatus-bounceparser-perl/"
    "libmail-deliverystatus-bounceparser-perl_1.543+repacked.orig.tar.xz"
)
PERL_SHA256 = "01f89040426ab6de77f9f0bcdce61a938ef6a24179efbfdb4f7a1f68c5263282"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OFFICE = ReadingRules("office@mailer.example", (), COMMANDS, ANSWERS)
KEY = TokenKey(b"k" * 32)
ADDRESS = re.compile(r"[^\s<>;]+@[^\s<>;]+")


class Sample(NamedTuple):
    """A mail of a corpus, and how it is to be read."""

    name: str
    octets: bytes
    report: bool
    recipients: frozenset[str] | None
    """None if the mail names nobody."""
    permanent: bool


# --- what is right ---

FLUFL_PERMANENT = frozenset(
    [
        "bounce_02",
        "dsn_10",
        "dsn_11",
        "dsn_12",
        "dsn_13",
        "dsn_14",
        "dsn_15",
        "dsn_16",
        "dsn_18",
        "exim_01",
        "groupwise_01",
        "groupwise_02",
        "llnl_01",
        "microsoft_01",
        "microsoft_02",
        "microsoft_04",
        "postfix_01",
        "qmail_03",
        "qmail_04",
        "qmail_05",
        "simple_04",
        "simple_05",
        "simple_06",
        "simple_08",
        "simple_11",
        "simple_12",
        "simple_13",
        "simple_15",
        "simple_19",
        "simple_23",
        "simple_25",
        "simple_26",
        "simple_27",
        "simple_29",
        "simple_30",
        "simple_33",
        "simple_34",
        "simple_36",
        "simple_37",
        "simple_39",
        "simple_41",
        "simple_43",
        "smtp32_04",
        "smtp32_06",
        "smtp32_07",
        "yahoo_03",
        "yahoo_05",
        "yahoo_06",
        "yahoo_07",
        "yahoo_08",
        "yahoo_09",
        "yahoo_10",
        "yahoo_11",
        "yahoo_13",
        "yale_01",
    ]
)
FLUFL_NO_REPORT = frozenset({"qmail_08", "groupwise_03"})
FLUFL_UNNAMED = frozenset({"dumbass_01", "simple_42", "simple_43", "bounce_01"})

PERL_PERMANENT = frozenset(
    [
        "aol.unknown",
        "att-via-sendmail.unknown",
        "badrcptto",
        "cam-unknown",
        "comcast-via-sendmail.unknown",
        "cox-via-sendmail.unknown",
        "deactivated-mailbox",
        "doesnotexist",
        "doesnotexist2",
        "domino.unknown",
        "exchange.unknown",
        "generic-postfix-via-sendmail.unknown",
        "gmail-via-sendmail.unknown",
        "hotmail-via-sendmail.unknown",
        "iis-multiple-bounce",
        "mailbox-unknown",
        "malformed-dns",
        "me-user-unknown",
        "msn-via-sendmail.unknown",
        "no-such-domain",
        "nomailbox",
        "non-autoreply",
        "novell-with-rhs",
        "polish-unknown",
        "postfix-host-unknown",
        "postfix-malformed",
        "postfix-smtp-550",
        "qmail.unknown",
        "rcpt-dne",
        "sendmail-host-unknown",
        "user-unknown-bad",
        "user-unknown-disabled",
        "user-unknown-dne",
        "user-unknown-not",
        "user-unknown-not-active",
        "user-unknown-polish",
        "warning-1",
        "warning-2",
        "warning-3",
        "warning-5",
        "yahoo-user-unknown",
        "yahoo-via-sendmail.unknown",
    ]
)
PERL_NO_REPORT = frozenset(
    [
        "aol-vacation",
        "autoreply",
        "bluebottle",
        "boxbe-cr",
        "boxbe-cr2",
        "polish-autoreply",
        "spam-bogus-email-in-report",
        "spam-with-image",
        "warning-6",
    ]
)
PERL_RECIPIENTS: Mapping[str, frozenset[str]] = {
    "aol-senderblock": frozenset({"mykewlaolacct@aol.com"}),
    "aol.attachment": frozenset({"exampleuser@aol.com"}),
    "domino.unknown": frozenset({"recipient@example.net"}),
    "exchange.unknown": frozenset({"recipient@example.net"}),
    "misidentified-recipient": frozenset({"john.b@b.c"}),
    "non-autoreply": frozenset({"hbsdpphvfex@blackwebportal.com"}),
    "novell-with-rhs": frozenset({"recipient@example.net"}),
    "qmail.unknown": frozenset({"recipient@example.net"}),
    "quota": frozenset({"a@b.c"}),
    "warning-3": frozenset({"1@server4.example.co.uk"}),
    "warning-5": frozenset({"a@b.c"}),
    "warning-7": frozenset({"fred@mailgrp1.a.b.c"}),
    "warning-9": frozenset({"gail.windy@example.com"}),
}
PERL_UNNAMED = frozenset({"no-message-collected"})


def flufl_samples() -> Iterator[Sample]:
    """The corpus of flufl.bounce; the recipients are those that its own tests expect."""
    folder = _flufl()
    wanted: dict[str, set[str]] = {"llnl_01.txt": {"user1@example.gov"}}
    for name, found in _expected(folder / "tests" / "test_detectors.py"):
        wanted.setdefault(name, set()).update(found)
    for path in sorted((folder / "tests" / "data").glob("*.txt")):
        named = frozenset(address.casefold() for address in wanted.get(path.name, ()))
        known = None if path.stem in FLUFL_UNNAMED or not named else named
        report = path.stem not in FLUFL_NO_REPORT
        yield Sample(path.stem, path.read_bytes(), report, known, path.stem in FLUFL_PERMANENT)


def _expected(tests: Path) -> Iterator[tuple[str, list[str]]]:
    for node in ast.parse(tests.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "DETECTORS":
            for row in ast.literal_eval(node.value):
                yield row[1], [address.decode() for address in row[2]]


def perl_samples() -> Iterator[Sample]:
    """The corpus of Mail::DeliveryStatus::BounceParser."""
    for path in sorted((_perl() / "t" / "corpus").glob("*.msg")):
        octets = path.read_bytes()
        named = PERL_RECIPIENTS.get(path.stem) or _from_fields(octets)
        report = path.stem not in PERL_NO_REPORT
        known = None if path.stem in PERL_UNNAMED or not named else frozenset(map(str.casefold, named))
        yield Sample(path.stem, octets, report, known, path.stem in PERL_PERMANENT)


def _from_fields(octets: bytes) -> frozenset[str]:
    """The recipients that a report's fields name, the original ones if they are there."""
    text = re.sub(r"\n[ \t]+", " ", octets.decode("latin-1").replace("\r\n", "\n"))
    found: set[str] = set()
    for group in text.split("\n\n"):
        named = dict(re.findall(r"^((?:Original|Final)-Recipient):(.*)$", group, re.IGNORECASE | re.MULTILINE))
        lower = {key.lower(): value for key, value in named.items()}
        for name in ("original-recipient", "final-recipient"):
            if address := ADDRESS.search(lower.get(name, "").rpartition(";")[2].strip(" <>")):
                found.add(address[0])
                break
    return frozenset(found)


# --- fetching ---


def _flufl() -> Path:
    folder = CACHE / "flufl_bounce-6.0.0"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch = ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-d", str(CACHE)]
        subprocess.run([sys.executable, "-m", *fetch, FLUFL], check=True)
        _unpack(CACHE / "flufl_bounce-6.0.0.tar.gz")
    return folder


def _perl() -> Path:
    folder = CACHE / "Mail-DeliveryStatus-BounceParser-1.543"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(PERL, timeout=60) as answer:
            octets = answer.read(10_000_000)
        if hashlib.sha256(octets).hexdigest() != PERL_SHA256:
            raise SystemExit(f"{PERL} is not what it was: compare its digest before you trust it")
        (CACHE / "bounceparser.tar.xz").write_bytes(octets)
        _unpack(CACHE / "bounceparser.tar.xz")
    return folder


def _unpack(archive: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(CACHE, filter="data")


# --- measuring ---


class Outcome(NamedTuple):
    sample: Sample
    recognised: bool
    exact: bool
    permanent: bool
    seconds: float
    seen: str


def judge(sample: Sample) -> Outcome:
    start = time.perf_counter()
    found = explain(sample.octets, NOW, OFFICE, KEY).intent
    seconds = time.perf_counter() - start
    recognised = isinstance(found, Bounce | Report | Complaint)
    reported = found.recipients if isinstance(found, Bounce | Report | Complaint) else ()
    named = frozenset(one.recipient.casefold() for one in reported if one.recipient)
    permanent = any(one.permanent for one in reported)
    right = sample.recipients is None or named == sample.recipients
    return Outcome(
        sample, recognised == sample.report, right, permanent == sample.permanent, seconds, _told(found, reported)
    )


def _told(found: object, reported: Iterable[Reported]) -> str:
    each = "; ".join(f"{one.recipient} {one.fate} {one.status} {one.why}: {one.diagnostic[:60]}" for one in reported)
    return f"{type(found).__name__} {each}"


def measure(name: str, samples: Iterable[Sample], misses: bool) -> None:
    outcomes = [judge(sample) for sample in samples]
    reports = [one for one in outcomes if one.sample.report]
    both = sum(1 for one in reports if one.recognised and one.exact)
    permanent = sum(1 for one in reports if one.recognised and one.permanent)
    others = [one for one in outcomes if not one.sample.report]
    print(
        f"{name}: {len(reports)} reports, recognised and recipient exact {_share(both, reports)}, permanent right "
        f"{_share(permanent, reports)}; {sum(not one.recognised for one in others)} of {len(others)} others taken for "
        f"one; slowest {max(one.seconds for one in outcomes):.3f} s"
    )
    for one in outcomes if misses else ():
        wrong = [
            word
            for word, right in (("recognised", one.recognised), ("recipient", one.exact), ("permanent", one.permanent))
            if not right and (one.sample.report or word == "recognised")
        ]
        if wrong:
            print(f"  {one.sample.name}: {', '.join(wrong)}; {one.seen}")


def _share(part: int, whole: list[Outcome]) -> str:
    return f"{part} ({100 * part / len(whole):.1f}%)"


# --- ordinary mails ---


def mails_in(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path.is_dir():
            yield from mails_in(sorted(path.rglob("*")))
        elif path.suffix == ".mbox":
            for number, message in enumerate(mailbox.mbox(path), 1):
                written = BytesIO()
                BytesGenerator(written, mangle_from_=False).flatten(message)
                yield f"{path}:{number}", written.getvalue()
        elif path.is_file():
            yield str(path), path.read_bytes()


def count_false(paths: Iterable[Path]) -> None:
    seen = false = 0
    for name, octets in mails_in(paths):
        found = explain(octets, NOW, OFFICE, KEY).intent
        seen += 1
        if isinstance(found, Bounce | Report | Complaint):
            false += 1
            print(f"  {name}: {_told(found, found.recipients)}")
    print(f"ordinary mails: {false} of {seen} taken for a report")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ordinary", nargs="*", type=Path, help="files or folders of mails that are no reports")
    parser.add_argument("--misses", action="store_true", help="name what is read wrongly")
    parser.add_argument("--reports", type=Path, help="print what is read in this folder of reports")
    chosen = parser.parse_args()
    if chosen.reports:
        for name, octets in mails_in([chosen.reports]):
            found = explain(octets, NOW, OFFICE, KEY).intent
            print(f"{Path(name).name}: {_told(found, getattr(found, 'recipients', ()))}")
        return
    measure("flufl.bounce", flufl_samples(), chosen.misses)
    measure("BounceParser", perl_samples(), chosen.misses)
    if chosen.ordinary:
        count_false(chosen.ordinary)


if __name__ == "__main__":
    main()

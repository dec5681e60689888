"""How often the own text of a reply is exact, on the cases of mailgun's talon (Apache 2.0), which are fetched.

    python -m benchmarks.replies [--all]

Its tests are read, not run: each call that compares a reply's text with what talon makes of a mail is a case.
"""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from mailer.inbound.markup import visible_text
from mailer.inbound.parse import parse
from mailer.inbound.reply import text_for_people

RELEASE, DIGEST = "talon==1.4.4", "263d122609747691e9f75726ea565f5da8a40146a7a81eb5883e51b8224b0e5c"
HTML_REPLY = "Hi. I am fine.\n\nThanks,\nAlex"
"""What all of talon's samples of HTML replies say."""


class Case(NamedTuple):
    name: str
    reply: str
    """What the writer wrote."""
    text: str
    kind: str


def fetch(folder: Path) -> Path:
    """The folder of talon's tests."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
        "-d",
        folder,
        RELEASE,
    ]
    subprocess.run(command, check=True)
    (archive,) = folder.glob("talon-*.tar.gz")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != DIGEST:
        raise SystemExit(f"{archive.name} is not the release that these figures are about")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (tests,) = folder.glob("talon-*/tests")
    return tests


def cases(tests: Path) -> Iterator[Case]:
    for kind in ("plain", "html"):
        source = (tests / f"{'text' if kind == 'plain' else 'html'}_quotations_test.py").read_text(encoding="utf-8")
        yield from _dividers(source)
        for function in ast.parse(source).body:
            if isinstance(function, ast.FunctionDef):
                yield from _in_function(function, kind)
    for path in sorted((tests / "fixtures/standard_replies").glob("*.eml")):
        yield Case(path.stem, _reply_of(path), _plain(path), "plain")
    for path in sorted((tests / "fixtures/html_replies").glob("*.html")):
        yield Case(f"{path.stem} HTML", HTML_REPLY, path.read_text(encoding="utf-8"), "html")


def _dividers(source: str) -> Iterator[Case]:
    """The cases of which talon's tests give nothing but the words between dashes."""
    for words in re.findall(r"_check_pattern_original_message\(u?'(.+)'\)", source):
        yield Case(words, "Test reply", f"Test reply\n\n-----{words}-----\n\nTest", "plain")


def _in_function(function: ast.FunctionDef, kind: str) -> Iterator[Case]:
    """The cases in a test; those that change talon's own settings are not about mail."""
    if any("MAX" in ast.dump(decorator) for decorator in function.decorator_list):
        return
    values: dict[str, str] = {}
    number = 0
    for statement in (node for line in function.body for node in ast.walk(line)):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            if (text := _text(statement.value, values)) is not None:
                values[statement.targets[0].id] = text
        elif isinstance(statement, ast.Call) and getattr(statement.func, "id", "") == "eq_":
            reply, extracted = statement.args[:2]
            call = next((node for node in ast.walk(extracted) if _extracts(node, kind)), None)
            expected = _text(reply, values)
            text = _text(call.args[0], values) if isinstance(call, ast.Call) else None
            if expected is not None and text is not None:
                number += 1
                yield Case(f"{function.name.removeprefix('test_')} {number}", expected, text, kind)


def _extracts(node: ast.AST, kind: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == f"extract_from_{kind}"


def _text(node: ast.expr, values: dict[str, str]) -> str | None:
    """A text that stands in the source, or in a variable of the test."""
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "sub":
            return _text(node.args[1], values)
        if node.func.attr in ("encode", "decode"):
            return _text(node.func.value, values)
    try:
        found = ast.literal_eval(node)
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def _reply_of(path: Path) -> str:
    beside = path.with_name(f"{path.stem}_reply_text")
    return beside.read_text(encoding="utf-8") if beside.exists() else "Hello"


def _plain(path: Path) -> str:
    part = next(
        part for part in message_from_bytes(path.read_bytes()).walk() if part.get_content_type() == "text/plain"
    )
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode("utf-8")


def read(case: Case) -> str:
    mail = EmailMessage()
    mail["From"] = "anna@reader.example"
    mail.set_content(case.text, subtype=case.kind)
    return text_for_people(parse(mail.as_bytes(), datetime(2026, 11, 28, tzinfo=UTC)))


def is_exact(case: Case, own: str) -> bool:
    """Whether the own text is the reply. White space within it does not count, nor do the tags of talon's HTML."""
    reply = visible_text(case.reply) if case.kind == "html" else case.reply
    return re.sub(r"\s+", "", own) == re.sub(r"\s+", "", reply)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = list(cases(fetch(Path(folder))))
    missed = [(case, own) for case in found if not is_exact(case, own := read(case))]
    for case, own in missed:
        print(f"- {case.name}")
        if "--all" in sys.argv:
            print(f"{case.text}\n  expected {case.reply!r}\n  read     {own!r}\n")
    for kind in ("plain", "html"):
        of_kind = sum(case.kind == kind for case in found)
        print(f"own text exact, {kind}: {of_kind - sum(case.kind == kind for case, _ in missed)} of {of_kind}")
    print(f"own text exact: {len(found) - len(missed)} of {len(found)}")


if __name__ == "__main__":
    main()

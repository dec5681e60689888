"""``mailer audit export`` and ``show``: a folder that a bare Python checks, and the story of an issue."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import re
import runpy
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from mailer.app import verify
from mailer.model.approvals import Choice
from mailer.model.audit import ERASABLE
from mailer.model.issues import Issue
from mailer.model.replies import BallotReply, Proof, ReplyOutcome
from mailer.store.recorded_rows import COLUMNS
from tests.fakes import NOON
from tests.secretary import Secretary, office

ANA, BO, CY = MEMBERS = ("ana@cag.example", "bo@board.example", "cy@x.example")
HEADERS = [b"from", b"to", b"subject", b"from"]
RSA = rsa.generate_private_key(65537, 1024)
ED = ed25519.Ed25519PrivateKey.generate()
PEM = RSA.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)


def record(key: Any, pkcs1: bool = False) -> str:
    """A key's record in the DNS."""
    if key is ED:
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"
    form = serialization.PublicFormat.PKCS1 if pkcs1 else serialization.PublicFormat.SubjectPublicKeyInfo
    der = key.public_key().public_bytes(serialization.Encoding.DER, form)
    return f"v=DKIM1; p={base64.b64encode(der).decode()}"


def reply(member: str, words: str) -> bytes:
    return (
        f"From: Member <{member}>\r\nTo: office+vote-1@x.example\r\nSubject:   Re:  Update \t 1\r\n"
        f"Message-ID: <{member}>\r\n\r\n{words}\r\n\r\n> quoted   text \r\n\r\n\r\n"
    ).encode()


def signed(member: str, words: str = "APPROVE", canonicalize: bytes = b"relaxed/relaxed", ed: bool = False) -> bytes:
    raw = reply(member, words)
    domain = member.partition("@")[2].encode()
    ways = tuple(canonicalize.split(b"/"))
    secret = base64.b64encode(ED.private_bytes_raw()) if ed else PEM
    algorithm = b"ed25519-sha256" if ed else b"rsa-sha256"
    signature: bytes = dkimpy.sign(
        raw, b"s1", domain, secret, canonicalize=ways, include_headers=HEADERS, signature_algorithm=algorithm
    )
    return signature + raw


MAILS = {
    ANA: (signed(ANA), {"s1._domainkey.cag.example": record(RSA)}, "signed by cag.example"),
    BO: (signed(BO, canonicalize=b"simple/simple", ed=True), {"s1._domainkey.board.example": record(ED)}, "signed"),
    CY: (reply(CY, "APPROVE"), {}, "challenge answered"),
}


def decide(secretary: Secretary) -> None:
    """Record a reply of each member, and their votes."""
    with secretary.app() as app, app.store.transaction() as work:
        office = app.office(work, "test", "mail 1")
        issue = work.issues.issue("update", 1)
        assert issue is not None
        ballot = work.approvals.latest_ballot(Issue.KIND, issue.id)
        assert ballot is not None
        for paper in work.approvals.papers(ballot.id):
            raw, keys, how = MAILS[paper.address]
            told = {"message_id": f"<{paper.address}>", "sender": paper.address, "how": how, "proof": Proof(keys)}
            counted = BallotReply(0, paper.id, NOON, choice=Choice.APPROVE, outcome=ReplyOutcome.COUNTED, **told)
            refused = replace(counted, choice=None, outcome=ReplyOutcome.NO_VOTE, reason="two words")
            work.approvals.add_reply(refused, raw)
            number = work.approvals.add_reply(counted, raw)
            work.approvals.add_vote(paper.id, Choice.APPROVE, "Fine", NOON, f"<{paper.address}>", number)
            office.record("voted", issue.name, member=paper.address, choice="approve", comment="Fine")


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    secretary = office(tmp_path_factory.mktemp("decided") / "office")
    secretary.imports("cag", *MEMBERS)
    secretary.imports("nmb", "nils@nmb.example")
    secretary.writes()
    for command in ("build", "submit"):
        assert secretary.types("issue", command, "1").code == 0
    decide(secretary)
    return secretary


@pytest.fixture(scope="module")
def exported(decided: Secretary) -> Path:
    result = decided.types("audit", "export", "out", "1", "--drafts")
    assert (result.code, result.out.splitlines()[-1]) == (0, "  python3 out/verify.py"), result
    return decided.folder / "out"


def test_law_4_what_has_no_grant_is_withheld_and_the_rest_verifies(decided: Secretary) -> None:
    assert decided.types("audit", "export", "granted", "1").code == 0
    folder = decided.folder / "granted"
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []
    code, said = check(folder)
    assert (code, "are withheld from this export" in said, said.count("its mail is withheld")) == (0, True, 3)


def check(folder: Path, *arguments: str, program: str = "") -> tuple[int, str]:
    """Run verify.py in this process, by default the folder's own."""
    out = io.StringIO()
    with (
        patch.object(sys, "argv", ["verify.py", *arguments, str(folder)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        pytest.raises(SystemExit) as ended,
    ):
        runpy.run_path(program or str(folder / "verify.py"), run_name="__main__")
    assert isinstance(ended.value.code, int)
    return ended.value.code, " ".join(out.getvalue().split())


def test_a_bare_interpreter_checks_the_folder(exported: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", exported / "verify.py"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if "FAULT" in line] == []
    points = re.sub(r"received \S+: ", "", " ".join(done.stdout.split()))
    for vote in (
        "ok vote 1 (approve), DKIM signature of cag.example over from, to, subject, from",
        "ok vote 2 (approve), DKIM signature of board.example over from, to, subject, from",
        "note vote 3 (approve), recorded as “challenge answered”; this cannot be checked here",
    ):
        assert vote in points
    assert max(map(len, lines)) <= 80


def test_it_is_python_3_8() -> None:
    ast.parse(Path(verify.__file__).read_text(), feature_version=(3, 8))


def test_the_head_of_a_mail_is_checked(exported: Path) -> None:
    about = json.loads((exported / "about.json").read_text())
    head = f"Record: entry {about['entries']}, {about['head'][:20]}"
    assert f"entry {about['entries']} has the link of the mail" in check(exported, "--head", head)[1]
    code, said = check(exported, "--head", f"3:{about['head']}")
    assert (code, "entry 3 does not have the link of the mail" in said) == (1, True)


def test_what_belongs_to_no_ballot_is_withheld(decided: Secretary, exported: Path) -> None:
    chain = (exported / "chain.jsonl").read_text()
    assert ("nils@nmb.example" in chain, ANA in chain) == (False, True)
    assert "withheld from this export: 0" not in check(exported)[1]
    assert decided.types("audit", "export", "all", "--all-entries").code == 0
    assert "nils@nmb.example" in (decided.folder / "all" / "chain.jsonl").read_text()
    assert check(decided.folder / "all")[0] == 0
    again = decided.types("audit", "export", "all")
    assert (again.code, "is there already" in again.err) == (77, True)


def whole_manifest(folder: Path) -> None:
    """What somebody does who changes a file and can count."""
    names = json.loads((folder / "MANIFEST.json").read_text())
    digests = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names if (folder / name).exists()}
    (folder / "MANIFEST.json").write_text(json.dumps(digests))


def test_a_change_of_any_file_is_found(exported: Path, tmp_path: Path) -> None:
    names = sorted(path.relative_to(exported) for path in exported.rglob("*") if path.is_file())
    assert len(names) > 12
    folder = shutil.copytree(exported, tmp_path / "out")
    for name in names:
        path, data = folder / name, (folder / name).read_bytes()
        for changed in (data[:-1], data + b"\n\n", data.replace(b"e", b"E", 1)):
            if name.name == "MANIFEST.json":
                changed = changed.rstrip()[:-1]  # white space at its end means nothing
            path.write_bytes(changed)
            assert (name, check(folder, program=verify.__file__)[0]) == (name, 0 if changed == data else 1)
        path.unlink()
        assert check(folder, program=verify.__file__)[0] in (1, 2)
        path.write_bytes(data)
    (folder / "more.txt").write_text("")
    assert "more.txt is not part of the export" in check(folder)[1]


def edit(path: Path, change: Callable[[Any], object]) -> None:
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        change(lines)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    else:
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value))


def fields_of(lines: Any, row: str) -> list[dict[str, object]]:
    """The fields that record the choice of a vote."""
    return [
        fields[f"rows/{row}/choice"] for fields in (line["fields"] for line in lines) if f"rows/{row}/choice" in fields
    ]


def replaced(field: dict[str, object], **values: object) -> None:
    """Leave only the hash of a field, with these values."""
    digest = field["hash"]
    field.clear()
    field.update(hash=digest, **values)


CHANGES: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "a vote": ("rows.json", lambda rows: rows["votes"][0].update(choice="object"), "choice of votes 1 is object"),
    "the rule": ("rows.json", lambda rows: rows["ballots"][0]["terms"].update(rule="1"), "terms of ballots 1 is"),
    "a vote less": ("rows.json", lambda rows: rows["votes"].pop(), "votes 3, which entry"),
    "a vote more": (
        "rows.json",
        lambda rows: rows["votes"].append({**rows["votes"][0], "id": 9}),
        "votes 9 was recorded by no entry",
    ),
    "a part": (
        "rows.json",
        lambda rows: rows["ballots"][0]["forms"].update({"pdf en": "0" * 64}),
        "ballots 1: its digest is not that of its parts",
    ),
    "a key": (
        "rows.json",
        lambda rows: rows["ballot_replies"][1]["proof"]["keys"].clear(),
        "proof of ballot_replies 2 is",
    ),
    "an entry less": ("chain.jsonl", lambda lines: lines.pop(2), "entry 4 follows entry 2"),
    "the last entry": ("chain.jsonl", lambda lines: lines.pop(), "the chain does not end as about.json says"),
    "a time": ("chain.jsonl", lambda lines: lines[1].update(at="2026"), "entry 2 does not follow from entry 1"),
    "a value": (
        "chain.jsonl",
        lambda lines: lines[-1]["fields"]["detail/choice"].update(value="object"),
        "detail/choice is not what was recorded",
    ),
    "a salt": (
        "chain.jsonl",
        lambda lines: lines[-1]["fields"]["actor"].update(salt="00"),
        "actor is not what was recorded",
    ),
    "a field less": ("chain.jsonl", lambda lines: lines[-1]["fields"].pop("actor"), "does not follow from entry"),
    "an entry that is withheld": (
        "chain.jsonl",
        lambda lines: [fields.pop(part) for fields in fields_of(lines, "votes 1") for part in ("salt", "value")],
        "choice of votes 1 was recorded by no entry that is shown here",
    ),
    "a choice that is erased": (
        "chain.jsonl",
        lambda lines: [replaced(field, erased=True) for field in fields_of(lines, "votes 1")],
        "choice of votes 1 was erased, and nothing may erase it",
    ),
    "no entry": ("chain.jsonl", lambda lines: lines.insert(0, []), "line 1 of chain.jsonl is no entry"),
}


def test_an_edition_that_no_board_was_asked_about_is_found(exported: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(exported, tmp_path / "out")
    (pdf,) = folder.glob("editions/*.pdf")
    pdf.write_bytes(pdf.read_bytes() + b"%")
    whole_manifest(folder)
    code, said = check(folder)
    assert (code, "ballots 1 is about a pdf en that is not here" in said) == (1, True)


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changes_who_rewrites_the_digests_is_found(exported: Path, tmp_path: Path, change: str) -> None:
    name, act, fault = CHANGES[change]
    folder = shutil.copytree(exported, tmp_path / "out")
    edit(folder / name, act)
    whole_manifest(folder)
    code, said = check(folder)
    assert (code, fault in said) == (1, True), said


@pytest.mark.parametrize(("old", "new"), [(b"APPROVE", b"OBJECT"), (b"Update", b"Issue"), (b"> quoted", b"quoted")])
def test_another_mail_is_no_proof(old: bytes, new: bytes) -> None:
    for member in (ANA, BO):
        raw, keys, _ = MAILS[member]
        assert verify.check_mail(raw, keys).startswith("DKIM signature of ")
        with pytest.raises(verify.NoSignature):
            verify.check_mail(raw.replace(old, new), keys)


@pytest.mark.parametrize("ways", [b"simple/simple", b"simple/relaxed", b"relaxed/simple", b"relaxed/relaxed"])
def test_the_canonicalizations(ways: bytes) -> None:
    keys = {"s1._domainkey.cag.example": record(RSA, pkcs1=True)}
    assert verify.check_mail(signed(ANA, canonicalize=ways), keys)
    if b"relaxed/" in ways:
        assert verify.check_mail(signed(ANA, canonicalize=ways).replace(b"  Update \t 1", b" Update 1"), keys)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (reply(ANA, "APPROVE"), "it has no DKIM signature"),
        (signed(ANA).replace(b"ana@cag.example>\r\nTo", b"bo@x.example>\r\nTo"), "does not fit"),
        (b"From: bo@x.example\r\n" + signed(ANA), "one author"),
        (signed(BO).replace(b"d=board", b"d=bored"), "its key was not kept"),
        (signed(ANA).replace(b"v=1; ", b"v=1; l=3; "), "only a part of the body"),
        (signed(ANA).replace(b"rsa-sha256", b"rsa-sha1"), "proves nothing"),
    ],
)
def test_a_signature_that_proves_nothing(raw: bytes, reason: str) -> None:
    with pytest.raises(verify.NoSignature, match=reason):
        verify.check_mail(raw, {"s1._domainkey.cag.example": record(RSA)})


def test_somebody_was_forgotten_and_the_folder_verifies(decided: Secretary, tmp_path: Path) -> None:
    changed = decided.copied(tmp_path / "office")
    assert changed.types("member", "forget", ANA, "--reason", "asked", "--yes").code == 0
    assert changed.types("audit", "verify", "--json").json["whole"] is True
    assert changed.types("audit", "export", "forgotten", "--drafts").code == 0
    code, said = check(changed.folder / "forgotten")
    assert (code, "vote 1 (approve)" in said, "was erased, or was not kept" in said) == (0, True, True)
    files = [path.read_bytes() for path in (changed.folder / "forgotten").rglob("*") if path.is_file()]
    assert [data for data in files if b"ana@cag" in data or b"cag.example" in data] == []
    with closing(sqlite3.connect(changed.folder / "data" / "mailer.db")) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("outbox")  # what waits for the secretary names the board
        assert [row for table in tables for row in store.execute(f"SELECT * FROM {table}") if ANA in repr(row)] == []
    story = changed.types("audit", "show", "1").out
    assert "contact-1, who asked to be forgotten: approve" in story
    assert "kept after they asked to be forgotten, because a grant rests on it" in " ".join(story.split())


def test_the_story_of_an_issue_fits_a_page(decided: Secretary) -> None:
    result = decided.types("audit", "show", "1")
    lines = result.out.splitlines()
    assert lines[0] == "update 1, “After Bangkok”: submitted"
    assert lines[2] == "Revision 1, ballot 1: open"
    for words in ("signed by cag.example", f"<{ANA}>", "two words", "majority, one objection blocks", "built: "):
        assert words in result.out
    assert [line for line in lines if len(line) > 80] == []
    told = decided.types("audit", "show", "1", "--json").json
    (ballot,) = told["ballots"]
    assert [(vote["member"], vote["choice"], vote["how"]) for vote in ballot["votes"]] == [
        (member, "approve", MAILS[member][2]) for member in MEMBERS
    ]
    assert [refused["reason"] for refused in ballot["refused"]] == ["two words"] * 3
    assert told["head"][0] == told["events"][-1]["entry"]


def test_it_knows_which_columns_are_recorded_and_which_are_erased() -> None:
    assert {table.name: columns for table, columns in COLUMNS.items()} == verify.RECORDED
    assert verify.ERASABLE == ERASABLE


def test_a_vote_that_was_entered_by_hand_is_listed_as_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = {"id": 5, "choice": "approve", "received_at": "2026-11-28T18:23:52Z", "by_hand": True}
    for how, said in (("entered by hand: by telephone", "entered by hand: by telephone"), (None, "entered by hand")):
        verify.check_vote(tmp_path, vote, {"id": 1, "how": how}, verify.Chain(), verify.Report(), withheld=False)
        line = f"note vote 5 (approve), received 2026-11-28T18:23: {said}; no mail gave it"
        assert " ".join(capsys.readouterr().out.split()) == line

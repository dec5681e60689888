"""A board of five on real mailboxes: five mail programs, signed by OpenDKIM as Debian ships it, at the first try."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from pathlib import Path

import pytest

from mailer.adapters.sandbox import SandboxUser
from mailer.handlers import ballots, issues, mailings
from mailer.model.approvals import Choice
from mailer.model.issues import Issue, State
from tests import client_replies
from tests.client_replies import Parts, Typed
from tests.flows.office import OFFICE, READERS, SECRETARY, opened
from tests.flows.test_circle import state, submit
from tests.secretary import Secretary
from tests.servers.debian import DebianServers
from tests.servers.opendkim import OPENDKIM
from tests.servers.test_circle import PostfixFlow

pytestmark = pytest.mark.servers

ANNA = SandboxUser("anna@board.example", "Anna Kim", "pw-1")
BRUNO = SandboxUser("bruno@industry.example", "Bruno Costa", "pw-2")
CHEN = SandboxUser("chen@ministry.example", "Chen Wei", "pw-3")
DINA = SandboxUser("dina@union.example", "Dina Haddad", "pw-4")
EMIL = SandboxUser("emil@university.example", "Émile Roux", "pw-5")
REPLIES: dict[SandboxUser, tuple[Callable[[Typed], Parts], str, str]] = {
    ANNA: (client_replies.outlook, "APPROVE", "I have read it twice."),
    BRUNO: (client_replies.gmail, "Approve.", ""),
    CHEN: (client_replies.apple_mail, "APPROVE", "Clear and short."),
    DINA: (client_replies.thunderbird_below, "approve", ""),
    EMIL: (client_replies.mutt, "APPROUVE", "Très bien, merci."),
}
"""With which program each of them answers, and what they type."""
ENCODINGS = {program: number for number, (program, _, _) in enumerate(REPLIES.values())}
ENCODINGS[client_replies.mutt] = 0  # quoted-printable


@pytest.fixture
def flow(debian_runs: None, tmp_path: Path) -> Iterator[PostfixFlow]:
    if not OPENDKIM.exists():
        if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
            pytest.fail("the board's test must run, but it needs the package opendkim")
        pytest.skip("needs the package opendkim")
    people = (OFFICE, SECRETARY, *READERS, *REPLIES)
    with (
        DebianServers(people, tmp_path, signed_by_opendkim=True) as servers,
        opened(tmp_path, servers) as app,
    ):
        yield PostfixFlow(app, servers)


def answer(flow: PostfixFlow, member: SandboxUser) -> None:
    """Answer the request as the member's program does; it is not signed yet."""
    program, keyword, comment = REPLIES[member]
    request = next(mail for mail in flow.inbox(member) if str(mail["Subject"]).startswith("DRAFT"))
    texts = [request.get_body((kind,)) for kind in ("plain", "html")]
    text, page = ("" if part is None else part.get_content() for part in texts)
    inside = re.sub(r"(?s)\A.*<body[^>]*>|</body>.*\Z", "", page)
    language = "fr" if member is EMIL else "en"
    typed = Typed(keyword, comment, language, str(request["Subject"]), text.rstrip("\n"), inside)
    to = str(request["Reply-To"])
    raw = client_replies.mail_of(program(typed), to, str(request["Subject"]), ENCODINGS[program])
    raw = raw.replace(client_replies.SENDER.encode(), f"{member.name} <{member.address}>".encode(), 1)
    raw = raw.replace(b"MIME-Version", f"In-Reply-To: {request['Message-ID']}\r\nMIME-Version".encode(), 1)
    flow.sandbox.submit(member, raw, [parseaddr(to)[1]])


def test_a_board_of_five_approves_at_the_first_try(flow: PostfixFlow, tmp_path: Path) -> None:
    flow.import_list("cag", tuple(REPLIES))
    flow.import_list("nmb", READERS)
    flow.build()
    submit(flow)
    stands: list[State] = []
    for member in REPLIES:
        answer(flow, member)
        flow.tick()
        receipts = [mail for mail in flow.inbox(member) if str(mail["Subject"]).startswith("Received")]
        assert len(receipts) == 1, flow.last(member).as_string()
        stands.append(state(flow))
    assert stands == [State.SUBMITTED] * 2 + [State.APPROVED] * 3  # the majority of five
    assert [mail["Subject"] for mail in flow.inbox(SECRETARY)].count("Approved: ISO/SR Update 1") == 1

    with flow.app.store.snapshot() as work:
        office = flow.app.office(work, "test", "look")
        (ballot,) = work.approvals.ballots_of(Issue.KIND, issues.find(office, "update", 1).id)
        facts = ballots.facts(office, ballot)
    assert [(vote.choice, vote.comment) for vote in facts.votes] == [
        (Choice.APPROVE, comment) for _, _, comment in REPLIES.values()
    ]
    assert facts.refused == []
    assert [facts.how(vote) for vote in facts.votes] == [
        f"signed by {member.address.partition('@')[2]}" for member in REPLIES
    ]
    for raw in flow.sandbox.messages(OFFICE, "Processed"):
        covered = re.search(rb"(?s)DKIM-Signature:.*?\th=([^;]*);", raw)
        assert covered is not None and b"message-id" not in covered[1].lower().split(b":"), raw[:2_000]

    with flow.app.store.transaction() as work:
        office = flow.app.office(work, "test", "send")
        issue = issues.find(office, "update", 1)
        assert mailings.start(office, issue, mailings.outstanding(office, issue)) == len(READERS)
    for _ in range(2):
        flow.tick()
    assert state(flow) is State.SENT
    assert [sum(bool(mail["List-Id"]) for mail in flow.inbox(reader)) for reader in READERS] == [1] * len(READERS)

    secretary = Secretary(tmp_path, dict.fromkeys(("MAILER_IMAP__PASSWORD", "MAILER_SMTP__PASSWORD"), OFFICE.password))
    exported = secretary.types("audit", "export", str(tmp_path / "for-the-auditor"), "1")
    assert (exported.code, exported.err) == (0, ""), exported
    elsewhere = (tmp_path / "for-the-auditor").rename(tmp_path / "elsewhere")
    command = [sys.executable, "-I", "-S", str(elsewhere / "verify.py")]
    verified = subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, timeout=120)
    assert verified.returncode == 0, verified.stdout + verified.stderr

"""Mail in Attention on real sockets: the secretary decides by a reply, and it is moved in the mailbox."""

from __future__ import annotations

from pathlib import Path

from mailer.handlers import attention
from mailer.ports import Folder
from tests.flows.office import OFFICE, READERS, SECRETARY, office

MALFORMED = (
    f"From: Nils <{READERS[0].address}>\r\nTo: {OFFICE.address}\r\nSubject: Hello\r\n".encode()
    + b"X: y\r\n" * 1_100
    + b"\r\nHi\r\n"
)


def test_a_reply_releases_a_mail_and_it_leaves_the_folder(tmp_path: Path) -> None:
    with office(tmp_path) as flow:
        for number in range(2):
            flow.sandbox.submit(READERS[0], MALFORMED + b"%d" % number, [OFFICE.address])
        flow.tick()
        first, second = flow.inbox(SECRETARY)
        assert [str(mail["Subject"]) for mail in (first, second)] == ["A mail needs a person"] * 2
        assert len(flow.sandbox.messages(OFFICE, Folder.ATTENTION.value)) == 2
        flow.reply(SECRETARY, first, "RELEASE")
        flow.reply(SECRETARY, second, "REFUSE")
        flow.tick()
        assert str(flow.last(SECRETARY)["Subject"]).startswith("Released: ")
        assert flow.sandbox.messages(OFFICE, Folder.ATTENTION.value) == []
        assert len(flow.sandbox.messages(OFFICE, Folder.REFUSED.value)) == 1
        with flow.app.store.snapshot() as work:
            assert work.attention.to_file() == []
            assert attention.waiting(flow.app.office(work, "test", "")) == []

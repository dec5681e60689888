"""Looking for a mail beside a daemon, and in the folders where it should not be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from imapclient import IMAPClient

from mailer.adapters.imap_search import ImapSearch
from mailer.adapters.sandbox import Sandbox
from mailer.errors import Permanent, Temporary
from tests.flows.office import OFFICE
from tests.ports import free_port
from tests.settings import imap_settings
from tests.waiting import TIMEOUT

MAIL = b"From: a@b.example\r\nSubject: Test of the way 1 test-%b\r\n\r\nHello.\r\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(None, (OFFICE,)) as running:
        yield running


@pytest.fixture
def search(sandbox: Sandbox) -> Iterator[ImapSearch]:
    settings = imap_settings("127.0.0.1", sandbox.imap_port, "none", OFFICE.address, OFFICE.password, timeout=TIMEOUT)
    with closing(ImapSearch(settings)) as made:
        yield made


def put(sandbox: Sandbox, folder: str, word: bytes) -> None:
    with IMAPClient("127.0.0.1", sandbox.imap_port, ssl=False, timeout=TIMEOUT) as client:
        client.plain_login(OFFICE.address, OFFICE.password)
        client.append(folder, MAIL % word)


def test_a_mail_that_comes_while_it_looks_is_found_and_filed_once(sandbox: Sandbox, search: ImapSearch) -> None:
    assert list(search.by_subject("test-one")) == []
    put(sandbox, "INBOX", b"one")
    put(sandbox, "INBOX", b"other")
    (hit,) = search.by_subject("test-one")
    assert (hit.folder, hit.raw) == ("INBOX", MAIL % b"one")
    search.file(hit)
    (filed,) = search.by_subject("test-one")
    assert filed.folder == "Processed"
    search.file(filed)
    assert len(sandbox.messages(OFFICE, "Processed")) == 1
    assert [b"test-other" in raw for raw in sandbox.messages(OFFICE)] == [True]


def test_a_mail_in_a_folder_that_is_not_read_is_found_there(sandbox: Sandbox, search: ImapSearch) -> None:
    put(sandbox, "Trash", b"two")
    assert list(search.by_subject("test-two")) == []
    (hit,) = search.anywhere("test-two")
    assert hit.folder == "Trash"
    search.file(hit)
    assert len(sandbox.messages(OFFICE, "Trash")) == 1


def test_it_raises_as_a_mailbox_does() -> None:
    with pytest.raises(Temporary):
        ImapSearch(imap_settings("127.0.0.1", free_port(), "none", OFFICE.address, "x", timeout=TIMEOUT))
    with Sandbox(None, (OFFICE,)) as sandbox, pytest.raises(Permanent, match="refused the login"):
        ImapSearch(imap_settings("127.0.0.1", sandbox.imap_port, "none", OFFICE.address, "x", timeout=TIMEOUT))

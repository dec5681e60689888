"""An issue to a thousand subscribers, and every way in which its process can end in the middle."""

from __future__ import annotations

import re
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.adapters.sandbox import Sandbox
from mailer.model.lists import Scope, ScopeKind, Standing
from mailer.model.outbox import Counts, Delivery
from mailer.tokens import Purpose, Token, find_tokens
from tests.flows.office import OFFICE
from tests.relay import Fault, Mail, Relay
from tests.secretary import Secretary, office
from tests.waiting import TIMEOUT, wait_until

READERS = tuple(f"reader{n}@readers.example" for n in range(1000))
BOARD = ("ana@cag.example", "bo@cag.example")


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    """An office with a grant for its first issue and a thousand readers, most of whom get only text."""
    secretary = office(tmp_path_factory.mktemp("granted") / "office")
    secretary.imports("subscriber", *READERS[:990], columns={"format": "text"})
    secretary.imports("nmb", *READERS[980:])  # ten of the readers are on both lists (E17)
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    return secretary


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as running:
        yield running


@pytest.fixture
def secretary(granted: Secretary, relay: Relay, tmp_path: Path) -> Secretary:
    """A copy of that office, with a relay that accepts everything."""
    folder = tmp_path / "office"
    shutil.copytree(granted.folder, folder)
    return replace(granted, folder=folder, environ={**granted.environ, "MAILER_SMTP__PORT": str(relay.port)})


def copies(relay: Relay) -> list[Mail]:
    """The copies of the issue that the relay has, without other mail."""
    return [mail for mail in relay.taken if mail.recipient.endswith("@readers.example")]


def recipients(relay: Relay) -> Counter[str]:
    return Counter(mail.recipient for mail in copies(relay))


def counts(secretary: Secretary) -> Counts:
    with secretary.app() as app, app.store.snapshot() as work:
        return work.outbox.counts(1)


def doubtful(secretary: Secretary) -> set[str]:
    with secretary.app() as app, app.store.snapshot() as work:
        return {trouble.recipient for trouble in work.outbox.troubles(1) if trouble.state is Delivery.DOUBTFUL}


@contextmanager
def in_mid_send(relay: Relay, taken: int) -> Iterator[None]:
    """Enter when the relay has taken ``taken`` copies; within the context it takes at most a hundred more."""
    over = threading.Event()
    relay.before_answer = lambda: len(copies(relay)) < taken + 100 or over.wait()
    try:
        wait_until(lambda: len(copies(relay)) >= taken, f"the relay has taken {taken} copies")
        yield
    finally:
        over.set()


def leave_token(mail: Mail) -> Token:
    header = re.search(rb"^List-Unsubscribe: (.*?)\r\n(?=\S)", mail.raw, re.MULTILINE | re.DOTALL)
    assert header is not None
    (token,) = find_tokens(header[1].decode())
    return token


def message_id(mail: Mail) -> bytes:
    found = re.search(rb"^Message-ID: (<.*>)\r$", mail.raw, re.MULTILINE)
    assert found is not None
    return found[1]


def test_each_reader_gets_exactly_one_copy_with_its_own_tokens(secretary: Secretary, relay: Relay) -> None:
    assert secretary.runs("send", "1", "--yes").code == 0
    assert recipients(relay) == Counter(READERS)
    assert len({message_id(mail) for mail in copies(relay)}) == 1000
    with secretary.app() as app, app.store.snapshot() as work:
        members = {
            member.contact.address: member.contact.id
            for key in ("subscriber", "nmb")
            for member in work.lists.members(key, Standing.ACTIVE)
        }
        key, scope = app.store.key, work.lists.scopes()[Scope(ScopeKind.PUBLICATION, "update")]
    for mail in copies(relay):
        leave = leave_token(mail)
        (bounce,) = find_tokens(mail.sender)
        assert leave == key.token(Purpose.LEAVE, members[mail.recipient], scope)
        assert bounce.purpose is Purpose.BOUNCE and key.genuine(bounce)
    assert len({mail.sender for mail in copies(relay)}) == 1000

    result = secretary.runs("send", "1", "--yes")
    assert (result.code, len(copies(relay))) == (0, 1000)
    assert "nothing more to send" in result.out


def test_E1_no_reader_is_lost_when_the_process_is_killed(secretary: Secretary, relay: Relay) -> None:
    kills = (1, 300, 301, 777)
    for taken in kills:
        with secretary.starts("send", "1", "--yes") as process:
            with in_mid_send(relay, taken):
                process.kill()
            assert process.wait(TIMEOUT) == -signal.SIGKILL
    assert secretary.runs("send", "1", "--yes").code == 0

    doubted = doubtful(secretary)
    assert len(doubted) <= len(kills)
    assert counts(secretary).by_state.get(Delivery.SENT) == 1000 - len(doubted)
    assert max(recipients(relay).values()) == 1
    assert set(READERS) - set(recipients(relay)) <= doubted

    assert secretary.runs("send", "1", "--yes", "--resend-doubtful").code == 0
    assert set(recipients(relay)) == set(READERS)
    assert {address for address, times in recipients(relay).items() if times > 1} <= doubted
    assert counts(secretary).by_state == {Delivery.SENT: 1000}
    by_recipient = {mail.recipient: message_id(mail) for mail in copies(relay)}
    assert len(set(by_recipient.values())) == len({message_id(mail) for mail in copies(relay)}) == 1000


def test_E12_a_reader_who_leaves_in_mid_send_gets_no_copy(secretary: Secretary, relay: Relay) -> None:
    """A copy that is under way or in the half second that the ledger reads ahead may still be sent."""
    leavers = READERS[950:]
    secretary.environ["MAILER_LIMITS__PER_MINUTE"] = "30000"
    with secretary.starts("send", "1", "--yes") as process:
        with in_mid_send(relay, 100), secretary.app() as app, app.store.transaction() as work:
            for address in leavers:
                contact = work.lists.contact_at(address)
                assert contact is not None
                for membership in work.lists.memberships_of(contact.id):
                    work.lists.set_standing(membership.list, contact.id, Standing.LEFT, app.clock.now(), "a test")
        assert process.wait(TIMEOUT) == 0
    assert recipients(relay) == Counter(READERS[:950])
    assert counts(secretary).by_state == {Delivery.SENT: 950, Delivery.SUPPRESSED: 50}


def test_E15_a_disk_that_fills_up_in_the_middle_stops_the_sending(secretary: Secretary, relay: Relay) -> None:
    """A limit on the size of the write-ahead log stands for a full disk."""
    limit = (secretary.folder / "data" / "mailer.db").stat().st_size + 500_000
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    with secretary.starts("send", "1", "--yes", before=full) as process:
        assert process.wait(TIMEOUT) == 75, (secretary.folder / "output.txt").read_text()
    taken = recipients(relay)
    assert 0 < len(taken) < 1000

    assert secretary.runs("send", "1", "--yes").code == 0
    doubted = doubtful(secretary)
    assert len(doubted) <= 1
    assert recipients(relay) == Counter(set(READERS) - (doubted - set(taken)))
    assert counts(secretary)[Delivery.SENT] == 1000 - len(doubted)


def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(secretary: Secretary, relay: Relay) -> None:
    with secretary.starts("send", "1", "--yes") as process:
        with in_mid_send(relay, 200):
            process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == 130
    stopped = counts(secretary)
    assert stopped[Delivery.SENT] == len(copies(relay))
    assert stopped.by_state == {Delivery.SENT: stopped[Delivery.SENT], Delivery.QUEUED: 1000 - stopped[Delivery.SENT]}
    assert 200 <= stopped[Delivery.SENT] < 1000

    assert secretary.runs("send", "1", "--yes").code == 0
    assert recipients(relay) == Counter(READERS)
    assert counts(secretary).by_state == {Delivery.SENT: 1000}


def test_E16_sigterm_ends_the_daemon_with_nothing_in_doubt(secretary: Secretary, relay: Relay) -> None:
    away = replace(secretary, environ={**secretary.environ, "MAILER_SMTP__PORT": "1"})
    assert away.types("send", "1", "--yes").code == 75  # released, and the relay is not there
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ["MAILER_IMAP__PORT"] = str(sandbox.imap_port)
        secretary.environ["MAILER_IMAP__PASSWORD"] = OFFICE.password
        with secretary.starts("run") as daemon:
            with in_mid_send(relay, 200):
                daemon.terminate()
            assert daemon.wait(TIMEOUT) == 0  # and not SIGALRM, which ends it after the grace period
    stopped = counts(secretary)
    assert stopped.by_state == {Delivery.SENT: len(copies(relay)), Delivery.QUEUED: 1000 - len(copies(relay))}
    assert recipients(relay) == Counter(set(recipients(relay)))


def test_E16_a_silent_relay_delays_the_end_only_for_the_grace_period(granted: Secretary, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    shutil.copytree(granted.folder, folder)
    with Relay({".": [Fault.STALL]}) as relay, Sandbox(folder, (OFFICE,)) as sandbox:
        servers = {
            "MAILER_SMTP__PORT": str(relay.port),
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
        }
        secretary = replace(granted, folder=folder, environ={**granted.environ, **servers})
        with secretary.starts("run", before="import mailer.commands.run as run; run.GRACE = 1") as daemon:
            wait_until(lambda: relay.read, "the relay has read a mail")
            daemon.terminate()
            assert daemon.wait(TIMEOUT) == -signal.SIGALRM
    assert secretary.runs("run", "--once").code == 0
    with secretary.app() as app, app.store.snapshot() as work:
        assert work.outbox.counts()[Delivery.DOUBTFUL] == 1


def test_E13_send_watches_a_running_daemon(secretary: Secretary, relay: Relay) -> None:
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ["MAILER_IMAP__PORT"] = str(sandbox.imap_port)
        secretary.environ["MAILER_IMAP__PASSWORD"] = OFFICE.password
        with secretary.starts("run") as daemon:
            in_service(secretary)
            result = secretary.runs("send", "1", "--yes")
            second = secretary.runs("run")
            daemon.terminate()
            daemon.wait(TIMEOUT)
    assert result.code == 0
    assert "Another mailer is running" in result.err
    assert recipients(relay) == Counter(READERS)
    assert second.code == 77
    assert f"process {daemon.pid} holds" in second.err


def in_service(secretary: Secretary) -> None:
    """Wait until the daemon has the lock."""
    lock = secretary.folder / "data" / "mailer.lock"
    wait_until(lambda: lock.exists() and lock.read_text(), "the daemon has taken the lock")

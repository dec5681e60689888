"""A transport that runs a program with sendmail's interface, which Postfix, Exim and msmtp also have."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from mailer.adapters.stopping import Deadline
from mailer.errors import Permanent
from mailer.message import Outgoing, clean, hide
from mailer.model.outbox import Delivery, Outcome
from mailer.model.refusals import Refusal, Suspension, fault_of, refusal_of
from mailer.ports import Ledger
from mailer.stop import StopFlag
from mailer.tokens import QUOTED_TOKEN

TIMEOUT = 600.0
"""Seconds that the program may take. If it takes longer, nobody knows whether it has sent the mail."""

_EXITS: Mapping[int, Delivery] = {
    os.EX_OK: Delivery.SENT,
    os.EX_DATAERR: Delivery.FAILED,
    os.EX_NOUSER: Delivery.FAILED,
    os.EX_NOHOST: Delivery.FAILED,
}
"""The meaning of exit statuses (sysexits); any other means that the mail was not taken, and may be later."""

_ABOUT_US: Mapping[int, Refusal] = {
    os.EX_USAGE: Refusal.PROGRAM,
    os.EX_NOPERM: Refusal.SENDER,
    os.EX_CONFIG: Refusal.PROGRAM,
}
"""Exit statuses that every mail would get until a person changes something."""

_CHECK_EVERY = 0.1
"""Seconds between two checks for the end of the program's time."""

_REPLY = re.compile(r"(?<!\d)[45]\d\d[ -].*")
"""A relay's reply, which the program quotes in its errors."""


class SendmailTransport:
    """ports.Transport that runs a program, without a shell, for each recipient, as it has only one exit status."""

    def __init__(self, command: Sequence[str], timeout: float = TIMEOUT, stop: StopFlag | None = None) -> None:
        """``stop``: ends a delivery soon, whatever the program does."""
        self._command = tuple(command)
        self._timeout = timeout
        self._stop = stop or StopFlag()

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport."""
        self._require_program()
        deadline = Deadline(self._stop)
        while (taken := ledger.take(1)).mails or taken.wait is not None:
            for mail in taken.mails:
                for row, recipient in zip(mail.rows, mail.envelope.recipients, strict=True):
                    if not self._stop():
                        self._deliver_one(ledger, mail, row, recipient, deadline)
            if not taken.mails and taken.wait is not None:
                ledger.pause(taken.wait)

    def describe(self) -> Sequence[tuple[str, str]]:
        """As ports.Transport."""
        self._require_program()
        return [("relay", f"{' '.join(self._command)} takes mail on this machine")]

    def close(self) -> None:
        """Nothing is open."""

    def _require_program(self) -> None:
        if shutil.which(self._command[0]) is None:
            raise Permanent(f"{self._command[0]}: there is no such program. Check transport.sendmail.")

    def _deliver_one(self, ledger: Ledger, mail: Outgoing, row: int, recipient: str, deadline: Deadline) -> None:
        ledger.record([], [row])
        status, reply = self._run(mail, recipient, deadline)
        if status is None:
            ledger.record([Outcome(row, Delivery.DOUBTFUL, reply)], [])
            return
        outcome = _outcome(row, status, reply)
        ledger.record([outcome], [])
        if outcome.refusal is not None and outcome.refusal.stops_mail:
            raise fault_of(Suspension(outcome.refusal, reply), f"{self._command[0]} refuses our mail")

    def _run(self, mail: Outgoing, recipient: str, deadline: Deadline) -> tuple[int | None, str]:
        """Exit status, and the relay's reply in its errors, or else their last line; None if the program was killed."""
        message = b"".join(mail.parts).replace(b"\r\n", b"\n")  # such a program expects local line ends
        command = [*self._command, "-i", "-f", mail.envelope.sender, "--", recipient]
        try:
            program = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                process_group=0,  # Ctrl-C in the terminal is meant for us
            )
        except (OSError, ValueError) as fault:  # it has not started
            return os.EX_OSERR, clean(f"{self._command[0]} cannot be run: {fault}")
        with program:
            errors = self._errors(program, message, deadline)
        if errors is None:
            within = "before mailer was stopped" if self._stop() else f"within {self._timeout:g} seconds"
            return None, f"{self._command[0]} did not end {within}"
        status = program.returncode
        if status < 0:
            return None, f"{self._command[0]} was ended by signal {-status}"
        lines = hide(errors.decode("utf-8", "replace"), QUOTED_TOKEN).strip().splitlines()
        lines = lines or [f"{self._command[0]} ended with status {status}"]
        quoted = next((found[0] for line in reversed(lines) if (found := _REPLY.search(line))), lines[-1])
        return status, clean(quoted if status else lines[-1])

    def _errors(self, program: subprocess.Popen[bytes], message: bytes, deadline: Deadline) -> bytes | None:
        """Feed the program and wait for its end; its errors, or None if it took too long and was killed."""
        until = time.monotonic() + self._timeout
        feed: bytes | None = message
        while time.monotonic() < until and not deadline.is_over:
            try:
                return program.communicate(feed, _CHECK_EVERY)[1]
            except subprocess.TimeoutExpired:
                feed = None  # it is being fed already
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        return None


def _outcome(row: int, status: int, reply: str) -> Outcome:
    """What an exit status and the words beside it mean."""
    about = refusal_of(reply) if status else None
    if about in (None, Refusal.UNCLEAR):
        about = _ABOUT_US.get(status, Refusal.UNCLEAR if status == os.EX_DATAERR else None)
    if about in (None, Refusal.UNCLEAR):
        return Outcome(row, _EXITS.get(status, Delivery.DEFERRED), reply, about)
    return Outcome(row, Delivery.DEFERRED, reply, about)

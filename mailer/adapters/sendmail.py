"""The way out through a program on this machine, called as sendmail is, and as Postfix, Exim and msmtp can be."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from mailer.errors import Permanent
from mailer.message import Outgoing, clean
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Ledger

PATIENCE = 600.0
"""Seconds for which the program is waited for; after that nobody knows what it has done."""

_EXITS: Mapping[int, Delivery] = {
    os.EX_OK: Delivery.SENT,
    os.EX_DATAERR: Delivery.FAILED,
    os.EX_NOUSER: Delivery.FAILED,
    os.EX_NOHOST: Delivery.FAILED,
}
"""What its exit status (sysexits) says of the mail; any other says that it was not taken, and may be later."""

_FOR_A_PERSON = frozenset({os.EX_USAGE, os.EX_NOPERM, os.EX_CONFIG})
"""What would meet every mail alike."""


class SendmailTransport:
    """ports.Transport that runs a program, without a shell, once a recipient: an exit status tells of no more."""

    def __init__(self, command: Sequence[str], patience: float = PATIENCE) -> None:
        self._command = tuple(command)
        self._patience = patience

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport says."""
        self._require_program()
        while (taken := ledger.take(1)).mails or taken.wait is not None:
            for mail in taken.mails:
                for row, recipient in zip(mail.rows, mail.envelope.recipients, strict=True):
                    self._deliver_one(ledger, mail, row, recipient)
            if not taken.mails and taken.wait is not None:
                ledger.pause(taken.wait)

    def describe(self) -> Sequence[tuple[str, str]]:
        """As ports.Transport says."""
        self._require_program()
        return [("relay", f"{' '.join(self._command)} takes mail on this machine")]

    def close(self) -> None:
        """Nothing is open."""

    def _require_program(self) -> None:
        if shutil.which(self._command[0]) is None:
            raise Permanent(f"{self._command[0]}: there is no such program. Check transport.sendmail.")

    def _deliver_one(self, ledger: Ledger, mail: Outgoing, row: int, recipient: str) -> None:
        ledger.record([], [row])
        status, words = self._ran(mail, recipient)
        if status is None:
            ledger.record([Outcome(row, Delivery.DOUBTFUL, words)], [])
            return
        ledger.record([Outcome(row, _EXITS.get(status, Delivery.DEFERRED), words)], [])
        if status in _FOR_A_PERSON:
            raise Permanent(f"{self._command[0]}: will not have our mail: {words}. Nothing more is sent for now.")

    def _ran(self, mail: Outgoing, recipient: str) -> tuple[int | None, str]:
        """Exit status and last words; None where it had to be ended, or was."""
        message = b"".join(mail.parts).replace(b"\r\n", b"\n")  # such a program reads lines as files have them
        try:
            done = subprocess.run(
                [*self._command, "-i", "-f", mail.envelope.sender, "--", recipient],
                input=message,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=self._patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None, f"{self._command[0]} did not end within {self._patience:g} seconds"
        except (OSError, ValueError) as fault:  # it has not begun
            return os.EX_OSERR, clean(f"{self._command[0]} cannot be run: {fault}")
        if done.returncode < 0:
            return None, f"{self._command[0]} was ended by signal {-done.returncode}"
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return done.returncode, clean(lines[-1] if lines else f"{self._command[0]} ended with status {done.returncode}")

"""What becomes of mail on its way, as a mail of the office to itself shows it (``mailer doctor --loop``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailer.inbound.loop import Echo
from mailer.message import Address, Signature, is_aligned
from mailer.model.findings import Finding, Verdict


@dataclass(frozen=True, slots=True)
class LoopMail:
    """A mail that the office wrote to itself, and what became of it.

    Its Authentication-Results field is forged. Our server must remove it, or put its own above (RFC 8601 section 5).
    """

    address: Address
    refusal: str
    """The relay's words if it did not take the mail, or empty."""
    folder: str
    """Where it arrived, or empty."""
    seconds: float
    """How long that took, or how long it was waited for."""
    echo: Echo | None
    """None if it did not arrive."""

    def arrived(self, folder: str, seconds: float, echo: Echo) -> LoopMail:
        """The mail, now that it is there."""
        return replace(self, folder=folder, seconds=seconds, echo=echo)


@dataclass(frozen=True, slots=True)
class Way:
    """What the configuration says about the way of mail."""

    plus: bool
    """Whether plus-addresses arrive."""
    authserv_id: str
    """The server whose results are believed, or empty."""
    signs: bool
    """Whether mailer itself signs."""
    folders: Sequence[str]
    """The folders that a test mail may be in: the inbox, and those that handled mail is filed into."""


def arrival(plain: LoopMail, plus: LoopMail, expected: Way) -> Finding:
    """Whether mail that goes out by the relay comes in by the mailbox."""
    came = next((sent for sent in (plain, plus) if sent.folder), None)
    if came is None:
        if plain.refusal:
            return Finding.of_words(
                "test mail",
                Verdict.WRONG,
                f"the relay did not take it: {plain.refusal}. See that [smtp] fits the address.",
            )
        return Finding.of_words(
            "test mail",
            Verdict.WRONG,
            f"sent to {plain.address}, and in no folder of the mailbox after {plain.seconds:.0f} s: see that [imap] is "
            "the mailbox of [office] address; if mail takes longer here, say --within 600",
        )
    if came.folder not in expected.folders:
        return Finding.of_words(
            "test mail",
            Verdict.WRONG,
            f"it arrived in {came.folder}, where mail is not read: mark it as no junk, and have the server put no mail "
            "of its own users there",
        )
    return Finding.of_words("test mail", Verdict.OK, f"arrived in {came.folder} after {came.seconds:.0f} s")


def plus_addresses(plus: LoopMail, expected: Way) -> Finding:
    """Whether replies can come to plus-addresses."""
    what, shown = "plus-addresses", str(plus.address)
    kept = plus.echo is not None and any(shown.lower() == spec.lower() for spec in plus.echo.addressed_to)
    if kept and expected.plus:
        return Finding.of_words(what, Verdict.OK, f"{shown} arrives")
    if kept:
        return Finding.of_words(
            what,
            Verdict.LOOK,
            f"{shown} arrives: [office] plus_addressing can be true, and replies are recognised better",
        )
    why = f"the relay refused it: {plus.refusal}" if plus.refusal else f"not there after {plus.seconds:.0f} s"
    why = "it arrived without this address in its header" if plus.echo else why
    if expected.plus:
        return Finding.of_words(
            what, Verdict.WRONG, f"mail to {shown} is lost ({why}): set [office] plus_addressing = false"
        )
    return Finding.of_words(what, Verdict.OK, f"do not arrive ({why}), and are not used")


def signature(echo: Echo, found: Sequence[Signature] | None, domain: str, expected: Way) -> Finding:
    """Whether the mail is signed for ``domain``, that of the office.

    ``found`` are the signatures that verify, None if their keys could not be looked up.
    """
    what = "signature"
    cure = "have the relay sign for it, or make keys of your own with `mailer dkim new`"
    if aligned := [one.domain for one in found or () if is_aligned(one.domain, domain)]:
        return Finding.of_words(what, Verdict.OK, f"valid, of {aligned[0]}, and aligned with {domain}")
    if not echo.signers and expected.signs:
        return Finding.of_words(
            what,
            Verdict.WRONG,
            "our own signature did not arrive: something on the way removes it; ask who runs the relay",
        )
    if not echo.signers:
        return Finding.of_words(
            what,
            Verdict.LOOK,
            f"this mail to ourselves is not signed for {domain}. If what goes to others is not signed either, much of "
            f"it counts as junk: {cure}",
        )
    named = ", ".join(echo.signers)
    if found is None:
        return Finding.of_words(
            what, Verdict.LOOK, f"of {named}; the DNS does not answer, so it was not verified: try again later"
        )
    if any(is_aligned(signer, domain) for signer in echo.signers):
        who = "`mailer dkim check` says what is published" if expected.signs else "ask who runs the relay"
        return Finding.of_words(what, Verdict.WRONG, f"that of {named} does not verify: {who}")
    return Finding.of_words(
        what, Verdict.WRONG, f"it is of {named}, which is not aligned with {domain} (DMARC): {cure}"
    )


def results(echo: Echo, forged_id: str, expected: Way) -> Finding:
    """Which server says in Authentication-Results what it found, and whether others can speak in its name (A7).

    ``forged_id`` is the name that the forged field had, or empty if there was none.
    """
    what = "server's results"
    key = "[authentication] authserv_id"
    name = next(iter(echo.server_ids), "")
    if expected.authserv_id and name and expected.authserv_id.lower() not in map(str.lower, echo.server_ids):
        return Finding.of_words(
            what,
            Verdict.WRONG,
            f"{key} is {expected.authserv_id}, but the server calls itself {name}: correct or remove it",
        )
    if echo.forged_believed:
        done = f"remove {key}" if expected.authserv_id else f"leave {key} empty"
        return Finding.of_words(
            what,
            Verdict.WRONG,
            f"a forged field of {forged_id} reached the mailbox and would be believed: at the least, whoever may send "
            f"by this relay could vote as anybody. So {done} until the server removes such fields (RFC 8601 5)",
        )
    if not name:
        if expected.authserv_id:
            return Finding.of_words(
                what,
                Verdict.LOOK,
                f"a forged field of {forged_id} was removed, and the server wrote none of its own on this mail: if "
                f"mail from outside has none either, remove {key}",
            )
        return Finding.of_words(what, Verdict.OK, "the server wrote none on this mail: signatures are checked here")
    left = "; it leaves forged fields below its own, which are not believed" if echo.forged_left else ""
    if expected.authserv_id:
        return Finding.of_words(
            what, Verdict.OK, f"{expected.authserv_id}; a forged field of this name is not believed{left}"
        )
    return Finding.of_words(what, Verdict.LOOK, f'{name} checks mail on arrival: set {key} = "{name}"{left}')


def loop(
    plain: LoopMail,
    plus: LoopMail,
    signatures: Sequence[Signature] | None,
    forged_id: str,
    expected: Way,
) -> Iterator[Finding]:
    """Everything that a test mail shows: whether mail arrives, and what becomes of it on the way.

    ``signatures`` as for ``signature``, ``forged_id`` as for ``results``.
    """
    yield arrival(plain, plus, expected)
    echo = plain.echo or plus.echo
    if echo is None:
        return
    yield plus_addresses(plus, expected)
    yield signature(echo, signatures, plain.address.domain, expected)
    yield results(echo, forged_id, expected)

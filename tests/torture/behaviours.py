"""What a relay may do at each step, for Hypothesis to draw from: every row of section E that involves a relay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tests.relay import Action, Drip, Fault

HUGE = b"250-" + b"x" * 10_000_000 + b"\r\n250 ok\r\n"
KEYWORDS = ("8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN", "SIZE 1000000", "STARTTLS")
ANYWHERE: Sequence[Action] = (
    Fault.DROP,
    Fault.STALL,
    "421 4.3.2 going down",
    "299 what is this, {who}",
    "999 what is this",
    b"nonsense\r\n",
    b"\xff\xfe\r\n",
    b"25",
    b"2",
    b"\r\n",
    HUGE,
    b"250-x\r\n" * 20_000,
    ("421 4.3.2 going down", Fault.DROP),
    ("250 2.0.0 one, {who}", "250 2.0.0 two", Fault.DROP),
)
"""E3, E4, E7, E8: connections lost, stalled or closed; replies missing, endless or invalid."""


def hello(*keywords: str) -> str:
    lines = ["relay.example", *keywords]
    return "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)


REPLIES: Mapping[str, Sequence[Action]] = {
    "CONNECT": (
        "220 relay.example ESMTP",
        "421 4.7.0 too many connections",
        "554 5.7.1 no service here",
        ("220 relay.example", "220 and again"),
    ),
    "EHLO": (
        Drip(hello("PIPELINING", *KEYWORDS)),
        hello("PIPELINING", *KEYWORDS),
        hello(*KEYWORDS),
        hello("PIPELINING", "STARTTLS", "AUTH LOGIN", "SIZE 100"),  # no mail is small enough
        hello("PIPELINING", *KEYWORDS[:-1]),  # stripped (E9)
        hello("PIPELINING", "STARTTLS", "AUTH GSSAPI"),
        "502 5.5.1 what?",
    ),
    "STARTTLS": ("220 go ahead", "454 4.7.0 not now", "501 5.5.4 no", b"220 go ahead\r\n250 AUTH PLAIN\r\n"),
    "AUTH": ("235 2.7.0 welcome", "454 4.7.0 not now", "535 5.7.8 no", "334 and?"),
    "MAIL": (
        "250 2.1.0 ok",
        Drip("250 2.1.0 ok"),
        "451 4.3.0 later, {who}",
        "452 4.3.1 full",
        "552 5.3.4 too big, {who}",
        "553 5.7.1 not yours",
        "530 5.7.0 log in first",
        ("250 2.1.0 ok", "250 2.1.0 and again"),
        ("250 2.1.0 ok", "450 4.2.1 and no, {who}"),
        "354 out of step",
    ),
    "RCPT": (
        "250 2.1.5 ok",
        Drip("250-2.1.5 o\r\n250 2.1.5 k"),
        "450 4.2.1 busy, {who}",
        "451 4.7.1 greylisted",
        "452 4.5.3 too many",
        "550 5.1.1 nobody, {who}",
        "551 5.1.6 moved, {who}",
        "550 5.7.26 unauthenticated",
        "421 4.7.28 too fast",
        ("250 2.1.5 ok", "250 2.1.5 and again"),
        ("250 2.1.5 ok", "550 5.1.1 and no, {who}"),
        ("550 5.1.1 nobody, {who}", "250 2.1.5 or yes"),
        "354 out of step",
    ),
    "DATA": (
        "354 go ahead",
        "451 4.3.0 later",
        "554 5.6.0 no, {who}",
        "554 5.7.515 access denied",
        "250 out of step",
    ),
    "BODY": (b"", Fault.DROP),
    ".": (
        "250 2.0.0 taken, {who}",
        Drip("250-2.0.0 taken\r\n250 2.0.0 {who}"),
        "451 4.3.0 later, {who}",
        "452 4.3.1 full",
        "550 5.1.1 nobody, {who}",
        "552 5.2.2 full, {who}",
        "550 5.7.26 unauthenticated",
        "421 4.7.28 too fast",
        ("250 2.0.0 taken, {who}", "250 2.0.0 and again"),
        ("250 2.0.0 taken, {who}", "450 4.2.1 and no, {who}"),
        ("250 2.0.0 taken, {who}", Fault.DROP),
        "354 out of step",
    ),
    "RSET": ("250 2.0.0 ok", "500 5.5.1 what?"),
    "QUIT": ("221 2.0.0 bye",),
}
USUAL: Mapping[str, Action] = {
    "EHLO": hello("PIPELINING", *KEYWORDS),
    "DATA": "354 go ahead",
    "BODY": b"",
    ".": "250 2.0.0 taken, {who}",
}
"""The usual behaviour, as far as it differs from that of every scripted relay."""
ODDS = {"CONNECT": 4, "EHLO": 4, "STARTTLS": 4, "AUTH": 4, "MAIL": 6, "RCPT": 6, "DATA": 6, "BODY": 20, ".": 2}
"""How much more often a step is usual than not: a relay that never is would reveal little."""
FEW = {"CONNECT", "EHLO", "STARTTLS", "AUTH"}


def _steps(step: str) -> st.SearchStrategy[list[Action]]:
    usual: st.SearchStrategy[Action] = st.just(USUAL.get(step, REPLIES[step][0]))
    unusual = st.sampled_from([*REPLIES[step], *(ANYWHERE if step != "BODY" else ())])
    drawn = st.integers(0, ODDS.get(step, 2)).flatmap(lambda one: unusual if one == 1 else usual)
    return st.lists(drawn, max_size=6 if step in FEW else 40)


scripts = st.fixed_dictionaries({step: _steps(step) for step in REPLIES})
"""For each step, what to do the next times it occurs."""


def completed(script: Mapping[str, Sequence[Action]]) -> dict[str, Sequence[Action]]:
    """The script, followed by the usual behaviour."""
    return {step: [*plays, *([USUAL[step]] * 1000 if step in USUAL else ())] for step, plays in script.items()}

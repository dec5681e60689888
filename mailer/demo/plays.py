"""The plays of ``mailer demo``: the scenes of each in their order, its people, and what it leaves to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mailer.adapters.sandbox import SandboxUser
from mailer.demo import (
    approving,
    contributing,
    gathering,
    joining,
    presenting,
    publishing,
    reviewing,
    sending,
    spreading,
)
from mailer.demo.actions import Demo
from mailer.demo.people import AUTHORS, NETWORK, PEOPLE

Scene = tuple[str, Callable[[Demo], None]]


@dataclass(frozen=True, slots=True)
class Play:
    """What ``mailer demo`` shows."""

    title: str
    people: Iterable[SandboxUser]
    scenes: Sequence[Scene]
    files: Sequence[tuple[str, str]]
    """What there is to look at afterwards: labels, and patterns of files in the demo's folder."""


CIRCLE = Play(
    "a newsletter office from the first mail to the last",
    PEOPLE,
    (
        ("The office opens", joining.opening),
        ("Two organisations sign up by mail", joining.signing_up),
        ("The issue is built", approving.building),
        ("The board is asked", approving.asking),
        ("Somebody forges an approval", approving.forging),
        ("The board approves by reply", approving.voting),
        ("The issue is sent", sending.distributing),
        ("What is in the mailboxes", sending.looking),
        ("One reader leaves", sending.leaving),
        ("Nothing goes out twice", sending.repeating),
    ),
    (
        ("the PDF", "issue/*.pdf"),
        ("the HTML mail, for a browser", "issue/*.html"),
        ("the text mail", "issue/*.txt"),
    ),
)

NETWORKS = Play(
    "a network from the first nomination to the second review",
    NETWORK,
    (
        ("The office opens", gathering.opening),
        ("What a presenter does is agreed on", presenting.scope),
        ("A union is nominated, invited, and says yes", gathering.nominating),
        ("An expert registers as a presenter", presenting.registering),
        ("A member body announces a seminar", presenting.announcing),
        ("Three lists, version 1.0", publishing.first_versions),
        ("The presenter is recommended, asked, and comes", presenting.engaging),
        ("The seminar is over, and reported", presenting.reporting),
        ("The subscribers are reviewed", reviewing.reviewing),
        ("Version 2.0, and what has changed", publishing.second_version),
        ("The next issue has the events, and the report", publishing.next_issue),
    ),
    (
        ("the lists as documents", "lists/*/*.pdf"),
        ("the same for a browser", "lists/*/*.html"),
        ("the seminars for a calendar", "lists/*/*.ics"),
        ("the task of a presenter", "library/*.pdf"),
        ("the next issue", "issue/*.pdf"),
    ),
)

LIBRARY = Play(
    "from an article that is asked for to the site",
    AUTHORS,
    (
        ("The office opens", contributing.opening),
        ("An article is asked for, and comes as a file", contributing.asking),
        ("The file becomes an article", contributing.taking),
        ("Its author says yes to the proof", contributing.agreeing),
        ("The issue goes out", contributing.issuing),
        ("Questions and answers, version 1.0", spreading.publishing),
        ("One question is answered, another becomes version 1.1", spreading.answering),
        ("The Member Update, by mail and as a booklet", spreading.handing_out),
        ("Another magazine takes the article", spreading.carrying),
        ("The site", spreading.building),
    ),
    (
        ("the issue with the article", "issue/*.pdf"),
        ("the leaflet of the members, two sides of A4", "member-update/*[0-9].pdf"),
        ("the same to be folded", "member-update/*booklet.pdf"),
        ("questions and answers", "library/*.pdf"),
        ("the pack for ISO Focus", "pack/*"),
        ("the site, for a browser", "site/index.html"),
    ),
)

PLAYS = {"circle": CIRCLE, "networks": NETWORKS, "library": LIBRARY}
"""By the name that ``mailer demo`` takes."""

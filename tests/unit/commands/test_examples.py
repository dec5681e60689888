"""What is left of the shipped example is named before readers see it: by the doctor, the check and the build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.secretary import Secretary

OWN = {
    "office": {"name": "Our Forum", "address": "news@forum.eu", "secretary": "ann@forum.eu"},
    "imap": {"host": "mail.forum.eu", "user": "news@forum.eu"},
    "smtp": {"host": "mail.forum.eu", "user": "news@forum.eu"},
    "identity": {"tagline": "Ours", "publisher": "Us", "imprint": "Published by us."},
    "publications.update": {"title": "Our Update", "list_id": "update.forum.eu"},
    "publications.member-update": {"title": "Our Member Update", "list_id": "member-update.forum.eu"},
}
PLACES = [
    *("01-welcome.md:5", "02-dates.md:3", "03-members.md:4", "04-library.md:6", "05-ferry.md:6"),
    *("harbour.png", "quay.png"),
]
"""Where a new issue is recognised."""


@pytest.fixture
def fresh(tmp_path: Path) -> Secretary:
    """A new office, as ``mailer init`` makes it, with an issue as ``mailer issue new`` makes it."""
    secretary = Secretary(tmp_path)
    for command in ("init", "upgrade", "issue new 1"):
        assert secretary.types(*command.split()).code == 0
    return secretary


def make_own(secretary: Secretary) -> None:
    """Change every value of the example."""
    path = secretary.folder / "mailer.toml"
    section, lines = "", []
    for line in path.read_text("utf-8").split("\n"):
        section = line.strip("[] ") if line.startswith("[") else section
        key = line.partition(" = ")[0]
        own = OWN.get(section, {}).get(key)
        lines.append(f'{key} = "{own}"' if own else line)
    path.write_text("\n".join(lines), "utf-8")


def doctor(secretary: Secretary) -> list[tuple[str, str]]:
    found = secretary.types("doctor", "--json").json
    return [(one["state"], one["detail"]) for one in found if one["what"] == "example values"]


def warnings(secretary: Secretary, command: str) -> list[str]:
    result = secretary.types("issue", command, "1")
    assert result.code == 0
    return [re.sub(r"mailer.toml:\d+ ", "", line) for line in result.err.splitlines()]


def test_the_doctor_names_every_value_of_the_example(fresh: Secretary) -> None:
    (state, values), (_, articles) = doctor(fresh)
    named = [f"[{section}] {key}" for section, keys in OWN.items() for key in keys]
    assert state == "look"
    assert re.findall(r"\[\S+\] \w+", values) == named
    assert re.search(r"mailer\.toml:\d+ \[identity\] imprint", values)
    issue = fresh.folder / "issues/update-1"
    assert articles == (
        "still what `mailer issue new` made: "
        + ", ".join(f"{issue}/{place}" for place in PLACES[:5])
        + "; write your own, or delete the files"
    )


@pytest.mark.parametrize("command", ["check", "build"])
def test_check_and_build_name_what_readers_would_see_of_the_example(fresh: Secretary, command: str) -> None:
    found = warnings(fresh, command)
    assert [line.partition(" is ")[0] for line in found] == [
        "warning: [office] name",
        "warning: [office] address",
        "warning: [identity] tagline",
        "warning: [identity] publisher",
        "warning: [identity] imprint",
        "warning: [publications.update] title",
        "warning: [publications.update] list_id",
        *(f"warning: {fresh.folder}/issues/update-1/{place}" for place in PLACES),
    ]
    assert found[4].endswith("“Published by the Green Harbour Forum, Quay Street 1, Harbourtown.”; write your own.")


def test_an_office_of_ones_own_has_nothing_of_the_example(fresh: Secretary) -> None:
    make_own(fresh)
    fresh.writes()
    assert doctor(fresh) == [("ok", "none is left")]
    assert warnings(fresh, "check") == []
    assert fresh.types("issue", "check", "1").out.endswith(" KB. No faults.\n")


@pytest.mark.parametrize("domain", ["forum.example", "example.org", "mail.example.com", "forum.test", "forum.invalid"])
def test_a_domain_that_nobody_has_is_named(fresh: Secretary, domain: str) -> None:
    make_own(fresh)
    fresh.writes()
    fresh.environ["MAILER_OFFICE__SECRETARY"] = f"ann@{domain}"
    ((state, values),) = doctor(fresh)
    assert (state, re.findall(r"\[\S+\] \w+", values)) == ("look", ["[office] secretary"])


def test_an_article_that_was_partly_rewritten_is_named_by_the_line_that_is_left(fresh: Secretary) -> None:
    make_own(fresh)
    article = fresh.folder / "issues/update-1/01-welcome.md"
    lines = article.read_text("utf-8").split("\n")
    lines[1], lines[4] = 'title = "Ours"', 'summary = "Our own."'
    article.write_text("\n".join(lines), "utf-8")
    for place in PLACES[1:5]:
        (fresh.folder / "issues/update-1" / place.partition(":")[0]).unlink()
    (fresh.folder / "issues/update-1/quay.png").unlink()
    found = warnings(fresh, "check")
    made = "is of the example that `mailer issue new` made; write your own, or delete the file."
    assert found == [f"warning: {article}:8 {made}", f"warning: {article.parent}/harbour.png {made}"]

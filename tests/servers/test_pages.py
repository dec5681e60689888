"""The live pages in Chromium: by keyboard and without script, on a phone, and what axe finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import browser
from tests.chromium import axe, measure
from tests.unit.harness import NILS, Harness, text_of
from tests.visitor import pages_of

pytestmark = pytest.mark.servers

SVEN = "sven@x.example"
NARROW = 320


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    made = Harness(tmp_path)
    yield made
    made.close()


def link_in(harness: Harness) -> str:
    harness.tick()
    found = re.search(r"http://127\.0\.0\.1(/preferences/\S+)", text_of(harness.mails_to(NILS)[-1]))
    assert found is not None
    return found[1]


def test_somebody_subscribes_and_changes_their_preferences_by_keyboard_and_without_script(
    harness: Harness, tmp_path: Path
) -> None:
    harness.import_list("nmb", [NILS], name="Nils Nordby", country="SE")
    with pages_of(harness, url="http://127.0.0.1") as visitor, browser(tmp_path) as window:
        here = "http://{}:{}".format(*visitor.server)
        window.without_script()
        window.go(f"{here}/subscribe")
        assert window.tab_to("address") == []
        window.type(SVEN)
        assert window.tab_to("Subscribe") == ["name", "language", "format"]  # and not the field for programs
        window.press("Enter", loads=True)
        assert window.title == "Look into your mailbox"
        window.go(f"{here}/preferences")
        window.tab_to("address")
        window.type(NILS)
        window.press("Enter", loads=True)
        window.go(here + link_in(harness))
        window.tab_to("Open my preferences")
        window.press("Enter", loads=True)
        assert NILS in window.text
        (cookie,) = window.call("Network.getCookies")["cookies"]
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
        window.tab_to("organisation")
        window.type("Union of bakers")
        window.press("Enter", loads=True)
        assert "Saved. A mail confirms what has changed." in window.text
        window.tab_to("Close my preferences")
        window.press("Enter", loads=True)
        assert window.title == "You have closed your preferences"
        window.back()
        assert "Union of bakers" not in window.text
        asked = [one for one in window.requests if not one.startswith("data:")]  # the calendar of a field has pictures
        assert [one for one in asked if not one.startswith(here)] == []
    harness.tick()
    assert "Union of bakers" in text_of(harness.mails_to(NILS)[-1])
    assert len(harness.mails_to(SVEN)) == 1


def test_no_page_is_wider_than_a_phone_and_axe_finds_nothing(harness: Harness, tmp_path: Path) -> None:
    harness.import_list("nmb", [NILS], name="Nils Nordby", country="SE")
    with pages_of(harness, url="http://127.0.0.1") as visitor:
        pages = {
            "start": visitor.get("/"),
            "subscribe": visitor.fill("/subscribe", address="nobody"),
            "asked": visitor.fill("/preferences", address=NILS),
            "event": visitor.fill("/event", country="Atlantis", dates="soon"),
            "presenter": visitor.get("/presenter?lang=ar"),
            "leave": visitor.get("/leave/leave-1-1-abc"),
        }
        link = link_in(harness)
        pages["link"] = visitor.get(link)
        mine = visitor.send(link, pages["link"].form())
        pages["mine"] = visitor.send("/preferences/mine/pause", mine.form("/mine/pause"))
    shown = {name: page.html.replace("<details>", "<details open>") for name, page in pages.items()}
    measured = measure(shown, tmp_path, NARROW)
    assert {name: (one.width, one.outside) for name, one in measured.items() if one.width > NARROW} == {}
    assert {name: one.faint for name, one in measured.items() if [*map(_unlike_edge, one.faint)].count(True)} == {}
    assert {name: found for name, found in axe(shown, tmp_path).items() if found} == {}


def _unlike_edge(found: str) -> bool:
    """Whether it is a text, or the edge of what is filled in or pressed; lines between parts are but decoration."""
    return not re.match(r"(section|li|main|summary|body|div)[. ].*(border|area)", found)

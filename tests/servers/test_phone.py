"""The ballot mail on a phone, as Chromium shows it: nothing to scroll sideways, and every text and edge is visible."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest

from mailer.adapters import data, issue_folder
from mailer.adapters.render import Renderer, pdf
from mailer.model.issues import Source
from mailer.office import Office
from tests import chromium
from tests.chromium import PHONE, Measured, measure, page_of, with_pictures
from tests.flows.environment import SOURCE, configured
from tests.unit.harness import ANA, BO, Harness

pytestmark = pytest.mark.servers

ADDED = """
A paragraph with `code`, a [link](https://iso-sr.example/a) and more.

- one
- two

```
some code
```

> Quoted.

| Day | What |
|-----|------|
| 1   | Talk |
"""
AMENDED = {"five tasks": "six tasks", "Much of what you read here is": "Much of this is"}


def amended(source: Source) -> Source:
    """Another draft: words differ, a paragraph is gone, others are new, and an article is gone."""
    first, second, _, *others = source.articles
    body = first.body
    for old, new in AMENDED.items():
        body = body.replace(old, new)
    second = replace(second, title="Become a subscriber", body=second.body.partition("\n\n")[2] + ADDED)
    return replace(source, articles=(replace(first, body=body), second, *others))


def numbered(page: str, path: str) -> str:
    """The page, in which the elements of an edition have numbers, so that their looks are measured."""
    root = lxml.html.document_fromstring(page)
    for number, element in enumerate(root.xpath(f"{path}//*")):
        element.set("data-look", f"{number} {element.tag}")
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Measured]:
    """The mails to two members, who are asked about two drafts, and the edition as its readers get it."""
    if chromium.PROGRAM is None:
        if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
            pytest.fail("install Debian's chromium")
        pytest.skip("Chromium is not installed")
    harness = Harness(tmp_path_factory.mktemp("office"))
    source = issue_folder.read(data.CONFIG / "demo" / "issues" / "update-1", "update")
    renderer, identity = Renderer(data.TEMPLATES), configured().rules.identity
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", lambda *_: (b"%PDF-", 3))
        editions = [(renderer.edition(one, identity), one) for one in (source, amended(source))]
    harness.import_list("cag", [ANA, BO])
    harness.do(lambda office: speak(office, BO, "fr"))
    harness.import_list("nmb", ["nils@nmb.example"])
    pages = {}
    for draft, (edition, made) in enumerate(editions, 1):
        harness.build(edition, replace(made, digest=SOURCE.digest))
        harness.submit()
        harness.tick()
        pages |= {f"{draft} {member}": page_of(harness.request(member)) for member in (ANA, BO)}
        harness.pass_by(timedelta(hours=1))
    harness.answer(ANA, "No. There is a mistake.")
    pages["help"] = page_of(harness.mails_to(ANA)[-1])
    harness.answer(BO, "APPROVE", **{"X-Forged": "yes"})
    pages["was this you"] = page_of(harness.mails_to(BO)[-1])
    harness.pass_by(timedelta(days=5))
    harness.tick()
    pages["reminder"] = page_of(harness.mails_to(ANA)[-1])
    harness.close()
    first = editions[0][0]
    alone = with_pictures(first.filled(first.html, ANA, leave="#"), first.pictures)
    looks = {"in the ballot": numbered(pages[f"1 {ANA}"], "//div[@lang]"), "alone": numbered(alone, "//body")}
    return measure(pages | looks, tmp_path_factory.mktemp("chromium"))


def speak(office: Office, address: str, language: str) -> None:
    contact = office.work.lists.contact_at(address)
    assert contact is not None
    office.work.members.set_details(contact.id, replace(contact.details, language=language))


def test_nothing_has_to_be_scrolled_sideways(measured: Mapping[str, Measured]) -> None:
    assert {name: page.width for name, page in measured.items()} == dict.fromkeys(measured, PHONE)


def test_every_text_and_every_edge_is_visible_in_light_and_in_dark(measured: Mapping[str, Measured]) -> None:
    assert {name: page.faint for name, page in measured.items()} == {name: [] for name in measured}
    marks = {name for name in measured[f"2 {ANA} dark"].texts if name.startswith(("ins", "del"))}
    assert marks == {"ins.draft-added", "del.draft-removed"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_edition_looks_in_the_ballot_as_its_readers_will_see_it(
    measured: Mapping[str, Measured], scheme: str
) -> None:
    shown, alone = (measured[f"{name} {scheme}"].looks for name in ("in the ballot", "alone"))
    assert len(shown) > 150
    assert [pair for pair in zip(shown, alone, strict=True) if pair[0] != pair[1]] == []

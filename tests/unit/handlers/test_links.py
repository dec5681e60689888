"""Links: proposed by mail, decided by the secretary, and asked twice a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.handlers import library, links
from mailer.link_checks import LinkChecks
from mailer.model.library import Publish
from mailer.model.links import Answer
from tests.unit.handlers.test_library import published
from tests.unit.harness import OFFICE, SECRETARY, Harness, text_of
from tests.unit.model.test_library import MANUSCRIPT

SVEN = "sven@x.example"
UN, GRI = "https://www.un.org/", "https://www.globalreporting.org/standards/"
LINES = f"""link

Web address: {GRI}
Title of the page: GRI Standards
Who publishes it: GRI
Kind of link: standard
Language of the page: English
Why it belongs in the list: Many report by it.
"""
LIST = "\n".join(
    f'[[link]]\nurl = "{url}"\ntitle = "{title}"\nbody = "B"\nkind = "norm"\nlanguage = "en"\n'
    for url, title in ((UN, "United Nations"), ("https://gone.example/", "Gone"))
)


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def answer(harness: Harness, by: str, words: str) -> None:
    harness.environment.reply(by, last(harness, by), words)
    harness.tick()


def publish_list(harness: Harness) -> None:
    source = replace(MANUSCRIPT.source, title="Links", files={"links.toml": LIST.encode()})
    published(harness, replace(MANUSCRIPT, key="links", kind="links", source=source, publish=Publish.AT_ONCE))


def test_a_link_is_proposed_confirmed_taken_and_its_proposer_told(harness: Harness) -> None:
    harness.write(SVEN, OFFICE, "x", LINES)
    assert not [mail for mail in harness.mails_to(SECRETARY) if "proposes a link" in mail["Subject"]]
    answer(harness, SVEN, "yes")
    asked = text_of(last(harness, SECRETARY))
    assert (GRI in asked, "Many report by it." in asked, "has this address already" in asked) == (True, True, False)
    answer(harness, SECRETARY, "YES")
    assert "It will be in the next version of the list." in text_of(last(harness, SVEN))
    with harness.office() as office:
        (one,) = links.waiting(office)
    assert (one.link.url, one.link.title, one.accepted, one.by) == (GRI, "GRI Standards", True, SVEN)


def test_a_link_is_declined_and_an_unclear_answer_asked_back(harness: Harness) -> None:
    harness.write(SVEN, OFFICE, "x", LINES)
    answer(harness, SVEN, "yes")
    answer(harness, SECRETARY, "perhaps")
    asked = [mail for mail in harness.mails_to(SECRETARY) if "proposes a link" in mail["Subject"]]
    harness.environment.reply(SECRETARY, asked[0], "NO")
    harness.tick()
    assert "We decided not to add it to the list." in text_of(last(harness, SVEN))
    with harness.office() as office:
        assert links.waiting(office) == []
        with pytest.raises(Refused, match="Nobody has proposed a link with the number 99"):
            links.decide(office, 99, accepted=True)


def test_the_command_line_decides_too_and_only_once(harness: Harness) -> None:
    harness.write(SVEN, OFFICE, "x", LINES)
    answer(harness, SVEN, "yes")
    with harness.office() as office:
        number = links.waiting(office)[0].number
    for _ in range(2):
        harness.do(lambda office: links.decide(office, number, accepted=True))
    with harness.office() as office, pytest.raises(Refused, match="it cannot be declined"):
        links.decide(office, number, accepted=False)
    harness.tick()
    assert len([mail for mail in harness.mails_to(SVEN) if "that you proposed" in mail["Subject"]]) == 1


def test_who_asks_without_lines_gets_them_with_the_published_list(harness: Harness) -> None:
    publish_list(harness)
    harness.write(SVEN, OFFICE, "x", "link\n")
    told = last(harness, SVEN)
    assert "Web address:" in text_of(told)
    assert "What the list has now is attached: Links 1.0." in " ".join(text_of(told).split())
    assert [part.get_filename() for part in told.iter_attachments()] == ["links-1.0.pdf"]


def test_a_link_that_the_list_has_is_named_as_such(harness: Harness) -> None:
    publish_list(harness)
    harness.write(SVEN, OFFICE, "x", LINES.replace(GRI, "http://un.org"))
    answer(harness, SVEN, "yes")
    assert "The published list has this address already." in text_of(last(harness, SECRETARY))


class Web:
    """A web in which only these addresses answer."""

    def __init__(self, *alive: str) -> None:
        self.alive = alive
        self.asked: list[str] = []

    def ask(self, url: str) -> Answer:
        self.asked.append(url)
        return Answer(True, "200") if url in self.alive else Answer(False, "404")


def dead(harness: Harness) -> list[str]:
    harness.tick()
    return [text_of(mail) for mail in harness.mails_to(SECRETARY) if "not answer" in mail["Subject"]]


def test_the_secretary_hears_of_links_that_are_dead_on_three_days(harness: Harness) -> None:
    publish_list(harness)
    web = Web(UN)
    checks = LinkChecks(replace(harness.process.runtime, links=web))
    for _ in range(2):
        checks()
        checks()  # within a minute it asks nobody
        harness.pass_by(timedelta(minutes=2))
    assert (web.asked, dead(harness)) == ([UN, "https://gone.example/"], [])
    for _ in range(2):
        harness.pass_by(timedelta(days=1, hours=1))
        checks()
        checks()
    (told,) = dead(harness)
    assert ("https://gone.example/" in told, UN in told, "three days" in told) == (True, False, True)
    for _ in range(3):
        harness.pass_by(timedelta(days=1, hours=1))
        checks()
    assert (len(web.asked), len(dead(harness))) == (4, 1)
    harness.pass_by(timedelta(days=183))
    for _ in range(2):
        checks()
        harness.pass_by(timedelta(minutes=2))
    assert (len(web.asked), len(dead(harness))) == (6, 2)


def test_nothing_is_asked_without_a_published_list_or_by_an_office_that_does_not_want_it(harness: Harness) -> None:
    web = Web()
    LinkChecks(replace(harness.process.runtime, links=web))()
    publish_list(harness)
    LinkChecks(replace(harness.process.runtime, links=None))()
    assert web.asked == []
    harness.do(lambda office: library.take_back(office, library.find(office, "links"), "old"))
    LinkChecks(replace(harness.process.runtime, links=web))()
    assert web.asked == []

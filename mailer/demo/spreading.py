"""Scenes of the library: questions and answers, the Member Update, a pack for another magazine, the site."""

from __future__ import annotations

import re
from pathlib import Path

from mailer.demo.actions import Demo
from mailer.demo.contributing import TITLE, approve
from mailer.demo.mails import body, mutt_reply
from mailer.demo.people import AMARA, CHEN, ELENA, EXPERTS, LENA, MATEO, OFFICE, SOFIA

FAQ = "Frequently asked questions"
ANSWER = """Dear Lena,

No. The international standard is not meant for certification, so nobody can ask you for an
audit by it, and there is nothing to pay. Whoever offers you one offers something else.

Kind regards,
Sofia
"""
QUESTION = "Who pays for an audit of a supplier?"


def publishing(demo: Demo) -> None:
    """The questions and answers of the library, in their first version."""
    demo.narrator.say(
        "The library of the office has a document with questions and answers. It goes outside, so the board decides:"
    )
    demo.run("library", "build", "faq", quiet=True)
    demo.run("library", "submit", "faq")
    approve(demo, FAQ, AMARA, CHEN)
    demo.until_shown("published", "library", "versions", "faq")
    demo.run("library", "versions", "faq")


def answering(demo: Demo) -> None:
    """One question is answered by itself; another becomes a candidate, then an entry of version 1.1."""
    demo.narrator.say("Mateo has a question. He writes it to the office, behind one word:")
    demo.write(MATEO, OFFICE.address, "A question", "faq how can I subscribe")
    told = demo.expect_mail(MATEO, "Your question")
    demo.check("The answer says how", "subscribe" in body(told), body(told))
    demo.narrator.say("What Lena asks is not among the answers. She is told so, and a person gets it:")
    demo.write(LENA, OFFICE.address, "Audits", f"faq {QUESTION}")
    demo.until_shown("audit", "faq", "candidates")
    demo.run("faq", "candidates")
    number = _number(demo)
    answer = demo.servers.office / "answer.txt"
    answer.write_text(ANSWER, "utf-8")
    demo.narrator.say("Sofia answers her, and with the same command the answer becomes an entry:")
    demo.run("faq", "answer", number, "answer.txt", "--question", QUESTION, "--yes")
    reply = demo.servers.await_mail(LENA, lambda mail: "not meant for certification" in body(mail), "Lena is answered")
    demo.narrator.passed(f"Lena gets “{reply['Subject']}”")
    demo.run("library", "build", "faq", quiet=True)
    demo.run("library", "submit", "faq", quiet=True)
    approve(demo, f"{FAQ} 1.1", AMARA, CHEN)
    demo.until_shown("1.1", "library", "versions", "faq")
    demo.run("library", "diff", "faq", "1.0", "1.1")
    demo.run("faq", "search", "who pays for the audit of a supplier")
    demo.run("library", "show", "faq", "--out", "../library", quiet=True)


def _number(demo: Demo) -> str:
    """The number of Lena's question."""
    listed = demo.servers.mailer(("faq", "candidates"))
    found = re.search(r"#(\d+)", listed)
    demo.check("It has a number", found is not None, listed)
    assert found
    return found[1]


def handing_out(demo: Demo) -> None:
    """The Member Update goes to the members, and lies at the plenary as a booklet."""
    demo.narrator.say(
        "The second publication is for the members: a leaflet for the plenary, with a policy of its own. One member of "
        "the board who has read it suffices, because it stays within the working group:"
    )
    demo.run("issue", "build", "1", "-p", "member-update")
    demo.run("issue", "submit", "1", "-p", "member-update")
    approve(demo, "Member Update 1", AMARA)
    demo.run("send", "1", "-p", "member-update", "--yes")
    for member in EXPERTS:
        demo.expect_mail(member, "ISO/SR Member Update 1")
    demo.narrator.say("To be handed out: the two sides of an A4 sheet, and a booklet to fold.")
    demo.run("issue", "show", "1", "-p", "member-update", "--out", "../member-update", quiet=True)
    demo.run("issue", "print", "1", "-p", "member-update", "--booklet", "--out", "../member-update")


def carrying(demo: Demo) -> None:
    """Another magazine gets what it needs, and says when it appears."""
    demo.narrator.say("ISO Focus wants to print the invitation. Its editor gets a pack: clean text, pictures, credits:")
    demo.run("channel", "pack", "2", "--for", "iso-focus", "--out", "../pack", "--yes")
    found = sorted(path.name for path in (demo.servers.folder / "pack").rglob("*") if path.is_file())
    demo.check("It has a .docx", any(name.endswith(".docx") for name in found), found)
    demo.run("channel", "pack", "2", "--for", "iso-focus", "--mail", "--yes", quiet=True)
    pack = demo.expect_mail(ELENA, "For ISO Focus: ISO/SR Update 2")
    demo.reply(ELENA, pack, "Yes, it appears in May.", mutt_reply, "with mutt")
    demo.expect_mail(SOFIA, "ISO Focus prints ISO/SR Update 2")
    demo.run("issue", "show", "2")


def building(demo: Demo) -> None:
    """All of it as a site, which works from the folder that it lies in."""
    demo.narrator.say("And everything that has a grant is a site: plain files, for any web server, or for none.")
    demo.run("site", "build", "../site")
    site = demo.servers.folder / "site"
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    demo.check("It has the issue with the article", any(TITLE in page for page in pages.values()), sorted(pages))
    demo.check("It has the new answer", any(QUESTION in page for page in pages.values()), sorted(pages))
    inside = [str(path) for path, page in pages.items() if "a guide to Bangkok" in page or "Member Update" in page]
    demo.check("It does not have the leaflet of the members, which stays inside", not inside, inside)
    demo.check("No page asks another server for anything", not (foreign := _foreign(pages)), foreign)
    demo.run("status")


_LOADED = re.compile(r"<(?:img|script|iframe|source)[^>]*\ssrc=[\"']?https?:|<link[^>]*rel=.?stylesheet[^>]*https?:")


def _foreign(pages: dict[Path, str]) -> list[str]:
    return [str(path) for path, page in pages.items() if _LOADED.search(page)]

"""An edition in another language: asked for, returned, proven, granted, and sent to its readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailer.adapters import issue_folder
from mailer.errors import ConfigError, Refused
from mailer.handlers import editions, translations
from mailer.message import Address
from mailer.model.approvals import Outcome
from mailer.model.editions import KIND, State, Translation
from mailer.model.issues import Edition, Source
from mailer.model.lists import Details, Standing
from mailer.model.notices import Notice
from mailer.model.policies import Voters
from mailer.model.working_days import Span
from mailer.readership import send_edition
from tests.flows.environment import EDITION
from tests.unit.harness import ANA, BO, BOARD, DAY, NILS, NORA, OFFICE, SECRETARY, Harness, text_of

HEAD = 'number = 1\ntitle = "The road"\ndate = 2026-11-23\nlanguage = "en"\n'
ARTICLE = """+++
title = "Who may speak"
summary = "Two rules hold until 4 December 2026."
+++

The group has **42 members** who read [the rules](https://iso-sr.example/rules).

Write before 1 March 2027.
"""
FRENCH = {
    1: "La route",
    2: "Qui peut parler",
    3: "Deux règles valent jusqu'au 4 décembre 2026.",
    4: "Le groupe a **42 membres** qui lisent [les règles](1).",
    5: "Écrivez avant le 1er mars 2027.",
}
FRANCE = "anne@afnor.example"


def numbered(texts: dict[int, str]) -> str:
    return "\n\n".join(f"[{number}] {text}" for number, text in texts.items()) + "\n"


class FakeRenderer:
    """Renders editions as their articles' Markdown, and all else as the real one does."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.faults: list[str] = []
        self.sources: list[Source] = []
        self.crash: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        """In English, whatever its reader's language is."""
        found: Notice = self._real.notice(name, values, "en")
        return found

    def edition(self, source: Source, identity: object) -> Edition:
        if self.crash:
            raise self.crash
        if self.faults:
            raise ConfigError(self.faults)
        self.sources.append(source)
        text = "\n".join([source.title, *(article.body for article in source.articles), source.translator])
        html = f"<html><body><p>⟦greeting⟧</p><p>{text}</p><a href='⟦leave⟧'>x</a> ⟦recipient⟧</body></html>"
        return replace(
            EDITION,
            subject=f"ISO/SR Update 1: {source.title}",
            html=html,
            text=f"⟦greeting⟧ {text} ⟦recipient⟧ ⟦leave⟧",
        )


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "issue"
    folder.mkdir()
    (folder / "issue.toml").write_text(HEAD)
    (folder / "01-who.md").write_text(ARTICLE)
    return issue_folder.read(folder, "update", 1)


@pytest.fixture
def harness(tmp_path: Path, source: Source) -> Iterator[Harness]:
    made = Harness(tmp_path)
    made.environment.renderer = FakeRenderer(made.environment.renderer)
    begin(made, source)
    yield made
    made.close()


def begin(harness: Harness, source: Source, **rules: Any) -> None:
    harness.restart(**rules)
    harness.process.sources.digest = source.digest


def renderer(harness: Harness) -> FakeRenderer:
    found = harness.environment.renderer
    assert isinstance(found, FakeRenderer)
    return found


def member(harness: Harness, address: str, key: str = "nmb", **details: str) -> None:
    with harness.office() as office:
        contact = office.work.lists.save_contact(Address.parse(address), Details(**details), harness.now)  # type: ignore[arg-type]
        office.work.lists.set_standing(key, contact.id, Standing.ACTIVE, harness.now, "import")


def approved(harness: Harness, source: Source) -> None:
    """The board has granted issue 1; its lists have readers of English, French and German."""
    harness.import_list("cag", BOARD)
    member(harness, FRANCE, name="Anne Roy", organisation="AFNOR", language="fr")
    member(harness, NILS, language="fr")
    member(harness, NORA, language="en")
    member(harness, "dieter@din.example", language="de")
    harness.build(source=source)
    harness.submit()
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")


def last(harness: Harness, address: str, words: str) -> EmailMessage:
    """The newest mail to somebody with these words in its subject."""
    return next(mail for mail in reversed(harness.mails_to(address)) if words in str(mail["Subject"]))


def reply(harness: Harness, address: str, words: str, text: str, **headers: str) -> None:
    harness.environment.reply(address, last(harness, address, words), text, **headers)
    harness.tick()


def translation(harness: Harness) -> Translation:
    with harness.environment.store.snapshot() as work:
        return work.editions.of(harness.issue.id)[-1]


def proven(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered(FRENCH))


def granted(harness: Harness, source: Source) -> None:
    proven(harness, source)
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")


# --- asking ---


def test_a_member_body_gets_the_text_of_a_granted_issue_to_translate(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    copy = last(harness, FRANCE, "To translate into")
    assert "[4] The group has **42 members** who read [the rules](1)." in text_of(copy)
    assert "AFNOR" in text_of(copy)
    made = translation(harness)
    assert (made.state, made.language, made.credit) == (State.ASKED, "fr", "Anne Roy, AFNOR")
    assert made.due_at is not None and made.due_at.date() == (harness.now + 14 * DAY).date()
    assert [entry.detail["to"] for entry in harness.trail("translator's copy sent")] == [FRANCE]


def test_the_text_is_that_of_the_granted_source_whatever_becomes_of_the_folder(
    harness: Harness, source: Source, tmp_path: Path
) -> None:
    approved(harness, source)
    (tmp_path / "issue" / "01-who.md").write_text(ARTICLE.replace("42", "99"))
    harness.write(FRANCE, OFFICE, "x", "traduire 1 fr\n")
    assert "42 members" in text_of(last(harness, FRANCE, "1"))


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_the_text_comes_as_a_file_where_that_is_preferred(harness: Harness, source: Source, kind: str) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", f"translate 1 fr {kind}\n")
    copy = last(harness, FRANCE, "To translate")
    assert [part.get_filename() for part in copy.iter_attachments()] == [f"update-1-fr.{kind}"]
    assert "[4]" not in text_of(copy)
    reply(harness, FRANCE, "To translate", "translate 1 fr docx")
    assert [part.get_filename() for part in harness.mails_to(FRANCE)[-1].iter_attachments()] == ["update-1-fr.docx"]


def test_a_second_translator_is_told_who_has_it(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    harness.write(NILS, OFFICE, "x", "translate 1 into French\n")
    assert "Anne Roy, AFNOR is translating it into French." in text_of(harness.mails_to(NILS)[-1])


def test_what_nobody_has_granted_is_offered_to_nobody(harness: Harness, source: Source) -> None:
    harness.import_list("cag", BOARD)
    member(harness, FRANCE, name="Anne Roy", language="fr")
    harness.build(source=source)
    harness.submit()
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    told = harness.mails_to(FRANCE)[-1]
    assert "A person looks at it" in text_of(told)
    assert "The road" not in str(told)
    assert "the issue is not granted" in text_of(last(harness, SECRETARY, "would translate"))
    reply(harness, SECRETARY, "would translate", "YES")
    assert "has no grant" in text_of(harness.mails_to(SECRETARY)[-1]) or "not granted" in text_of(
        harness.mails_to(SECRETARY)[-1]
    )
    assert [mail for mail in harness.mails_to(FRANCE) if "To translate" in str(mail["Subject"])] == []
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")
    reply(harness, SECRETARY, "would translate", "YES")
    assert "[4] The group" in text_of(last(harness, FRANCE, "To translate"))


def test_a_forged_offer_causes_a_question_to_the_secretary_and_no_copy(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n", **{"X-Forged": "yes"})
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n", **{"X-Forged": "yes"})
    assert [mail["Subject"] for mail in harness.mails_to(FRANCE) if "To translate" in str(mail["Subject"])] == []
    assert len([one for one in harness.subjects(SECRETARY) if "would translate" in one]) == 1
    reply(harness, SECRETARY, "would translate", "NO")
    assert "does not ask you" in text_of(harness.mails_to(FRANCE)[-1])
    assert translation(harness).state is State.ENDED


def test_a_forged_wish_for_another_form_neither_sends_the_text_again_nor_changes_the_form(
    harness: Harness, source: Source
) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    before = translation(harness)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr odt\n", **{"X-Forged": "yes"})
    copies = [one for one in harness.subjects(FRANCE) if "To translate" in one]
    with harness.environment.store.snapshot() as work:
        assert (len(copies), work.editions.by_id(before.id)) == (1, before)
    assert "nothing proves who wrote" in text_of(last(harness, SECRETARY, "would translate"))
    reply(harness, SECRETARY, "would translate", "YES")
    copy = last(harness, FRANCE, "To translate")
    assert [part.get_filename() for part in copy.iter_attachments()] == ["update-1-fr.odt"]
    with harness.environment.store.snapshot() as work:
        states = [one.state for one in work.editions.of(harness.issue.id)]
    assert sorted(states) == [State.ASKED, State.ENDED]


def test_a_language_without_a_font_is_said_before_anything_is_translated(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 ja\n")
    assert "there is no font for Japanese" in text_of(last(harness, SECRETARY, "would translate"))
    reply(harness, SECRETARY, "would translate", "YES")
    assert "name /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc" in text_of(harness.mails_to(SECRETARY)[-1])
    assert [one for one in harness.subjects(FRANCE) if "To translate" in one] == []
    with harness.office() as office:
        contact = office.work.lists.contact_at(NILS)
        assert contact is not None
        with pytest.raises(Refused, match=r"No font has the letters of “ja”: name .* in \[identity\] fonts"):
            translations.offer(office, harness.issue, contact, "ja", by_person=True)


def test_a_strangers_offer_is_words_for_a_person(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write("eve@x.example", OFFICE, "x", "translate 1 fr\n")
    assert "translate 1 fr" in text_of(harness.mails_to(SECRETARY)[-1])
    with harness.environment.store.snapshot() as work:
        assert work.editions.of(harness.issue.id) == []


def test_the_secretary_offers_it_and_takes_it_back(harness: Harness, source: Source) -> None:
    approved(harness, source)
    with harness.office() as office:
        contact = office.work.lists.contact_at(NILS)
        assert contact is not None
        translations.offer(office, harness.issue, contact, "fr", by_person=True)
        with pytest.raises(Refused, match="has the translation"):
            translations.offer(office, harness.issue, contact, "fr", by_person=True)
    harness.tick()
    assert "To translate" in harness.subjects(NILS)[-1]
    harness.do(lambda office: translations.withdraw(office, harness.issue, "fr"))
    harness.tick()
    assert "not needed any more" in text_of(harness.mails_to(NILS)[-1])
    reply(harness, NILS, "To translate", numbered(FRENCH))
    assert translation(harness).state is State.ENDED


# --- what comes back ---


def test_what_comes_article_by_article_is_kept_and_what_is_missing_is_said(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered({key: FRENCH[key] for key in (1, 2)}))
    asked = text_of(harness.mails_to(FRANCE)[-1])
    assert ("2 of 5" in asked, "Still missing: 3–5." in asked) == (True, True)
    assert translation(harness).state is State.RETURNED
    reply(harness, FRANCE, "still open", numbered({key: FRENCH[key] for key in (3, 4, 5)}))
    assert "PROOF 1" in harness.subjects(FRANCE)[-1]


def test_a_number_that_differs_is_asked_back_and_may_be_right(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered({**FRENCH, 5: "Écrivez avant le 2 mars 2027."}))
    asked = harness.mails_to(FRANCE)[-1]
    assert ("Write before 1 March 2027." in text_of(asked), "Écrivez avant le 2 mars 2027." in text_of(asked)) == (
        True,
        True,
    )
    assert renderer(harness).sources == []
    reply(harness, FRANCE, "still open", "as written 5")
    assert "PROOF 1" in harness.subjects(FRANCE)[-1]
    assert "2 mars" in renderer(harness).sources[-1].articles[0].body


def test_D11_a_changed_link_needs_the_yes_of_an_editor(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    link = "Le groupe a **42 membres** qui lisent [les règles](https://iso-sr.example/regles)."
    reply(harness, FRANCE, "To translate", numbered({**FRENCH, 4: link}))
    assert renderer(harness).sources == []
    asked = text_of(last(harness, SECRETARY, "Other links"))
    assert "https://iso-sr.example/rules → https://iso-sr.example/regles" in asked
    reply(harness, SECRETARY, "Other links", "YES")
    assert "https://iso-sr.example/regles" in renderer(harness).sources[-1].articles[0].body
    assert harness.trail("links decided")


def test_a_refused_link_is_asked_back(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    link = "Le groupe a **42 membres** qui lisent [les règles](https://iso-sr.example/regles)."
    reply(harness, FRANCE, "To translate", numbered({**FRENCH, 4: link}))
    reply(harness, SECRETARY, "Other links", "NO")
    asked = text_of(harness.mails_to(FRANCE)[-1])
    assert "- 4: https://iso-sr.example/regles → https://iso-sr.example/rules" in asked
    assert "Paragraph 4: - It lacks the link 1. - It has the address https://iso-sr.example/regles, which" in asked
    assert ("An editor has refused" in asked, "as written" in asked, "has to agree" in asked) == (True, False, False)
    assert "Thank you" not in asked
    reply(harness, FRANCE, "still open", numbered({4: FRENCH[4]}))
    assert "https://iso-sr.example/rules" in renderer(harness).sources[-1].articles[0].body


def test_A1_paragraphs_that_nothing_proves_change_nothing_and_reach_a_person(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered(FRENCH), **{"X-Forged": "yes"})
    assert translation(harness).state is State.ASKED
    with harness.environment.store.snapshot() as work:
        assert work.editions.paragraphs(translation(harness).id) == {}
    assert [folder for folder in harness.filed() if folder.value == "Attention"] != []


def test_A8_a_reply_of_somebody_else_changes_nothing(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    harness.environment.reply(NILS, last(harness, FRANCE, "To translate"), numbered(FRENCH))
    harness.tick()
    assert translation(harness).state is State.ASKED


def test_words_beside_the_paragraphs_reach_the_secretary(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    words = "Voici la traduction ; le titre est difficile, qu'en pensez-vous ?"
    reply(harness, FRANCE, "To translate", f"{words}\n\n{numbered(FRENCH)}")
    assert "le titre est difficile" in text_of(last(harness, SECRETARY, "ISO/SR Update 1"))
    reply(harness, FRANCE, "PROOF 1", "Est-ce que je peux avoir encore une semaine, s'il vous plaît ?")
    assert any(
        "encore une semaine" in str(mail) or "encore une semaine" in text_of(mail)
        for mail in harness.mails_to(SECRETARY)
    )


def test_a_translator_can_decline(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", "No, thank you.")
    assert translation(harness).state is State.ENDED
    assert "its translator does not translate it" in text_of(harness.mails_to(SECRETARY)[-1])


# --- the proof ---


def test_law_4_the_proof_is_a_marked_draft_to_the_translator_alone(harness: Harness, source: Source) -> None:
    proven(harness, source)
    proof = last(harness, FRANCE, "PROOF 1")
    assert "DRAFT, as its readers will get it" in text_of(proof)
    assert [part.get_filename() for part in proof.iter_attachments()] == ["draft-update-1-fr.pdf"]
    made = renderer(harness).sources[-1]
    assert (made.title, made.language, made.original, made.translator) == ("La route", "fr", "en", "Anne Roy, AFNOR")
    others = [to for to, raw in harness.environment.relay.accepted if "Écrivez".encode() in raw and to != FRANCE]
    assert others == []
    assert [entry.detail["to"] for entry in harness.trail("draft shown") if "proof" in entry.detail] == [FRANCE]
    with pytest.raises(Refused, match="its translator has to agree first"):
        harness.do(lambda office: editions.submit(office, translation(harness)))


def test_a_correction_makes_a_new_proof_and_a_yes_to_the_old_one_has_no_effect(
    harness: Harness, source: Source
) -> None:
    proven(harness, source)
    first = last(harness, FRANCE, "PROOF 1")
    reply(harness, FRANCE, "PROOF 1", numbered({2: "Qui a la parole"}))
    assert "Qui a la parole" in renderer(harness).sources[-1].articles[0].title
    harness.environment.reply(FRANCE, first, "YES")
    harness.tick()
    assert translation(harness).state is State.PROOF
    assert "newer proof" in text_of(harness.mails_to(FRANCE)[-1])
    reply(harness, FRANCE, "PROOF 2", "YES")
    assert translation(harness).state is State.AGREED


def test_a_fault_that_the_translator_cannot_mend_is_one_sentence_to_them(harness: Harness, source: Source) -> None:
    renderer(harness).faults = ["01-who.md:3: no font has “路”"]
    proven(harness, source)
    told = text_of(harness.mails_to(FRANCE)[-1])
    assert ("we could not set your text" in told, "01-who.md" in told) == (True, False)
    assert "01-who.md:3: no font has" in text_of(last(harness, SECRETARY, "No proof"))
    renderer(harness).faults = []
    reply(harness, FRANCE, "No proof", numbered({2: "Qui a la parole"}))
    assert "PROOF 1" in harness.subjects(FRANCE)[-1]


def test_D8_a_sign_that_no_font_has_is_named_with_its_paragraph(harness: Harness, source: Source) -> None:
    approved(harness, source)
    renderer(harness).faults = ["01-who.md:3: no font has “路”"]
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered({**FRENCH, 2: "Qui peut parler 路"}))
    told = text_of(harness.mails_to(FRANCE)[-1])
    assert ("- Paragraph 2: 路" in told, "01-who.md" in told) == (True, False)


def test_a_proof_that_fails_each_time_is_not_begun_for_ever(harness: Harness, source: Source) -> None:
    renderer(harness).crash = RuntimeError("a fault of ours")
    proven(harness, source)
    for _ in range(5):
        harness.tick()
    assert translation(harness).ready_at is None
    assert "No proof" in str(last(harness, SECRETARY, "No proof")["Subject"])


# --- the grant ---


def test_law_4_who_is_asked_to_submit_it_has_the_proof_as_a_draft(harness: Harness, source: Source) -> None:
    proven(harness, source)
    reply(harness, FRANCE, "PROOF 1", "YES")
    asked = last(harness, SECRETARY, "can be submitted")
    assert [part.get_filename() for part in asked.iter_attachments()] == ["draft-update-1-fr.pdf"]
    assert "It is a DRAFT" in text_of(asked)
    shown = [entry.detail["to"] for entry in harness.trail("draft shown") if "proof" in entry.detail]
    asked_ones = {to for to, raw in harness.environment.relay.accepted if b"draft-update-1-fr.pdf" in raw}
    assert (SECRETARY in shown, set(shown)) == (True, asked_ones)


def test_the_board_is_asked_about_the_edition_and_its_grant_is_its_own(harness: Harness, source: Source) -> None:
    granted(harness, source)
    assert translation(harness).state is State.GRANTED
    assert "DRAFT of ISO/SR Update 1 (fr)" in str(harness.request(ANA)["Subject"])
    assert "Approved: ISO/SR Update 1 in French" in " ".join(harness.subjects(SECRETARY))
    with harness.environment.store.snapshot() as work:
        grant = work.approvals.grant(KIND, translation(harness).id)
    assert grant is not None and "title" in grant.subject.forms


def test_a_correction_while_the_board_votes_withdraws_the_ballot(harness: Harness, source: Source) -> None:
    proven(harness, source)
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    reply(harness, FRANCE, "PROOF 1", numbered({2: "Qui a la parole"}))
    with harness.environment.store.snapshot() as work:
        ballot = work.approvals.latest_ballot(KIND, translation(harness).id)
    assert ballot is not None and ballot.outcome is Outcome.WITHDRAWN
    assert translation(harness).state is State.PROOF


@pytest.mark.parametrize(
    ("voters", "asked"),
    [(Voters.LANGUAGE, {NILS, FRANCE}), (Voters.TRANSLATOR, {FRANCE, "chef@afnor.example"})],
)
def test_the_policy_says_who_is_asked_about_an_edition(
    harness: Harness, source: Source, voters: Voters, asked: set[str]
) -> None:
    policy = harness.process.rules.policies["disclosure"]
    own = replace(
        policy, key="editions", documents=("edition",), board="nmb", voters=voters, rule="1", authors_vote=True
    )
    begin(harness, source, policies={"editions": own, "disclosure": replace(policy, documents=("issue",))})
    member(harness, "chef@afnor.example", organisation="AFNOR", language="en")
    proven(harness, source)
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    with harness.environment.store.snapshot() as work:
        ballot = work.approvals.latest_ballot(KIND, translation(harness).id)
        assert ballot is not None
        assert {paper.address for paper in work.approvals.papers(ballot.id)} == asked
    harness.answer(FRANCE, "APPROVE", to=last(harness, FRANCE, "(fr)"))
    assert translation(harness).state is State.GRANTED


# --- the readers ---


def copies(harness: Harness, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in harness.mails_to(address) if mail["List-Id"]]


def test_an_edition_that_is_granted_before_the_send_goes_to_its_readers_instead_of_the_original(
    harness: Harness, source: Source
) -> None:
    granted(harness, source)
    harness.start()
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1: La route"]
    assert copies(harness, NORA) == copies(harness, "dieter@din.example") == ["ISO/SR Update 1"]
    assert translation(harness).state is State.SENT
    assert "translated by Anne Roy, AFNOR" in text_of(last(harness, SECRETARY, "Sent: ISO/SR Update 1 in French"))
    for line, tag in (("forward 1", "-fr"), ("forward 1 en", "")):
        harness.write(NILS, OFFICE, "x", f"{line}\n")
        files = [part.get_filename() for part in harness.mails_to(NILS)[-1].iter_attachments()]
        assert files == [f"update-1{tag}-to-forward.eml", f"update-1{tag}.pdf"]


def test_readers_get_the_original_if_the_edition_is_late_and_the_edition_if_they_ask(
    harness: Harness, source: Source
) -> None:
    approved(harness, source)
    harness.start()
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1"]
    harness.write(NILS, OFFICE, "x", "get 1 fr\n")
    assert "Should there be one, you get it." in text_of(harness.mails_to(NILS)[-1])
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    reply(harness, FRANCE, "To translate", numbered(FRENCH))
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")
    assert copies(harness, NILS) == ["ISO/SR Update 1"]
    reply(harness, SECRETARY, "Approved: ISO/SR Update 1 in French", "YES")
    assert copies(harness, NILS) == ["ISO/SR Update 1", "ISO/SR Update 1: La route"]
    assert copies(harness, FRANCE) == ["ISO/SR Update 1"]
    harness.write(FRANCE, OFFICE, "x", "get 1\n")
    assert copies(harness, FRANCE) == ["ISO/SR Update 1", "ISO/SR Update 1: La route"]
    harness.write(FRANCE, OFFICE, "x", "get 1 en\n")
    assert copies(harness, FRANCE)[-1] == "ISO/SR Update 1"


def waiting(harness: Harness, source: Source) -> None:
    """Issue 1 is sent while its French edition is under way, and readers of French wait for it for two weeks."""
    publications = harness.process.rules.publications
    own = {**publications, "update": replace(publications["update"], editions_wait=Span(14))}
    begin(harness, source, publications=own)
    proven(harness, source)
    harness.start()
    harness.tick()


def test_readers_wait_for_an_edition_that_is_under_way_and_then_get_it_alone(harness: Harness, source: Source) -> None:
    waiting(harness, source)
    assert (copies(harness, NILS), copies(harness, NORA)) == ([], ["ISO/SR Update 1"])
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")
    harness.do(lambda office: send_edition(office, harness.issue, "fr"))
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1: La route"]
    harness.pass_by(15 * DAY)
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1: La route"]
    assert harness.mailing.waits == ()


def test_readers_who_have_waited_long_enough_get_the_original(harness: Harness, source: Source) -> None:
    waiting(harness, source)
    harness.pass_by(14 * DAY + timedelta(minutes=1))
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1"]
    assert copies(harness, NORA) == ["ISO/SR Update 1"]
    assert "2 readers who waited for it get the original now." in text_of(last(harness, SECRETARY, "get the original"))
    harness.pass_by(DAY)
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1"]


def test_readers_get_the_original_at_once_if_the_translation_ends(harness: Harness, source: Source) -> None:
    waiting(harness, source)
    harness.do(lambda office: translations.withdraw(office, harness.issue, "fr"))
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1"]


def test_an_edition_is_not_sent_before_its_original(harness: Harness, source: Source) -> None:
    granted(harness, source)
    with pytest.raises(Refused, match="the edition goes out with it"):
        harness.do(lambda office: send_edition(office, harness.issue, "fr"))


def test_A19_an_edition_whose_bytes_have_changed_goes_to_nobody(harness: Harness, source: Source) -> None:
    granted(harness, source)
    harness.do(
        lambda office: office.work.issues._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE editions SET text = 'planted' WHERE translation IS NOT NULL"
        )
    )
    harness.start()
    harness.tick()
    assert copies(harness, NILS) == ["ISO/SR Update 1"]
    assert "does not go out" in " ".join(harness.subjects(SECRETARY))


# --- time, and forgetting ---


def test_a_translator_is_reminded_once_and_then_the_secretary_is_told(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    harness.pass_by(14 * DAY)
    harness.tick()
    assert "A reminder" in harness.subjects(FRANCE)[-1]
    harness.pass_by(7 * DAY)
    harness.tick()
    assert "does not answer" in harness.subjects(SECRETARY)[-1]
    harness.pass_by(30 * DAY)
    harness.tick()
    assert len([one for one in harness.subjects(FRANCE) if "reminder" in one]) == 1
    reply(harness, SECRETARY, "does not answer", "YES")
    assert translation(harness).state is State.ENDED
    harness.write(NILS, OFFICE, "x", "translate 1 fr\n")
    assert "To translate" in harness.subjects(NILS)[-1]


def test_a_translation_ends_if_its_original_is_built_anew(harness: Harness, source: Source) -> None:
    proven(harness, source)
    harness.build(replace(EDITION, text="Other. ⟦greeting⟧ ⟦recipient⟧ ⟦leave⟧"), replace(source, digest="f" * 64))
    harness.tick()
    assert translation(harness).state is State.ENDED
    assert "the original has changed since" in text_of(last(harness, SECRETARY, "is not translated"))


def test_what_a_translator_wrote_is_forgotten_with_them(harness: Harness, source: Source) -> None:
    proven(harness, source)
    harness.write(FRANCE, OFFICE, "x", "forget me\n")
    harness.environment.reply(FRANCE, harness.mails_to(FRANCE)[-1], "YES")
    harness.tick()
    made = translation(harness)
    assert (made.state, made.credit, made.edition) == (State.ENDED, "", None)
    with harness.environment.store.snapshot() as work:
        assert work.editions.paragraphs(made.id) == {}
        assert [work.issues.edition(ref.id).text for _, ref in work.editions.every_edition(harness.issue.id)] == [""]

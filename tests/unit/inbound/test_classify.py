"""The intent of a mail (A15-A17, B4-B8, D1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import Malformed
from mailer.inbound.automatic import takes_answers
from mailer.inbound.classify import classify
from mailer.inbound.intents import (
    AutoReply,
    Confirm,
    Feedback,
    Help,
    Intent,
    Leave,
    LeaveEverything,
    Loop,
    Refuse,
    Subscribe,
    Vote,
)
from mailer.inbound.parse import parse
from mailer.model.approvals import Choice
from mailer.model.lists import Details, Format, Kind
from mailer.model.policies import ENGLISH
from mailer.tokens import Purpose, Token
from tests.unit.inbound.mails import (
    BOUNCE,
    CONFIRM,
    DATA,
    KEY,
    LEAVE,
    LEAVE_EVERYTHING,
    OFFICE,
    RECEIVED,
    VOTE,
    intent,
    mail,
    sample,
    to,
)

SECOND_VOTE = KEY.token(Purpose.VOTE, 18)
FORGED = Token(Purpose.VOTE, 18, VOTE.mac)
APPROVED = Vote(VOTE, Choice.APPROVE, "", "")


def answered(token: Token) -> str:
    return f"<{token}.3fa9@iso-sr.example>"


# --- the place of a token ---


@pytest.mark.parametrize(
    "headers",
    [
        {"To": to(VOTE)},
        {"To": f"ISO/SR TG 2 <{to(VOTE).upper()}>"},
        {"To": "somebody@example.org", "Cc": f'"x, y" <{to(VOTE)}>'},
        {"To": "undisclosed-recipients:;", "Delivered-To": to(VOTE)},
        {"To": "list@example.org", "X-Original-To": to(VOTE)},
        {"In-Reply-To": answered(VOTE)},
        {"References": f"<0@x> {answered(VOTE)} <1@x>"},
        {"Subject": f"Re: Approve by Friday {VOTE}"},
        {"Subject": f"=?utf-8?q?Re:_{VOTE}?="},
        {"To": to(VOTE), "References": answered(SECOND_VOTE), "In-Reply-To": answered(VOTE)},
        {"References": f"{answered(SECOND_VOTE)} {answered(VOTE)}"},
        {"To": to(VOTE), "In-Reply-To": answered(VOTE), "Subject": f"Re: {VOTE}"},
        {"To": to(VOTE), "Cc": to(FORGED)},
        {"To": to(VOTE), "In-Reply-To": answered(LEAVE)},
        {"To": f"{to(LEAVE_EVERYTHING)}, {to(CONFIRM)}, {to(VOTE)}"},
    ],
)
def test_a_token_is_found_in_the_address_then_the_references_then_the_subject(headers: dict[str, str]) -> None:
    assert intent("APPROVE\n", **headers) == APPROVED


@pytest.mark.parametrize(
    "headers",
    [
        {"To": to(FORGED)},
        {"To": to(VOTE)[:-20] + "@iso-sr.example"},
        {"To": to(Token(Purpose.VOTE, 17, CONFIRM.mac))},
        {"In-Reply-To": answered(FORGED)},
        {"Subject": f"Re: {FORGED}"},
        {"From": f'"{VOTE}" <anna@example.org>'},
    ],
)
def test_B5_a_forged_token_is_ignored(headers: dict[str, str]) -> None:
    assert intent("APPROVE\n", **headers) == Feedback("APPROVE")


@pytest.mark.parametrize(
    "headers",
    [
        {"To": f"{to(VOTE)}, {to(SECOND_VOTE)}"},
        {"To": to(VOTE), "Delivered-To": to(SECOND_VOTE)},
        {"To": to(VOTE), "In-Reply-To": answered(SECOND_VOTE)},
        {"To": to(VOTE), "Subject": f"Re: {SECOND_VOTE}"},
        {"Subject": f"{VOTE} {SECOND_VOTE}"},
    ],
)
def test_A15_two_different_vote_tokens_are_no_vote(headers: dict[str, str]) -> None:
    seen = intent("APPROVE\n\nfine\n", **headers)
    assert isinstance(seen, Vote)
    assert (seen.choice, seen.comment) == (None, "fine")
    assert seen.reason == "The mail answers two different requests; each needs a reply of its own."


@pytest.mark.parametrize(
    "other",
    [
        f"{to(LEAVE)}, {to(KEY.token(Purpose.LEAVE, 8, 3))}",
        f"{to(LEAVE)}, {to(KEY.token(Purpose.LEAVE, 9, 4))}",
        f"{to(LEAVE_EVERYTHING)}, {to(KEY.token(Purpose.LEAVE_EVERYTHING, 8))}",
        f"{to(CONFIRM)}, {to(KEY.token(Purpose.CONFIRM, 8))}",
    ],
)
def test_A15_two_different_tokens_of_another_purpose_are_refused(other: str) -> None:
    assert intent("yes\n", To=other) == Refuse("it carries two different tokens")


# --- replies ---


def test_a_vote_without_a_choice_says_why_and_keeps_the_text() -> None:
    seen = intent("I do not approve\n", To=to(VOTE))
    reason = "The first line is not exactly APPROVE or OBJECT or ABSTAIN."
    assert seen == Vote(VOTE, None, "I do not approve", reason)


@pytest.mark.parametrize("body", ["", "yes\n", "> please reply\n", "Yes, with pleasure!\n", "-- \nAnna\n"])
def test_B11_a_yes_or_an_empty_reply_counts(body: str) -> None:
    assert intent(body, To=to(CONFIRM)) == Confirm(CONFIRM)
    assert intent(body, In_Reply_To=answered(CONFIRM)) == Confirm(CONFIRM)
    assert intent(body, To=to(LEAVE_EVERYTHING)) == LeaveEverything(LEAVE_EVERYTHING)


@pytest.mark.parametrize("line", ["no", "No", " NO THANKS ", "nein", "No.", "Not me!"])
def test_B11_a_clear_no_is_filed(line: str) -> None:
    assert intent(f"{line}\n> please reply\n", To=to(CONFIRM)) == Refuse("it says no")
    assert intent(f"{line}\n", To=to(LEAVE_EVERYTHING)) == Refuse("it says no")
    assert intent(f"{line}\n", Subject=f"Re: {LEAVE}") == Refuse("it says no")


@pytest.mark.parametrize("line", ["unsubscribe", "Stop", "leave", "Please remove me from the list.", "cancel"])
def test_a_wish_to_leave_confirms_leaving_and_no_sign_up(line: str) -> None:
    assert intent(f"{line}\n", To=to(CONFIRM)) == Refuse("it says no")
    assert intent(f"{line}\n", To=to(LEAVE_EVERYTHING)) == LeaveEverything(LEAVE_EVERYTHING)


@pytest.mark.parametrize("body", ["Thanks, Anna\n\nWho are you?\n", "What is this?\n", "yes?\n", "Hello\n"])
def test_B11_other_words_are_read_by_a_person_and_confirm_nothing(body: str) -> None:
    assert intent(body, To=to(CONFIRM)) == Feedback(body.strip(), answers_question=True)
    assert intent(body, To=to(LEAVE_EVERYTHING)) == Feedback(body.strip(), answers_question=True)


def test_B4_leaving_with_the_token_in_the_address_or_the_subject() -> None:
    assert intent(To=to(LEAVE), Subject="unsubscribe") == Leave(LEAVE)
    assert intent(Subject=f"unsubscribe {LEAVE}") == Leave(LEAVE)


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "ISO/SR TG 2 <tg2@iso-sr.example>"},
        {"From": None},
        {"From": "a@x.org, b@x.org"},
        {"From": "MAILER-DAEMON@example.org", "Return-Path": "<>", "Subject": "Undelivered Mail Returned to Sender"},
        {"List-Id": "<update.iso-sr.example>", "X-Loop": "tg2@iso-sr.example"},
        {"To": f"{to(VOTE)}, {to(CONFIRM)}, {to(LEAVE)}"},
        {"To": to(LEAVE), "Cc": to(BOUNCE)},
        {"To": "undisclosed-recipients:;", "Delivered-To": to(LEAVE)},
    ],
)
@pytest.mark.parametrize("body", ["", "no\n", "APPROVE\n", "subscribe\n", "550 5.1.1 no such user\n"])
def test_B4_the_token_in_the_address_counts_before_any_other_rule(headers: dict[str, str | None], body: str) -> None:
    assert intent(body, **({"To": to(LEAVE)} | headers)) == Leave(LEAVE)


# --- commands ---


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("subscribe", Subscribe(Details(name="Anna Kim"), ())),
        ("unsubscribe", LeaveEverything(None)),
        ("leave", LeaveEverything(None)),
        ("help", Help()),
        ("info", Help()),
    ],
)
def test_a_command_as_detail_first_line_or_subject_of_an_empty_mail(word: str, expected: Intent) -> None:
    assert intent(To=f"tg2+{word}@iso-sr.example") == expected
    assert intent("Hello\n", To=f"TG2+{word.title()}@ISO-SR.example") == expected
    assert intent(f"\n {word.upper()} \n\n-- \nAnna\n") == expected
    assert intent(Subject=word.title()) == expected


def test_a_sign_up_reads_the_details_of_an_organisation() -> None:
    text = "Organisation: {{7*7}} e.V.\nKind: consumer organisation\nFormat: text\nNmae: x\n"
    details = Details("Anna Kim", "{{7*7}} e.V.", Kind.CONSUMER, format=Format.TEXT)
    line = "its key is not one that we know. Did you mean “Name”?"
    assert intent(f"subscribe\n{text}") == Subscribe(details, (f"Line 5: {line}",))
    assert intent(text, To="tg2+subscribe@iso-sr.example") == Subscribe(details, (f"Line 4: {line}",))


def test_a_subject_is_a_command_if_the_text_has_only_details() -> None:
    assert intent("Country: Korea\n", Subject="subscribe") == Subscribe(Details("Anna Kim", country="KR"), ())
    assert intent("What is this?\n", Subject="subscribe") == Feedback("What is this?")


@pytest.mark.parametrize("body", ["please subscribe\n", "subscribe me\n", "subscribe.\n", "Dear all,\nsubscribe\n"])
def test_a_command_is_understood_in_a_polite_sentence(body: str) -> None:
    assert isinstance(intent(body), Subscribe)


@pytest.mark.parametrize("body", ["subscribers write:\n", "subscribe to our magazine\n", "do not subscribe me\n"])
def test_G3_words_that_begin_like_a_command_are_for_a_person(body: str) -> None:
    assert intent(body) == Feedback(body.strip())


@pytest.mark.parametrize(
    "address", ["tg2+subscribe@evil.example", "xtg2+subscribe@iso-sr.example", "tg2+subscribers@iso-sr.example"]
)
def test_another_address_is_no_command(address: str) -> None:
    assert intent("Hello\n", To=address) == Feedback("Hello")


def test_an_empty_mail_without_a_subject_asks_for_help() -> None:
    assert intent(Subject="") == Help()


def test_C13_a_mail_without_text_of_its_own_is_for_a_person() -> None:
    assert intent() == Feedback("")
    assert intent("\n> quoted\n", Subject="Re: ISO/SR Update 1") == Feedback("")
    assert intent("%PDF\n", Subject="", Content_Type="application/pdf; name=a.pdf") == Feedback("")
    assert intent("MIAG\n", Subject="", Content_Type="application/pkcs7-mime; name=smime.p7m") == Feedback("")


def test_other_text_is_feedback() -> None:
    assert intent("I liked issue 1.\n\n> It began so\n\nMore!\n") == Feedback("I liked issue 1.\n\nMore!")


def test_A4_a_from_that_cannot_be_read_is_refused() -> None:
    assert intent("subscribe\n", From="a@x.org, b@x.org") == Refuse("its From names 2 mailboxes")


# --- our own mail ---


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "ISO/SR TG 2 <tg2@iso-sr.example>"},
        {"From": f"<{to(VOTE)}>"},
        {"From": "TG2@ISO-SR.EXAMPLE"},
        {"List-Id": "ISO/SR Update <update.iso-sr.example>"},
        {"List-Id": "<UPDATE.iso-sr.example>"},
        {"X-Loop": "tg2@iso-sr.example"},
        {"List-Id": "<update.iso-sr.example>", "Precedence": "bulk", "Auto-Submitted": "auto-generated"},
    ],
)
def test_B6_our_own_mail_is_dropped(headers: dict[str, str]) -> None:
    assert isinstance(intent("APPROVE\n", **({"To": to(VOTE)} | headers)), Loop)


def test_another_lists_id_is_not_ours() -> None:
    assert intent("Hello\n", List_Id="<update.example.org>") == Feedback("Hello")


# --- automatic mail ---

MACHINES = [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated (vacation)"},
    {"X-Autoreply": "yes"},
    {"X-Autorespond": "Re: x"},
    {"Precedence": "auto_reply"},
    {"Return-Path": "<>"},
    {"From": "MAILER-DAEMON@example.org"},
    {"Subject": "Automatic reply: Approve by Friday"},
    {"Subject": "[Auto-Reply] Approve by Friday"},
    {"Subject": "Abwesenheitsnotiz: Approve by Friday"},
    {"Subject": "Automatische Antwort: Approve by Friday"},
    {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique_:_Approve?="},
    {"Subject": "Respuesta automática: Approve by Friday"},
    {"Subject": "Resposta automática: Approve by Friday"},
    {"Subject": "Risposta automatica: Approve by Friday"},
    {"Subject": "Автоматический ответ: Approve by Friday"},
    {"Subject": "自動応答: Approve by Friday"},
    {"Subject": "自动回复: Approve by Friday"},
]

UNANSWERED = [
    {"X-Auto-Response-Suppress": "DR, OOF, AutoReply"},
    {"X-Auto-Response-Suppress": "All"},
    {"Precedence": "bulk"},
    {"Precedence": "JUNK"},
    {"Precedence": "list"},
    {"From": "noreply@example.org"},
    {"From": "no-reply+17@example.org"},
    {"From": "do_not_reply@example.org"},
    {"From": "bounce-17@example.org"},
    {"Subject": "Out of Office: Re: Approve by Friday"},
    {"Subject": "Auto: Re: Approve by Friday"},
]
"""Signs that decide only that a mail is not answered automatically; a person may have written it."""


@pytest.mark.parametrize("headers", MACHINES)
@pytest.mark.parametrize("token", [VOTE, CONFIRM, LEAVE_EVERYTHING])
def test_A16_B7_a_machine_neither_votes_nor_confirms(headers: dict[str, str], token: Token) -> None:
    assert isinstance(intent("APPROVE\n", **({"To": to(token)} | headers)), AutoReply)


@pytest.mark.parametrize("headers", MACHINES)
def test_B4_a_machine_leaves_with_the_token_in_the_address_and_only_there(headers: dict[str, str]) -> None:
    assert intent("APPROVE\n", **({"To": to(LEAVE)} | headers)) == Leave(LEAVE)
    assert isinstance(intent("APPROVE\n", **({"In-Reply-To": answered(LEAVE)} | headers)), AutoReply)


@pytest.mark.parametrize("headers", UNANSWERED)
def test_A16_B7_a_mail_that_is_not_answered_may_be_a_persons(headers: dict[str, str]) -> None:
    assert takes_answers(mail("x\n", **headers)) is False
    assert intent("APPROVE\n", **({"To": to(VOTE)} | headers)) == APPROVED
    assert intent("The link in article two is broken.\n", **headers) == Feedback("The link in article two is broken.")
    assert intent("subscribe\n", **headers) == Feedback("subscribe")
    assert not isinstance(intent("", **({"To": to(CONFIRM)} | headers)), Confirm)
    assert intent("I am out of the office until Monday.\n", **headers) == AutoReply("it announces an absence")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "no"},
        {"X-Auto-Response-Suppress": "None"},
        {"Precedence": "normal"},
        {"Return-Path": "<anna@example.org>"},
        {"From": "noreen@example.org"},
        {"From": "bouncer@example.org"},
        {"Subject": "Re: Approve by Friday"},
        {"Subject": "Autonomous cars"},
        {"Subject": "Re: Abwesenheitsnotiz in issue 2"},
    ],
)
def test_A16_a_person_is_no_machine(headers: dict[str, str]) -> None:
    assert intent("APPROVE\n", **({"To": to(VOTE)} | headers)) == APPROVED
    assert takes_answers(mail("APPROVE\n", **headers))


ABSENT = [
    "Hello,\n\nI am out of the office until 5 January.\n\nAnna\n",
    "Thank you for your email. I’m on vacation and will reply when I am back.\n",
    "Guten Tag,\n\nich bin bis zum 5. Januar nicht im Büro.\n",
    "Bonjour,\n\nje suis absente du bureau jusqu'au 5 janvier.\n",
    "Hola:\nEstoy fuera de la oficina hasta el lunes.\n",
    "Olá, estou de férias até segunda-feira.\n",
    "Здравствуйте! Я в отпуске до понедельника.\n",
    "申し訳ありませんが、12月5日まで不在にしております。\n",
    "您好，我正在休假，12月5日回来。\n",
    "This is an automatic reply.\n",
]


@pytest.mark.parametrize("body", ABSENT)
@pytest.mark.parametrize("token", [VOTE, CONFIRM, LEAVE_EVERYTHING, None])
def test_A16_an_absence_that_only_the_text_announces(body: str, token: Token | None) -> None:
    address = to(token) if token else "tg2@iso-sr.example"
    kind = "text/plain; charset=utf-8"
    assert intent(body, To=address, Content_Type=kind) == AutoReply("it announces an absence")


def test_A16_an_absence_below_a_vote_leaves_it_a_vote() -> None:
    seen = intent("APPROVE\n\nI am out of the office from tomorrow.\n", To=to(VOTE))
    assert isinstance(seen, Vote)
    assert seen.choice is Choice.APPROVE


AWAY = "I am currently out of the office with limited access to email. I will be back on 5 January.\n"


def test_A16_mail_to_a_bounce_address_asks_for_nothing_and_a_person_reads_its_words() -> None:
    seen = intent("APPROVE\n", To=to(BOUNCE), In_Reply_To=answered(VOTE))
    assert seen == Feedback("APPROVE")
    absent = AutoReply("it came to an address for delivery reports")
    assert intent(AWAY, To=to(BOUNCE)) == absent
    assert intent("", To=to(BOUNCE)) == absent


# --- any mail ---

SAMPLES = [sample(str(path.relative_to(DATA))) for path in sorted(DATA.rglob("*.eml"))]


@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_mails_have_an_intent(octets: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(octets)))
        octets = octets[:start] + data.draw(st.binary(max_size=20)) + octets[start + data.draw(st.integers(0, 50)) :]
    try:
        seen = parse(octets, RECEIVED)
    except Malformed:
        return
    assert isinstance(classify(seen, OFFICE, KEY), Intent)


@given(st.text(max_size=200), st.text(max_size=50), st.sampled_from([VOTE, CONFIRM, LEAVE, LEAVE_EVERYTHING, None]))
def test_no_text_except_a_keyword_is_a_vote(body: str, subject: str, token: Token | None) -> None:
    address = to(token) if token else "tg2@iso-sr.example"
    field = "".join(character for character in subject if character.isprintable())
    seen = intent(body.encode("utf-8", "replace"), To=address, Subject=field, Content_Type="text/plain; charset=utf-8")
    is_keyword = any(word in body.upper() for word in ENGLISH.firsts)  # the generator tries words of the code, too
    assert not isinstance(seen, Vote) or seen.choice is None or is_keyword

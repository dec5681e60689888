"""Login with access tokens: OAUTHBEARER (RFC 7628), and XOAUTH2, which came before it."""

from __future__ import annotations

import base64

import pytest

from mailer.adapters.smtp import SmtpTransport
from mailer.errors import Permanent, Temporary
from tests.relay import Action, Relay
from tests.settings import Tokens, smtp_settings

WHY = base64.b64encode(b'{"status":"invalid_token","scope":"https://mail.example/"}').decode()


def log_in(relay: Relay, tokens: Tokens) -> None:
    where = smtp_settings(
        "127.0.0.1", relay.port, "none", "of,fi=ce@example.org", token=tokens, timeouts=relay.timeouts
    )
    SmtpTransport(where).extensions()


def initial(line: str) -> str:
    return base64.b64decode(line.split()[2]).decode()


@pytest.mark.parametrize(
    ("offered", "mechanism", "response"),
    [
        (
            "AUTH PLAIN XOAUTH2 OAUTHBEARER",
            "OAUTHBEARER",
            "n,a=of=2Cfi=3Dce@example.org,\1auth=Bearer ya29.one\1\1",
        ),
        ("AUTH PLAIN LOGIN XOAUTH2", "XOAUTH2", "user=of,fi=ce@example.org\1auth=Bearer ya29.one\1\1"),
    ],
)
def test_the_best_mechanism_that_takes_a_token(offered: str, mechanism: str, response: str) -> None:
    with Relay(keywords=[offered]) as relay:
        log_in(relay, Tokens(["ya29.one"]))
    line = relay.sessions[0][1]
    assert (line.split()[:2], initial(line)) == (["AUTH", mechanism], response)
    assert relay.verbs() == ["EHLO", "AUTH", "QUIT"]


@pytest.mark.parametrize(("mechanism", "answer"), [("OAUTHBEARER", "AQ=="), ("XOAUTH2", "")])
def test_an_expired_token_is_fetched_once_more(mechanism: str, answer: str) -> None:
    script: dict[str, list[Action]] = {
        "AUTH": [f"334 {WHY}", "235 2.7.0 welcome"],
        answer: ["535 5.7.8 no"],
    }
    tokens = Tokens(["ya29.old", "ya29.new"])
    with Relay(script, keywords=[f"AUTH {mechanism}"]) as relay:
        log_in(relay, tokens)
    lines = relay.sessions[0]
    assert [initial(lines[place]).split("Bearer ")[1].strip("\1") for place in (1, 3)] == ["ya29.old", "ya29.new"]
    assert (lines[2], tokens.refused) == (answer, ["ya29.old"])


@pytest.mark.parametrize("tokens", [["ya29.one"], ["ya29.one", "ya29.two", "ya29.three"]], ids=["the same", "others"])
def test_F11_E9_a_token_that_stays_refused_is_permanent_and_quotes_the_relay(tokens: list[str]) -> None:
    script: dict[str, list[Action]] = {"AUTH": [f"334 {WHY}"] * 3, "AQ==": ["535 5.7.8 no"] * 3}
    with Relay(script, keywords=["AUTH OAUTHBEARER"]) as relay, pytest.raises(Permanent) as caught:
        log_in(relay, Tokens(tokens))
    assert relay.verbs().count("AUTH") == min(2, len(tokens))
    assert str(caught.value).endswith(
        "refuses the login of of,fi=ce@example.org. Check smtp.user and the access token: "
        '535 5.7.8 no {"status":"invalid_token","scope":"https://mail.example/"}'
    )


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        (["334 not base64!", "535 5.7.8 no"], Permanent),
        (["334", "535 5.7.8 no"], Permanent),
        (["334 " + base64.b64encode(b"you said ya29.one").decode(), "535 5.7.8 no"], Permanent),
        (["454 4.7.0 later"], Temporary),
    ],
)
def test_D6_a_relay_that_repeats_the_token_is_not_quoted(replies: list[str], kind: type[Exception]) -> None:
    script: dict[str, list[Action]] = {"AUTH": [replies[0]], "AQ==": [*replies[1:]]}
    with Relay(script, keywords=["AUTH OAUTHBEARER"]) as relay, pytest.raises(kind) as caught:
        log_in(relay, Tokens(["ya29.one"]))
    assert "ya29" not in str(caught.value)


def test_E9_a_token_is_not_sent_to_a_relay_without_a_mechanism_for_it() -> None:
    words = "offers PLAIN LOGIN; we know OAUTHBEARER and XOAUTH2"
    with Relay(keywords=["AUTH PLAIN LOGIN"]) as relay, pytest.raises(Permanent, match=words):
        log_in(relay, Tokens(["ya29.one"]))
    assert relay.verbs() == ["EHLO", "QUIT"]

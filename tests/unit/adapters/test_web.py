"""The unsubscribe page, over real sockets."""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import lxml.html
import pytest
from starlette.requests import Request

from mailer.adapters import data, web
from mailer.adapters.catalogues import Catalogues
from mailer.errors import Permanent, Temporary
from tests.waiting import TIMEOUT

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


class Office:
    """A site that notes what it is asked (ports.Site)."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.trouble: Exception | None = None
        self.at_once = self.most_at_once = 0

    def leave(self, token: str) -> None:
        if self.trouble:
            raise self.trouble
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.005)
        self.left.append(token)
        self.at_once -= 1


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Office, tuple[str, int]]]:
    office = Office()
    with web.serve("127.0.0.1", 0, office, office="Friends of <Tea>") as address:
        yield office, address


@pytest.fixture
def office(served) -> Office:
    served[0].__init__()
    return served[0]


@pytest.fixture
def ask(served, office):
    def ask(method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> HTTPResponse:
        connection = HTTPConnection(*served[1], timeout=TIMEOUT)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        return response

    return ask


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [{}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}])
def test_B2_B3_GET_and_HEAD_change_nothing(ask, office: Office, method: str, headers: dict[str, str]) -> None:
    response = ask(method, "/leave/leave-1-abc", headers=headers)
    assert (response.status, office.left) == (200, [])
    assert ("<button" in response.text) == (method == "GET")


@pytest.mark.parametrize(
    ("body", "headers"),
    [(ONE_CLICK, FORM), (MULTIPART, {"Content-Type": "multipart/form-data; boundary=b"})],
    ids=["urlencoded", "multipart"],
)
def test_B3_one_click_unsubscribes_without_redirect_or_cookie(
    ask, office: Office, body: str, headers: dict[str, str]
) -> None:
    first = ask("POST", "/leave/leave-1-abc", body, headers)
    second = ask("POST", "/leave/leave-1-abc", body, headers)
    assert (first.status, second.status) == (200, 200)
    assert first.text == second.text
    assert {name.lower() for name, _ in first.getheaders()} & {"location", "set-cookie"} == set()
    assert office.left == ["leave-1-abc"] * 2  # the handler ignores the second


def test_B3_the_button_of_the_page_is_the_same_request(ask, office: Office) -> None:
    page = ask("GET", "/leave/leave-1-abc").text
    form = re.search(r'<form method="post">\s*<input type="hidden" name="(.+?)" value="(.+?)">', page)
    assert ask("POST", "/leave/leave-1-abc", f"{form[1]}={form[2]}", FORM).status == 200
    assert office.left == ["leave-1-abc"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (None, {}),
        ("", FORM),
        ("List-Unsubscribe=Two-Clicks", FORM),
        (ONE_CLICK, {"Content-Type": "text/plain"}),
        (ONE_CLICK + "&padding=" + "x" * 5000, FORM),
        ("--b\r\nnonsense", {"Content-Type": "multipart/form-data; boundary=b"}),
        ("--b", {"Content-Type": "multipart/form-data"}),
    ],
)
def test_B3_any_other_post_changes_nothing(ask, office: Office, body: str | None, headers: dict[str, str]) -> None:
    assert (ask("POST", "/leave/leave-1-abc", body, headers).status, office.left) == (400, [])


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        (None, "en", "Leave the newsletter?"),
        ("fr", "fr", "Vous désabonner de la lettre d’information\xa0?"),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "fr", "Vous désabonner de la lettre d’information\xa0?"),
        ("en;q=0.3, fr;q=0.7", "fr", "Vous désabonner de la lettre d’information\xa0?"),
        ("sv, en;q=0.7, fr;q=0.3", "en", "Leave the newsletter?"),
        ("sv, fr;q=0", "en", "Leave the newsletter?"),
        ("fr;q=nonsense, ;;,\t,=" + "x" * 5000, "en", "Leave the newsletter?"),
    ],
)
def test_G6_the_page_is_in_the_language_that_the_browser_asks_for(
    ask, accepted: str | None, language: str, title: str
) -> None:
    response = ask("GET", "/leave/leave-1-abc", headers={"Accept-Language": accepted} if accepted else {})
    page = lxml.html.document_fromstring(response.text)
    assert (page.get("lang"), page.get("dir"), page.findtext(".//h1")) == (language, "ltr", title)
    assert (response.getheader("Content-Language"), response.getheader("Vary")) == (language, "Accept-Language")


@pytest.mark.parametrize("page", ["later", "leave", "left", "unknown"])
def test_G6_every_page_is_there_in_every_language(page: str) -> None:
    pages = web.Pages(data.TEMPLATES / "web", "TG 2", Catalogues(data.TEMPLATES / "locale"))
    headings = []
    for language in data.languages():
        scope = {"type": "http", "headers": [(b"accept-language", language.encode())]}
        headings.append(lxml.html.document_fromstring(pages.page(Request(scope), page).body.decode()).findtext(".//h1"))
    assert len(set(headings)) == len(data.languages())


def test_A35_every_token_gets_the_same_answer(ask) -> None:
    tokens = ("leave-1-abc", "leave-999-zzz", "%3Cscript%3E", "x" * 500)
    for method in ("GET", "POST"):
        answers = [ask(method, f"/leave/{token}", ONE_CLICK, FORM) for token in tokens]
        assert {(answer.status, answer.text) for answer in answers} == {(200, answers[0].text)}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/leave/", 404),
        ("GET", "/leave/leave-1-abc/", 404),
        ("POST", "/leave/leave-1-abc/", 404),
        ("DELETE", "/leave/leave-1-abc", 405),
        ("GET", "/../etc/passwd", 404),
    ],
)
def test_other_paths_and_methods_get_an_error_page(ask, office: Office, method: str, path: str, status: int) -> None:
    response = ask(method, path)
    assert (response.status, "There is nothing here" in response.text, office.left) == (status, True, [])
    assert response.getheader("Content-Security-Policy") is not None


def test_a_store_that_is_down_gives_503(ask, office: Office) -> None:
    office.trouble = Temporary("the store is locked")
    response = ask("POST", "/leave/leave-1-abc", ONE_CLICK, FORM)
    assert (response.status, "nothing has changed" in response.text) == (503, True)


def test_a_bug_shows_no_internals(ask, office: Office) -> None:
    office.trouble = RuntimeError("secret inside")
    response = ask("POST", "/leave/leave-1-abc", ONE_CLICK, FORM)
    assert (response.status, "secret" in response.text) == (500, False)
    office.trouble = None
    assert ask("POST", "/leave/leave-1-abc", ONE_CLICK, FORM).status == 200


def test_D3_the_page_is_escaped_and_allows_only_its_own_style(ask) -> None:
    response = ask("GET", "/leave/leave-1-abc")
    style = re.search(r"<style>(.*?)</style>", response.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert response.getheader("Content-Security-Policy") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert '<p class="office">Friends of &lt;Tea&gt;</p>' in response.text
    assert (response.getheader("Referrer-Policy"), response.getheader("Cache-Control")) == ("no-referrer", "no-store")
    assert response.getheader("Server") is None


def test_D7_a_forged_host_appears_nowhere(ask) -> None:
    response = ask("GET", "/leave/leave-1-abc", headers={"Host": "evil.example"})
    assert "evil.example" not in response.text + str(response.getheaders())


def test_D6_no_token_reaches_the_log(ask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even at the lowest level; the handler is on the root logger, as in our configuration."""
    root, written = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(written)])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    office.trouble = Temporary("the store is locked")
    ask("POST", "/leave/leave-1-abc", ONE_CLICK, FORM)
    assert written.getvalue() == "a reader could not unsubscribe on the web page: the store is locked\n"


def test_unsubscriptions_are_handled_one_at_a_time(ask, office: Office) -> None:
    threads = [threading.Thread(target=ask, args=("POST", f"/leave/{n}", ONE_CLICK, FORM)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(office.left), office.most_at_once) == ([str(n) for n in range(8)], 1)


def test_a_port_in_use_is_reported_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(Permanent, match=rf"^\[web\] listen: cannot listen on 127.0.0.1:{port}: Addr"),
            web.serve("127.0.0.1", port, Office()),
        ):
            pass


def test_the_port_is_closed_after_the_block() -> None:
    with web.serve("127.0.0.1", 0, Office()) as address:
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=TIMEOUT)

"""The unsubscribe page, over real sockets."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection, HTTPResponse

import lxml.html
import pytest
from starlette.requests import Request

from mailer.adapters import data, web
from mailer.adapters.catalogues import Catalogues
from mailer.adapters.web.responses import Responses
from mailer.errors import Permanent, Temporary
from tests.waiting import TIMEOUT, without_waiting

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


class Office:
    """Pages that note what they are asked (ports.Pages)."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.back: list[str] = []
        self.confirmed: list[str] = []
        self.trouble: Exception | None = None
        self.at_once = self.most_at_once = 0

    def title(self, token: str) -> str:
        return "The <Tea> Letter" if token.startswith("leave-1-") else ""

    def come_back(self, token: str) -> None:
        if self.trouble:
            raise self.trouble
        self.back.append(token)

    def today(self) -> date:
        return date(2026, 11, 28)

    def confirm(self, token: str) -> None:
        self.confirmed.append(token)

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
    with web.serve("127.0.0.1", 0, office, web.WebSettings(office="Friends of <Tea>")) as address:
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
    [
        (ONE_CLICK, FORM),
        (MULTIPART, {"Content-Type": "multipart/form-data; boundary=b"}),
        (MULTIPART.replace('"', ""), {"Content-Type": "Multipart/Form-Data; boundary=b"}),
        (MULTIPART.replace("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n"), FORM),
        (MULTIPART, {}),
        (ONE_CLICK + "\r\n", FORM),
        (ONE_CLICK, {"Content-Type": "text/plain"}),
        (ONE_CLICK, {}),
        (ONE_CLICK.lower(), FORM),
        ("LIST-UNSUBSCRIBE=ONE-CLICK", {"Content-Type": "APPLICATION/X-WWW-FORM-URLENCODED"}),
        ("List-Unsubscribe=One%2DClick", FORM),
        ("a=b&List-Unsubscribe=One-Click", FORM),
        ([b"List-Unsub", b"scribe=One-Click", b"\r\n"], FORM),  # chunked
    ],
    ids=str,
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


@pytest.mark.parametrize("body", [None, "", "\r\n", []], ids=str)
@pytest.mark.parametrize("path", ["/leave/leave-1-abc", "/back/back-1-abc"])
def test_B3_an_empty_post_gets_the_page_with_its_button(ask, office: Office, path: str, body: object) -> None:
    response = ask("POST", path, body, FORM)
    assert (response.status, response.text) == (200, ask("GET", path).text)
    buttons = 3 if path.startswith("/leave") else 1  # leaving, and two pauses
    assert (response.text.count("<button"), office.left, office.back) == (buttons, [], [])


def test_B3_a_form_that_is_too_long_changes_nothing(ask, office: Office) -> None:
    assert (ask("POST", "/leave/leave-1-abc", ONE_CLICK + "&a=" + "x" * 5000, FORM).status, office.left) == (413, [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_B3_a_slash_at_the_end_changes_nothing_of_the_answer(ask, office: Office, method: str) -> None:
    body = ONE_CLICK if method == "POST" else None
    one, other = (ask(method, f"/leave/leave-1-abc{slash}", body, FORM) for slash in ("", "/"))
    assert (one.status, one.text) == (other.status, other.text)
    assert office.left == ["leave-1-abc"] * (2 if method == "POST" else 0)


def test_B13_the_page_names_the_publication_whether_or_not_the_token_is_genuine(ask) -> None:
    for path in ("/leave/leave-1-abc", "/leave/leave-1-xyz"):
        assert "Leave The &lt;Tea&gt; Letter?" in ask("GET", path).text
        assert "The &lt;Tea&gt; Letter" in ask("POST", path, ONE_CLICK, FORM).text
        assert "a link in that mail undoes it" in ask("POST", path, ONE_CLICK, FORM).text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_B13_the_link_back_opens_a_page_and_changes_nothing(ask, office: Office, method: str) -> None:
    assert (ask(method, "/back/back-1-abc").status, office.back) == (200, [])


def test_B13_the_button_of_the_way_back_acts(ask, office: Office) -> None:
    page = ask("GET", "/back/back-1-abc").text
    form = re.search(r'<form method="post">\s*<input type="hidden" name="(.+?)" value="(.+?)">', page)
    assert ask("POST", "/back/back-1-abc", ONE_CLICK, FORM).status == 400
    response = ask("POST", "/back/back-1-abc", f"{form[1]}={form[2]}", FORM)
    assert (response.status, office.back, office.left) == (200, ["back-1-abc"], [])


# --- slow clients ---


def idle(address: tuple[str, int], count: int, sent: bytes = b"") -> list[socket.socket]:
    connections = [socket.create_connection(address, timeout=TIMEOUT) for _ in range(count)]
    for connection in connections:
        connection.sendall(sent)
    return connections


HEADER = b"POST /leave/leave-1-abc HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n"


@pytest.mark.parametrize("sent", [b"", b"GET /leave/x HTT", HEADER, HEADER + b"\r\nList-"], ids=str)
def test_slow_clients_hold_up_no_other(ask, served, office: Office, sent: bytes) -> None:
    connections = idle(served[1], 150, sent)
    with without_waiting():
        assert ask("POST", "/leave/leave-1-abc", ONE_CLICK, FORM).status == 200
    assert office.left == ["leave-1-abc"]
    for connection in connections:
        connection.close()


def test_a_client_that_sends_no_whole_request_is_cut_off(served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.adapters.web.connections.REQUEST_SECONDS", 0.1)
    monkeypatch.setattr("mailer.adapters.web.bodies.BODY_SECONDS", 0.1)
    silent, begun, half = (idle(served[1], 1, sent)[0] for sent in (b"", HEADER, HEADER + b"\r\nList-"))
    with without_waiting():
        for connection in (silent, begun):
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""
        assert half.recv(100).startswith(b"HTTP/1.1 408 ")
    for connection in (silent, begun, half):
        connection.close()


def test_one_client_has_a_few_waiting_connections(served) -> None:
    connections = idle(served[1], 25)
    with without_waiting():
        for connection in connections[:5]:
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""
    connections[-1].sendall(b"HEAD /leave/x HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connections[-1].recv(100).startswith(b"HTTP/1.1 200 ")
    for connection in connections:
        connection.close()


def test_B3_the_button_of_the_page_is_the_same_request(ask, office: Office) -> None:
    page = ask("GET", "/leave/leave-1-abc").text
    form = re.search(r'<form method="post">\s*<input type="hidden" name="(.+?)" value="(.+?)">', page)
    assert ask("POST", "/leave/leave-1-abc", f"{form[1]}={form[2]}", FORM).status == 200
    assert office.left == ["leave-1-abc"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("List-Unsubscribe=Two-Clicks", FORM),
        ("List-Unsubscribe=One-Clicks", FORM),
        ("x", {}),
        ("List-Unsubscribe: One-Click", {"Content-Type": "text/plain"}),
        (MULTIPART.replace("List-", "X-List-"), {"Content-Type": "multipart/form-data; boundary=b"}),
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
    response = ask("GET", "/leave/leave-2-abc", headers={"Accept-Language": accepted} if accepted else {})
    page = lxml.html.document_fromstring(response.text)
    assert (page.get("lang"), page.get("dir"), page.findtext(".//h1")) == (language, "ltr", title)
    assert (response.getheader("Content-Language"), response.getheader("Vary")) == (language, "Accept-Language")


VALUES = {"today": date(2026, 11, 28), "until": date(2027, 3, 1), "error": "", "csrf": "x", "old": False}
PAGES = (
    *("back", "busy", "closed", "confirm", "confirmed", "ended", "later", "leave", "left", "open", "paused"),
    *("returned", "start", "unknown"),
)


@pytest.mark.parametrize("page", PAGES)
def test_G6_every_page_is_there_in_every_language(page: str) -> None:
    pages = Responses(data.TEMPLATES / "web", web.WebSettings("TG 2"), Catalogues(data.TEMPLATES / "locale"))
    headings = []
    for language in data.languages():
        scope = {"type": "http", "query_string": b"", "headers": [(b"accept-language", language.encode())]}
        shown = pages.page(Request(scope), page, **VALUES)
        headings.append(lxml.html.document_fromstring(shown.body.decode()).findtext(".//h1"))
    assert len(set(headings)) == len(data.languages())


def test_A35_every_token_gets_the_same_answer(ask) -> None:
    tokens = ("leave-999-abc", "leave-999-zzz", "%3Cscript%3E", "x" * 500)
    for method in ("GET", "POST"):
        answers = [ask(method, f"/leave/{token}", ONE_CLICK, FORM) for token in tokens]
        assert {(answer.status, answer.text) for answer in answers} == {(200, answers[0].text)}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/leave/", 404),
        ("GET", "/leave/leave-1-abc//", 404),
        ("POST", "/leave/leave-1-abc/x", 404),
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
    assert written.getvalue() == "a reader could not be served on the web page: the store is locked\n"


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

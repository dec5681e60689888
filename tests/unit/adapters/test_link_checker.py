"""What an address answers is learned within limits, and never from a private network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from mailer.adapters import link_checker
from mailer.adapters.link_checker import WebLinkChecker, is_public
from mailer.model.links import Answer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "silent":
            threading.Event().wait(2)
            return
        if name == "drip":
            for _ in range(40):
                self.wfile.write(b"H")
                threading.Event().wait(0.05)
            return
        status, _, place = name.partition("-")
        self.send_response(int(status))
        if place:
            self.send_header("Location", {"loop": self.path, "inside": "http://10.0.0.1/"}.get(place, f"/{place}"))
        self.end_headers()
        self.wfile.write(b"x" * 100)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def here(address: str) -> bool:
    return ip_address(address).is_loopback


def ask(site: ThreadingHTTPServer, page: str) -> Answer:
    port = site.server_address[1]
    return WebLinkChecker(here, frozenset({port})).ask(f"http://127.0.0.1:{port}/{page}")


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("200", Answer(True, "200")),
        ("301-200", Answer(True, "200")),
        ("403", Answer(True, "403")),
        ("404", Answer(False, "404")),
        ("500", Answer(False, "500")),
        ("302-loop", Answer(False, "it redirects for ever")),
    ],
)
def test_a_page_answers(site: ThreadingHTTPServer, page: str, answer: Answer) -> None:
    assert ask(site, page) == answer


def test_C15_a_redirect_into_a_private_network_is_not_followed(site: ThreadingHTTPServer) -> None:
    assert ask(site, "302-inside") == Answer(False, "not an ordinary web address")  # nor is the port allowed here
    checker = WebLinkChecker(here, frozenset({80, site.server_address[1]}))
    found = checker.ask(f"http://127.0.0.1:{site.server_address[1]}/302-inside")
    assert found == Answer(False, "it leads into a private network")


@pytest.mark.parametrize("page", ["silent", "drip"])
def test_a_slow_server_is_left(site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr(link_checker, "SECONDS", 0.3)
    assert ask(site, page).alive is False


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/", "it leads into a private network"),
        ("http://[::1]/", "it leads into a private network"),
        ("http://localhost/", "it leads into a private network"),
        ("http://169.254.169.254/latest/", "it leads into a private network"),
        ("https://x.example:8443/", "not an ordinary web address"),
        ("https://user@x.example/", "not an ordinary web address"),
        ("file:///etc/passwd", "not an ordinary web address"),
        ("http://", "not an ordinary web address"),
    ],
)
def test_C15_what_is_not_on_the_public_web_is_not_asked(url: str, words: str) -> None:
    assert WebLinkChecker().ask(url) == Answer(False, words)


def test_an_unknown_host_and_a_closed_port_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        checker = WebLinkChecker(here, frozenset({port}))
        assert checker.ask(f"http://127.0.0.1:{port}/") == Answer(False, "no connection")

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert WebLinkChecker().ask("https://x.example/") == Answer(False, "no such host")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        *((private, False) for private in ("10.0.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1")),
        *((private, False) for private in ("::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1")),
        ("2002:a00:1::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public

"""Somebody with a browser that keeps cookies and runs no script, who visits the office's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import lxml.html

from mailer.adapters import web
from mailer.pages.office import OfficePages
from tests.unit.harness import Harness
from tests.waiting import TIMEOUT

URL = "https://news.iso-sr.example"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Page:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    octets: bytes
    cookies: list[str]

    @property
    def html(self) -> str:
        return self.octets.decode()

    @property
    def tree(self) -> Any:
        return lxml.html.document_fromstring(self.html)

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//h1"))

    @property
    def text(self) -> str:
        return " ".join(self.tree.find(".//main").text_content().split())

    def form(self, action: str = "") -> dict[str, str]:
        """The fields of a form as they are sent if nothing is changed."""
        forms = [one for one in self.tree.forms if (one.get("action") or "").endswith(action)]
        return {name: str(value) for name, value in forms[0].form_values()}


@dataclass
class Visitor:
    """A browser."""

    server: tuple[str, int]
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def request(
        self, method: str, path: str, body: str | bytes | None = None, follow: bool = True, **headers: str
    ) -> Page:
        sent = {"Accept-Language": self.language, **self.headers}
        if body is not None:
            sent["Content-Type"] = FORM
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(*self.server, timeout=TIMEOUT)
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        given = response.headers.get_all("Set-Cookie") or []
        page = Page(response.status, dict(response.getheaders()), response.read(), given)
        connection.close()
        for cookie in given:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if follow and page.status == 303:
            return self.request("GET", page.headers["location"])
        return page

    def get(self, path: str, **headers: str) -> Page:
        return self.request("GET", path, **headers)

    def send(self, path: str, fields: Mapping[str, str], follow: bool = True, **headers: str) -> Page:
        return self.request("POST", path, urlencode(fields), follow, **headers)

    def fill(self, path: str, **values: str) -> Page:
        """Open a page with one form, fill it in and send it."""
        return self.send(path, {**self.get(path).form(), **values})


@contextmanager
def pages_of(harness: Harness, url: str = URL, **settings: Any) -> Iterator[Visitor]:
    """The pages of the harness's office, in a server of its own."""
    harness.restart(url=url)

    @contextmanager
    def look() -> Iterator[Any]:
        with harness.environment.store.snapshot() as work:
            yield harness.process.office(work, "", "page")

    key = harness.environment.store.key
    office = OfficePages(key, harness.office, lambda: {1: "ISO/SR Update"}, look)
    rules = harness.process.rules
    made = web.WebSettings(rules.name, str(rules.address), url, "x" * 32, **settings)
    with web.serve("127.0.0.1", 0, office, made) as server:
        yield Visitor(server)

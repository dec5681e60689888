"""The HTTP servers of the daemon: the web pages and the metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from mailer.errors import Permanent
from mailer.model.figures import Figures
from mailer.model.lists import Scope, ScopeKind
from mailer.office import Office
from mailer.office_status import recent_figures
from mailer.ports.metrics import NO_METRICS, Metrics

if TYPE_CHECKING:
    from mailer.adapters.web.settings import WebSettings
    from mailer.app.root import App


@contextmanager
def web_pages(app: App) -> Iterator[None]:
    """Serve the web pages while the context lasts, if ``[web] listen`` is set."""
    listen = app.settings.web.listen
    if not listen:
        yield
        return
    from mailer.pages.office import OfficePages  # with all handlers, which only the daemon needs

    try:
        from mailer.adapters import web
    except ImportError:
        raise Permanent("[web] listen needs more packages: pip install 'mailer[web]'.") from None
    host, _, port = listen.rpartition(":")
    pages = OfficePages(app.store.key, partial(visit, app), partial(_titles, app), partial(_look, app), app.clock.wake)
    with web.serve(host, int(port), pages, web_settings(app), app.catalogues):
        yield


def web_settings(app: App) -> WebSettings:
    """What the adapter needs to know of the configuration."""
    from mailer.adapters.web.settings import WebSettings

    web = app.settings.web
    return WebSettings(
        office=app.settings.office.name,
        address=str(app.settings.office.address),
        url=app.settings.office.url,
        secret=app.store.key.sealed("forms of the pages"),
        pages=frozenset(web.pages),
        forwarded_by=web.forwarded_by,
        per_client=web.per_client,
    )


@contextmanager
def visit(app: App) -> Iterator[Office]:
    """The office within a transaction for somebody who visits a page."""
    with app.store.transaction() as work:
        yield app.office(work, "", f"page {app.clock.now().isoformat()}")


@contextmanager
def _look(app: App) -> Iterator[Office]:
    """The office for somebody who only looks."""
    with app.store.snapshot() as work:
        yield app.office(work, "", "page")


def _titles(app: App) -> Mapping[int, str]:
    """Titles of the publications, by the number of their scope."""
    with app.store.snapshot() as work:
        scopes = work.lists.scopes()
    publications = app.rules.publications.items()
    return {scopes[Scope(ScopeKind.PUBLICATION, key)]: one.title for key, one in publications}


@contextmanager
def metrics_endpoint(app: App) -> Iterator[Metrics]:
    """Count and time, and serve the figures while the context lasts, if ``[metrics] listen`` is set."""
    listen = app.settings.metrics.listen
    if not listen:
        yield NO_METRICS
        return
    try:
        from mailer.adapters import metrics
    except ImportError:
        raise Permanent("[metrics] listen needs one more package: pip install 'mailer[metrics]'.") from None
    host, _, port = listen.rpartition(":")
    with metrics.serve(host, int(port), partial(_recent_figures, app)) as shown:
        yield shown


def _recent_figures(app: App) -> Figures:
    with app.store.snapshot() as work:
        return recent_figures(work, app.clock.now())

"""What the daemon shows to the web and to whoever watches it, while a context lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.config import Settings
from mailer.errors import Permanent
from mailer.model.figures import Figures
from mailer.ports import Site
from mailer.ports.metrics import NO_METRICS, Metrics

if TYPE_CHECKING:
    from mailer.adapters.catalogues import Catalogues


@contextmanager
def one_click_page(settings: Settings, site: Site, catalogues: Catalogues) -> Iterator[None]:
    """The page to leave by, where ``[web] listen`` asks for it."""
    listen = settings.web.listen
    if not listen:
        yield
        return
    try:
        from mailer.adapters import web
    except ImportError:
        raise Permanent("[web] listen needs more packages: pip install 'mailer[web]'.") from None
    host, _, port = listen.rpartition(":")
    with web.serve(host, int(port), site, settings.office.name, catalogues):
        yield


@contextmanager
def metrics_endpoint(settings: Settings, recent: Callable[[], Figures]) -> Iterator[Metrics]:
    """What counts and times, and is shown where ``[metrics] listen`` asks for it."""
    listen = settings.metrics.listen
    if not listen:
        yield NO_METRICS
        return
    try:
        from mailer.adapters import metrics
    except ImportError:
        raise Permanent("[metrics] listen needs one more package: pip install 'mailer[metrics]'.") from None
    host, _, port = listen.rpartition(":")
    with metrics.serve(host, int(port), recent) as shown:
        yield shown

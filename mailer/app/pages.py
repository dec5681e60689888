"""The HTTP servers of the daemon: the one-click page and the metrics."""

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
    """Serve the one-click page while the context lasts, if ``[web] listen`` is set."""
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
    """Count and time, and serve the figures while the context lasts, if ``[metrics] listen`` is set."""
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

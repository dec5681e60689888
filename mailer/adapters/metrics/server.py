"""The HTTP endpoint, in a thread of its own, so that it answers during a send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import prometheus_client as prometheus

import mailer
from mailer.adapters.metrics.instruments import PrometheusMetrics
from mailer.adapters.metrics.store import StoreCollector
from mailer.errors import Permanent
from mailer.model.figures import Figures
from mailer.ports.metrics import Metrics


@contextmanager
def serve(host: str, port: int, figures: Callable[[], Figures]) -> Iterator[Metrics]:
    """Serve until the block ends; yields the metrics to update.

    ``figures`` reads the store. It is called in another thread, but never twice at a time, and may raise as the store
    does. Raises Permanent if it cannot listen.
    """
    registry = prometheus.CollectorRegistry()
    prometheus.Info("mailer_build", "This mailer.", registry=registry).info({"version": mailer.__version__})
    prometheus.ProcessCollector(registry=registry)
    measured = PrometheusMetrics(registry)
    registry.register(StoreCollector(figures))
    try:
        server, thread = prometheus.start_http_server(port, host, registry)
    except OSError as error:
        place = f"[metrics] listen: cannot listen on {host}:{port}"
        raise Permanent(f"{place}: {error.strerror}. Free the port, or name another.") from None
    try:
        yield measured
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What every test has in common: nothing from outside or from the test before, and no property races the clock."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from mailer.adapters import log
from tests import rendering
from tests.thoroughness import PROFILE

settings.register_profile(
    "default",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(PROFILE, settings.get_profile("default"), max_examples=2000, derandomize=False)
settings.load_profile("default")


@pytest.fixture(scope="session", autouse=True)
def each_pdf_is_set_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An issue that many tests build takes two seconds once, not in each of them."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with rendering.shared(folder / "pdfs"):
        yield


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """MAILER_* variables of the person who runs the tests change nothing, but for the one that is meant for tests."""
    for name in [name for name in os.environ if name.startswith("MAILER_") and name != "MAILER_REQUIRE_SERVERS"]:
        monkeypatch.delenv(name)
    yield


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that is run in this process sets logging up for itself, and leaves it so."""
    loggers = [logging.getLogger(name) for name in (None, "mailer", *log.NOISY)]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers

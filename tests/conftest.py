"""Isolates every test from the environment and from other tests; properties have no deadline."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from mailer.adapters import log
from tests import rendering, statements
from tests.thoroughness import PROFILE
from tests.together import Together

settings.register_profile(
    "default",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(PROFILE, settings.get_profile("default"), max_examples=2000, derandomize=False)
settings.load_profile("default")

gc.disable()
"""What is collected stays to the end: to look through it again and again would take half of the time."""


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session", autouse=True)
def each_pdf_is_set_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A PDF that takes two seconds is made once and not in every test that builds the issue."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with rendering.shared(folder / "pdfs"):
        yield


@pytest.fixture(scope="session", autouse=True)
def each_statement_is_compiled_once() -> Iterator[None]:
    with statements.shared():
        yield


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Remove MAILER_* variables from the environment, except the one for tests."""
    for name in [name for name in os.environ if name.startswith("MAILER_") and name != "MAILER_REQUIRE_SERVERS"]:
        monkeypatch.delenv(name)
    yield


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Restore logging, which a command that runs in this process configures."""
    loggers = [logging.getLogger(name) for name in (None, "mailer", *log.NOISY)]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture(autouse=True)
def umask_as_it_was() -> Iterator[None]:
    """Restore the mode of new files, which a command that runs in this process changes."""
    before = os.umask(0o077)
    os.umask(before)
    yield
    os.umask(before)

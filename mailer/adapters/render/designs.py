"""The designs of an issue: those that are shipped, and folders of the office's own templates."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, TemplateSyntaxError
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mailer.adapters.render import markdown
from mailer.adapters.render.direction import isolated
from mailer.adapters.render.templates import environment
from mailer.errors import ConfigError
from mailer.model.publications import DEFAULT_DESIGN

FILES = ("print.html", "print.css", "mail.html", "mail.css", "mail.txt")
"""What a folder of the office's own may have; the files that it lacks are those of the default design."""

_RAISED_BY_TEMPLATES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def places(templates: Path, design: str) -> list[Path]:
    """The folders that a design's files are looked for in, before ``templates/issue``.

    ``design`` is the name of a shipped one, or the path of a folder of the office's own.
    Raises ConfigError if there is none.
    """
    shipped = templates / "issue" / "designs"
    if "/" not in design:
        if not (shipped / design).is_dir():
            names = ", ".join(shipped_designs(templates))
            raise ConfigError([f"design: there is no design “{design}”; there are {names}"])
        return [shipped / design]
    return [_own(Path(design)), shipped / DEFAULT_DESIGN]


def shipped_designs(templates: Path) -> list[str]:
    """The names of the shipped designs, the default first."""
    names = (path.name for path in (templates / "issue" / "designs").iterdir() if path.is_dir())
    return sorted(names, key=lambda name: (name != DEFAULT_DESIGN, name))


def _own(folder: Path) -> Path:
    """Raises ConfigError if the folder is not there, or if nothing in it would be used."""
    if not folder.is_dir():
        raise ConfigError([f"design: there is no folder {folder}; make it, or name a shipped design"])
    if not any((folder / name).is_file() for name in FILES):
        raise ConfigError([f"design: {folder} has none of the files of a design ({', '.join(FILES)})"])
    return folder


class Design:
    """The templates of one design. Templates are sandboxed, whoever wrote them (D1)."""

    def __init__(self, templates: Path, name: str, zone: tzinfo = UTC) -> None:
        """Raises ConfigError if there is no such design."""
        found = places(templates, name)
        over: list[BaseLoader] = [PrefixLoader({"issue": FileSystemLoader(place)}) for place in found]
        self._environment: SandboxedEnvironment = environment(templates, zone)
        self._environment.loader = ChoiceLoader([*over, FileSystemLoader(templates)])
        self._environment.filters |= {"whole": markdown.whole, "isolated": isolated}
        self._own = found[0] if "/" in name else None

    def fill(self, name: str, values: Mapping[str, object]) -> str:
        """The template ``issue/NAME`` with its values.

        Raises ConfigError that names the file and line of a fault in a template of the office's own.
        """
        try:
            return self._environment.get_template(f"issue/{name}").render(values)
        except (*_RAISED_BY_TEMPLATES, RecursionError) as fault:
            if self._own is None or isinstance(fault, ConfigError):
                raise
            raise ConfigError([f"{self._place(fault, self._own)}: {_reason(fault)}"]) from None

    @staticmethod
    def _place(fault: Exception, own: Path) -> str:
        """The line of the office's own template that a fault is in, as ``file:line``."""
        if isinstance(fault, TemplateSyntaxError):
            return f"{fault.filename or own}:{fault.lineno}"
        frames = traceback.extract_tb(fault.__traceback__)
        lines = [f"{frame.filename}:{frame.lineno}" for frame in frames if Path(frame.filename).is_relative_to(own)]
        return lines[-1] if lines else str(own)


def _reason(fault: Exception) -> str:
    if isinstance(fault, RecursionError):
        return "the template includes itself without end"
    return f"the template does not work: {str(fault) or type(fault).__name__}"

"""Reads the configuration: a TOML file, then the environment, then password files. All faults are told at once."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_origin

from pydantic import SecretStr, ValidationError

from mailer.config.channels import Channel
from mailer.config.publications import MailingList, Publication
from mailer.config.section import Section
from mailer.config.sections import DomainLimits, FeedbackRoute, Settings
from mailer.config.sentences import Place, line_numbers, line_of, name_of, nearest, sentence
from mailer.config.values import resolve
from mailer.config.voting import BOARD_WAS_REPLACED, ApprovalPolicy, Words, voting_faults
from mailer.errors import ConfigError
from mailer.message import clean

PREFIX = "MAILER_"
CLOCK = "MAILER_CLOCK"
"""A variable with the file of a clock that runs ahead, for trials on servers of this machine."""

NOT_SETTINGS = frozenset({"MAILER_CONFIG", "MAILER_REQUIRE_SERVERS", CLOCK})
"""Variables with our prefix that are no settings: the command line and the tests read them."""

SECTIONS: Mapping[str, type[Section]] = {
    name: kind
    for name, info in Settings.model_fields.items()
    if isinstance(kind := info.annotation, type) and issubclass(kind, Section)
}
"""The sections whose keys can be set in the environment."""

NAMED_SECTIONS: Mapping[str, type[Section]] = {
    "channels": Channel,
    "domains": DomainLimits,
    "lists": MailingList,
    "policies": ApprovalPolicy,
    "publications": Publication,
}

TABLES: Mapping[Place, type[Section]] = {("feedback", "routes"): FeedbackRoute, ("voting", "words"): Words}
"""Keys whose value is several tables."""

REPLACED: Mapping[str, str] = {"board": BOARD_WAS_REPLACED}
"""Sections of older files, each with what to write instead."""

VARIABLES: Mapping[str, Place] = {
    f"{PREFIX}{section}__{key}".upper(): (section, key)
    for section, model in SECTIONS.items()
    for key in model.model_fields
}
SECRETS: Collection[Place] = frozenset(
    (section, key)
    for section, model in SECTIONS.items()
    for key, info in model.model_fields.items()
    if info.annotation is SecretStr
)
SECRET_FILES = (("imap", "password"), ("smtp", "password"), ("oauth", "client_secret"))
"""Secrets that a file may hold, which the key with “_file” names."""
UNSHOWN: Collection[Place] = {*SECRETS, ("imap", "token_command"), ("smtp", "token_command")}
"""Values that no message repeats. A command is one, because it may contain a key."""

MISSING = (
    "there is no such file; “mailer init” makes one; for an office that exists, cd into its folder first, or name its "
    "file with -c FILE"
)
CURLY = "“”„‟‘’‚‛«»"
"""Quotation marks that word processors make of straight ones."""

_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_PASSWORD_IN_URL = re.compile(r"://[^/@]*:[^/@]+@")


def load(path: Path, environ: Mapping[str, str], languages: Sequence[str] = ()) -> Settings:
    """The settings in ``path``; a ``MAILER_SECTION__KEY`` variable overrides the file.

    ``languages`` are those that have a catalogue; without any, every language is accepted. Raises ConfigError with
    every fault, each with its file, line and key, or with its variable.
    """
    draft = _read(path.absolute())
    _refuse_secrets(draft)
    _apply_environment(draft, environ)
    _read_password_files(draft, environ.get("CREDENTIALS_DIRECTORY", ""))
    _refuse_replaced(draft)
    lists = draft.section("lists")
    context = {
        "folder": draft.path.parent,
        "languages": languages,
        "lists": tuple(lists),
        "boards": [key for key, made in lists.items() if isinstance(made, dict) and made.get("kind") == "board"],
        "banks": [key for key, made in lists.items() if isinstance(made, dict) and made.get("kind") == "bank"],
        "publications": tuple(draft.section("publications")),
        "lmtp": draft.section("lmtp").get("listen", ""),
        "way": draft.section("transport").get("way", "smtp"),
    }
    try:
        settings = Settings.model_validate(draft.data, context=context)
    except ValidationError as error:
        for detail in error.errors():
            place = detail["loc"]
            draft.fault(place, sentence(detail, _keys_at(place[:-1]), place[:2] in UNSHOWN))
    else:
        for place, text in voting_faults(settings.voting, settings.policies, tuple(settings.publications)):
            draft.fault(place, text)
    if draft.faults:
        raise ConfigError(text for _, text in sorted(draft.faults))
    return settings


@dataclass
class _Draft:
    """The configuration while it is put together, with the faults found so far."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[Place, int]
    variables: dict[Place, str] = field(default_factory=dict)
    """The values that came from the environment."""
    faults: list[tuple[int, str]] = field(default_factory=list)

    def section(self, name: str) -> dict[str, Any]:
        """A section, to read and change. If it is not a table, this is an empty one, and the models refuse it."""
        found = self.data.setdefault(name, {})
        return found if isinstance(found, dict) else {}

    def fault(self, place: Place, text: str) -> None:
        text = clean(text, limit=500)
        if variable := self.variables.get(place[:2]):
            self.faults.append((sys.maxsize, f"{variable}: {text}"))
            return
        line = line_of(place, self.lines)
        where = f"{self.path.name}:{line}" if line else self.path.name
        self.faults.append((line or sys.maxsize, f"{where}: {name_of(place)}: {text}"))


def _read(path: Path) -> _Draft:
    try:
        text = path.read_text(encoding="utf-8")
        draft = _Draft(path, tomllib.loads(text), line_numbers(text))
    except FileNotFoundError:
        raise ConfigError([f"{path}: {MISSING}"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: is not text in UTF-8; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not valid TOML: {error}; {_cure(text, error)}"]) from None
    for name in Settings.model_fields:
        draft.data.setdefault(name, {})  # what a section lacks is then reported key by key
    return draft


def _cure(text: str, error: tomllib.TOMLDecodeError) -> str:
    """What to do about a fault in the TOML."""
    place = _LINE.search(str(error))
    lines = text.split("\n")
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else lines[-1]
    if any(mark in line for mark in CURLY):
        return (
            'each line is key = "value", with straight quotation marks (") instead of curly ones at both ends of a text'
        )
    return 'each line is key = "value", with the quotation mark at both ends of a text'


def _refuse_replaced(draft: _Draft) -> None:
    for section, instead in REPLACED.items():
        if section in draft.data:
            del draft.data[section]
            draft.fault((section,), instead)


def _refuse_secrets(draft: _Draft) -> None:
    for section, key in sorted(SECRETS):
        values = draft.section(str(section))
        has_file = (section, key) in SECRET_FILES
        if key in values and (has_file or _PASSWORD_IN_URL.search(str(values[key]))):
            del values[key]
            variable = f"{PREFIX}{section}__{key}".upper()
            instead = f"name a {key}_file, or set {variable}" if has_file else f"set {variable}"
            what = "secret" if key == "client_secret" else "password"
            draft.fault((section, key), f"a {what} must not stand in this file; {instead}")


def _apply_environment(draft: _Draft, environ: Mapping[str, str]) -> None:
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        if variable not in VARIABLES:
            hint = nearest(variable, VARIABLES, cutoff=0.75) or "; the form is MAILER_SECTION__KEY"
            draft.faults.append((sys.maxsize, f"{variable}: is not a variable that we know{hint}"))
            continue
        section, key = VARIABLES[variable]
        draft.section(str(section))[str(key)] = _value(environ[variable], SECTIONS[str(section)], str(key))
        draft.variables[section, key] = variable


def _value(text: str, model: type[Section], key: str) -> object:
    """A variable's value. A list or a table is written as in TOML, anything else without quotes."""
    if get_origin(model.model_fields[key].annotation) not in (tuple, Mapping):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _read_password_files(draft: _Draft, credentials: str) -> None:
    """``credentials``: systemd's folder for this service alone, whose files may show a group's mode."""
    is_shared = bool(draft.section("office").get("group"))
    for name, key in SECRET_FILES:
        section = draft.section(name)
        file = section.get(f"{key}_file")
        if not isinstance(file, str) or key in section:
            continue
        try:
            section[key] = _password(resolve(draft.path.parent, Path(file)), credentials)
        except PermissionError as error:
            if not is_shared:  # else it may be for the other user, and this command may not need it
                draft.fault((name, f"{key}_file"), f"{error.filename} cannot be read: {error.strerror}")
                del section[f"{key}_file"]
        except ValueError as error:
            draft.fault((name, f"{key}_file"), str(error))
            del section[f"{key}_file"]  # one fault is enough


def _password(path: Path, credentials: str) -> str:
    """The password in a file. Raises ValueError, which says what is wrong with the file, or PermissionError."""
    try:
        shared = path.stat().st_mode & 0o077
        password = path.read_text(encoding="utf-8").rstrip("\r\n")
    except PermissionError:
        raise
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8") from None
    if shared and path.parent != Path(credentials or "/"):
        raise ValueError(f"others can read {path}; run: chmod 600 {path}")
    if not password:
        raise ValueError(f"{path} is empty; write the password into it, on one line")
    return password


def _keys_at(place: Place) -> Collection[str]:
    """The keys that a section may have."""
    model = TABLES.get(place[:2]) or ({**SECTIONS, **NAMED_SECTIONS}[str(place[0])] if place else Settings)
    return tuple(model.model_fields)

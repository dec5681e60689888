"""The configuration: the shipped file is valid, and all faults of a file are reported at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.config import Settings, load
from mailer.config.reading import NAMED_SECTIONS, SECTIONS, VARIABLES
from mailer.config.voting import ApprovalPolicy
from mailer.errors import ConfigError
from mailer.message import Address

SHIPPED = Path(__file__).parents[2] / "config"

MINIMAL = """\
[office]
name = "Office"
address = "office@example.org"
secretary = "secretary@example.org"
[imap]
host = "imap.example.org"
user = "office"
[smtp]
host = "smtp.example.org"
[lists.board]
title = "Board"
kind = "board"
[policies.disclosure]
title = "Everything"
board = "board"
[lists.readers]
title = "Subscribers"
[publications.update]
title = "Update"
list_id = "update.example.org"
lists = ["readers"]
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "mailer.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path: Path, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.problems


def edited(section: str, line: str) -> str:
    """MINIMAL with ``line`` instead of the key's line, or added to the section."""
    key = line.partition(" = ")[0]
    head, header, body = MINIMAL.partition(f"[{section}]\n")
    if not header:
        return f"{MINIMAL}[{section}]\n{line}\n"
    own, bracket, rest = body.partition("\n[")
    lines = [old for old in own.splitlines() if not old.startswith(f"{key} = ")]
    return head + header + "\n".join([line, *lines]) + "\n" + bracket.lstrip("\n") + rest


NAMED = ("channels", "domains", "lists", "policies", "publications")
"""Sections whose names people choose."""


# --- the shipped file ---


@pytest.mark.parametrize("name", ["mailer.toml", "demo/mailer.toml"])
def test_shipped_file_is_valid_and_fits_a_terminal(name: str) -> None:
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert isinstance(load(SHIPPED / name, {}), Settings)
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_annotated_file_shows_every_key_with_its_true_default(write) -> None:
    """Uncommenting every key changes only keys without a default, whose values are examples."""
    text = (SHIPPED / "mailer.toml").read_text(encoding="utf-8")
    shown = tomllib.loads(re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE))
    plain = tomllib.loads(text)
    settings = load(SHIPPED / "mailer.toml", {})
    examples = {"url", "password_file", "token_file", "client_secret_file", "listen", "editors"}
    for section, keys in shown.items():
        for key in keys if section not in NAMED else ():
            model = getattr(settings, section)
            if key not in plain.get(section, {}) and key not in examples:
                default = type(model).model_fields[key].default
                assert (section, key, default) == (section, key, _as_default(keys[key], default))
    documented = {(section, key) for section, keys in shown.items() for key in keys}
    every = {
        (name, key)
        for name in Settings.model_fields
        if name not in NAMED
        for key in type(getattr(settings, name)).model_fields
    }
    secrets = {("imap", "password"), ("smtp", "password"), ("oauth", "client_secret")}
    assert every - documented == {*secrets, ("voting", "words")}  # words are tables of their own
    policy = shown["policies"]["disclosure"]
    assert set(ApprovalPolicy.model_fields) - set(policy) == {"substitutes"}  # a table of its own
    for key in set(policy) - {"title", "board", "in_force"}:
        default = ApprovalPolicy.model_fields[key].default
        assert (key, default) == (key, _as_default(policy[key], default))


def _as_default(value: object, default: object) -> object:
    """Convert a TOML value to the type of the default: a list to a tuple, text to a path or a time zone."""
    return type(default)(value) if default is not None else value


# --- valid values ---


def test_paths_are_relative_to_the_file_and_addresses_are_parsed(write, tmp_path: Path) -> None:
    settings = load(write(MINIMAL), {})
    assert settings.office.address == Address("office", "example.org")
    assert settings.office.data == tmp_path / "data"
    assert settings.store_url == f"sqlite:///{tmp_path}/data/mailer.db"
    assert settings.publications["update"].issue_folder(7) == tmp_path / "issues" / "7"
    assert settings.editors("update") == (settings.office.secretary,)


def test_environment_wins_and_its_values_become_their_types(write) -> None:
    environ = {
        "MAILER_IMAP__PORT": "1143",
        "MAILER_IMAP__HOST": "127.0.0.1",
        "MAILER_IMAP__SECURITY": "none",
        "MAILER_VOTING__BANNERS": '["Think twice.", "Extern"]',
        "MAILER_SMTP__PASSWORD": "[not a list]",
        "MAILER_DKIM__KEYS": '{ news = "/keys/news.pem" }',
        "MAILER_STORE__URL": "postgresql://me:hidden@db/mailer",
        "MAILER_CONFIG": "elsewhere.toml",
        "HOME": "/root",
    }
    settings = load(write(MINIMAL), environ)
    assert (settings.imap.port, settings.imap.security) == (1143, "none")
    assert settings.voting.banners == ("Think twice.", "Extern")
    assert settings.smtp.secret("smtp") == "[not a list]"
    assert settings.dkim.keys == {"news": Path("/keys/news.pem")}
    assert settings.store_url == "postgresql://me:hidden@db/mailer"
    assert "hidden" not in repr(settings)
    assert "not a list" not in repr(settings)


def test_password_file_is_read_when_nobody_else_can(write, tmp_path: Path) -> None:
    secret = tmp_path / "imap.password"
    secret.write_text("kept dark\n")
    path = write(edited("imap", 'password_file = "imap.password"'))
    secret.chmod(0o640)
    assert problems(path) == (
        f"mailer.toml:6: [imap] password_file: others can read {secret}; run: chmod 600 {secret}",
    )
    secret.chmod(0o600)
    assert load(path, {}).imap.secret("imap") == "kept dark"
    assert load(path, {"MAILER_IMAP__PASSWORD": "from outside"}).imap.secret("imap") == "from outside"


def test_a_credential_that_systemd_hands_over_may_show_a_groups_mode(write, tmp_path: Path) -> None:
    secret = tmp_path / "imap.password"
    secret.write_text("kept dark\n")
    secret.chmod(0o440)
    environ = {"MAILER_IMAP__PASSWORD_FILE": str(secret), "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert load(write(MINIMAL), environ).imap.secret("imap") == "kept dark"
    assert problems(write(MINIMAL), {**environ, "CREDENTIALS_DIRECTORY": "/run/credentials/other"}) == (
        f"MAILER_IMAP__PASSWORD_FILE: others can read {secret}; run: chmod 600 {secret}",
    )


def test_of_two_users_one_may_be_unable_to_read_a_password(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "imap.password"
    secret.write_text("kept dark\n")
    secret.chmod(0o600)
    path = write(edited("imap", 'password_file = "imap.password"'))
    real = Path.read_text

    def refuse(file: Path, *arguments: str, **options: str) -> str:
        if file == secret:
            raise PermissionError(13, "Permission denied", str(file))
        return real(file, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert problems(path) == (f"mailer.toml:6: [imap] password_file: {secret} cannot be read: Permission denied",)
    settings = load(path, {"MAILER_OFFICE__GROUP": "news"})
    with pytest.raises(ConfigError, match=f"password_file: {secret} cannot be read by this user"):
        settings.imap.secret("imap")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\n", "is empty; write the password into it, on one line"),
        (b"\xff", "is not text in UTF-8"),
    ],
)
def test_password_file_without_a_password_is_named(write, tmp_path: Path, content: bytes | None, problem: str) -> None:
    secret = tmp_path / "imap.password"
    if content is not None:
        secret.touch(mode=0o600)
        secret.write_bytes(content)
    path = write(edited("imap", 'password_file = "imap.password"'))
    assert problems(path) == (f"mailer.toml:6: [imap] password_file: {secret} {problem}",)


def test_missing_password_is_asked_for_when_it_is_needed(write) -> None:
    settings = load(write(MINIMAL), {})
    with pytest.raises(
        ConfigError, match=r"^\[imap\] password: is missing; name a password_file, or set MAILER_IMAP__PA"
    ):
        settings.imap.secret("imap")


@pytest.mark.parametrize(
    ("address", "domain", "signs_for"),
    [
        ("office@news.example.org", "", "news.example.org"),
        ("office@news.example.org", "News.Example.org", "news.example.org"),
        ("office@news.example.org", "example.org", "example.org"),
        ("office@bücher.example", "bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_signatures_are_by_our_domain_or_a_parent_domain(write, address: str, domain: str, signs_for: str) -> None:
    text = MINIMAL.replace("office@example.org", address) + f'[dkim]\ndomain = "{domain}"\n'
    assert load(write(text), {}).dkim_domain == signs_for


# --- faults ---


FAULTS = [
    ("office", 'name = ""', "[office] name: must not be empty"),
    (
        "office",
        'address = "a+b@example.org"',
        '[office] address: the part before the @ must be at most 24 characters, without a "+" (got "a+b@example.org")',
    ),
    ("office", "secretary = 5", "[office] secretary: must be an address in quotes (got 5)"),
    (
        "office",
        'secretary = "nobody"',
        "[office] secretary: 'nobody' is not an address: it needs one @ with something on both sides",
    ),
    (
        "office",
        'timezone = "Mars/Base"',
        '[office] timezone: must be an IANA time zone such as "Europe/Stockholm" (got "Mars/Base")',
    ),
    (
        "office",
        'language = "english"',
        '[office] language: must be a language tag (BCP 47) such as "en" (got "english")',
    ),
    (
        "office",
        'url = "http://example.org"',
        '[office] url: must be a public address that begins with https:// (got "http://example.org")',
    ),
    ("imap", "port = 70000", "[imap] port: must be at most 65535 (got 70000)"),
    ("imap", 'port = "many"', '[imap] port: must be a whole number (got "many")'),
    ("imap", "pol_seconds = 5", "[imap] pol_seconds: is not a key that we know; did you mean poll_seconds?"),
    ("imap", 'security = "ssl"', "[imap] security: must be 'tls', 'starttls' or 'none' (got \"ssl\")"),
    (
        "imap",
        'security = "none"',
        '[imap] security: "none" is only for a server on this machine; use "tls" or "starttls"',
    ),
    ("imap", 'refused = "Processed"', '[imap] refused: must differ from the other folders (got "Processed")'),
    (
        "imap",
        'password = "hunter2"',
        "[imap] password: a password must not stand in this file; name a password_file, or set MAILER_IMAP__PASSWORD",
    ),
    (
        "smtp",
        'token_command = "give token"',
        "[smtp] token_command: must be a list in square brackets",
    ),
    (
        "imap",
        'more_inboxes = ["Junk", "Processed"]',
        "[imap] more_inboxes: must differ from the other folders (Processed is named twice) "
        '(got ["Junk", "Processed"])',
    ),
    (
        "oauth",
        'token_url = "http://p.example/"',
        '[oauth] token_url: must be an address that begins with https:// (got "http://p.example/")',
    ),
    (
        "oauth",
        'client_secret = "x"',
        "[oauth] client_secret: a secret must not stand in this file; name a client_secret_file, or set "
        "MAILER_OAUTH__CLIENT_SECRET",
    ),
    ("smtp", 'token_command = ["give"]', "[smtp] token_command: needs the user whose token it is"),
    ("smtp", 'token_file = "token"', "[smtp] token_file: needs the user whose token it is"),
    ("smtp", 'host = ""', "[smtp] host: is missing"),
    ("smtp", "recipients_per_mail = 101", "[smtp] recipients_per_mail: must be at most 100 (got 101)"),
    ("smtp", "mails_per_connection = -1", "[smtp] mails_per_connection: must be at least 0 (got -1)"),
    (
        "transport",
        'way = "pigeon"',
        "[transport] way: must be 'smtp', 'lmtp', 'sendmail' or 'folder' (got \"pigeon\")",
    ),
    (
        "transport",
        'lmtp = "mail.example.org:24"',
        '[transport] lmtp: must be a socket such as "/run/dovecot/lmtp", or host and port of this machine '
        '(got "mail.example.org:24")',
    ),
    ("transport", "sendmail = []", "[transport] sendmail: must have at least one (got [])"),
    ("limits", "per_minute = -1", "[limits] per_minute: must be at least 0 (got -1)"),
    (
        "limits",
        'quiet = "22:00-24:00"',
        '[limits] quiet: must be two times, such as "22:00-07:00", or empty (got "22:00-24:00")',
    ),
    ("limits", "warm_up = [0]", "[limits] warm_up, item 1: must be at least 1 (got 0)"),
    ("limits", "per_days = 1", "[limits] per_days: is not a key that we know; did you mean per_day?"),
    ('domains."gmail.com"', "per_day = -1", '[domains."gmail.com"] per_day: must be at least 0 (got -1)'),
    (
        "domains.Gmail",
        "per_day = 1",
        '[domains.Gmail]: must be a domain in lower case, such as "gmail.com", or default for all others (got "Gmail")',
    ),
    ("smtp", "connections = 0", "[smtp] connections: must be at least 1 (got 0)"),
    ("smtp", "connections = 101", "[smtp] connections: must be at most 100 (got 101)"),
    ("smtp", 'host = "two words"', '[smtp] host: must be a host name or an IP address (got "two words")'),
    (
        "dkim",
        'domain = "ample.org"',
        "[dkim]: domain must be example.org, where our mail is from, or a domain above it (DMARC)",
    ),
    (
        "dkim",
        'domain = "org"',
        "[dkim]: domain must be example.org, where our mail is from, or a domain above it (DMARC)",
    ),
    ("dkim", 'domain = "-"', '[dkim] domain: must be a domain name such as "example.org" (got "-")'),
    ("dkim", 'keys = "news.pem"', '[dkim] keys: must be a table in braces (got "news.pem")'),
    (
        "dkim",
        'keys = { "a b" = "news.pem" }',
        '[dkim] keys a b: must be a selector of letters, digits and hyphens (RFC 6376 3.1) (got "a b")',
    ),
    (
        "policies.disclosure",
        'board = "readers"',
        '[policies.disclosure] board: must be a list of kind "board" in this file (board) (got "readers")',
    ),
    (
        "policies.disclosure",
        'rule = "3/2"',
        '[policies.disclosure] rule: must be "unanimous", "majority", "no-objection", a fraction such as "2/3", or a '
        'number of members (got "3/2")',
    ),
    (
        "policies.disclosure",
        'documents = ["leaflet"]',
        "[policies.disclosure] documents, item 1: must be 'issue', 'edition', 'faq', 'brochure', 'kit', 'document', "
        "'list', 'press' or 'criteria' (got \"leaflet\")",
    ),
    (
        "policies.disclosure",
        'publications = ["news"]',
        "[policies.disclosure] publications, item 1: must be one of the publications in this file (update) "
        '(got "news")',
    ),
    (
        "policies.disclosure",
        'deadline = "a week"',
        '[policies.disclosure] deadline: must be a number of days, such as "7 days" or "5 working days" (got "a week")',
    ),
    (
        "policies.disclosure",
        'reminders = ["7 days"]',
        "[policies.disclosure] reminders: are times before the deadline, so each must be shorter than the deadline "
        '(got ["7 days"])',
    ),
    (
        "policies.disclosure",
        'without_quorum = "escalate"',
        '[policies.disclosure] without_quorum: must be "escalate" if escalate_to names another board, and only then',
    ),
    (
        "policies.disclosure",
        'escalate_to = "board"',
        "[policies.disclosure] escalate_to: must differ from board",
    ),
    (
        "policies.disclosure",
        'substitutes = { "anna@x.example" = "bert" }',
        "[policies.disclosure] substitutes anna@x.example: 'bert' is not an address: it needs one @ with something "
        "on both sides",
    ),
    (
        "policies.disclosure",
        'substitutes = { "a@x.example" = "b@x.example", "b@x.example" = "c@x.example" }',
        "[policies.disclosure] substitutes: b@x.example cannot stand for a@x.example: they are on the board and vote "
        "themselves",
    ),
    (
        "policies.disclosure",
        'substitutes = { "a@x.example" = "c@x.example", "b@x.example" = "c+b@x.example" }',
        "[policies.disclosure] substitutes: c+b@x.example can stand for one member only, because nobody has two votes",
    ),
    (
        "voting",
        'words = { en = { approve = ["Y"], object = ["N"], abstain = ["A B"] } }',
        '[voting.words.en] abstain, item 1: must be one word, without blanks (got "A B")',
    ),
    (
        "calendar",
        'country = "ZZ"',
        '[calendar] country: must be the code of a country whose holidays are known, such as "SE" (ISO 3166), or empty '
        '(got "ZZ")',
    ),
    (
        "calendar",
        'working_days = ["monday"]',
        "[calendar] working_days, item 1: must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun' (got \"monday\")",
    ),
    (
        "calendar",
        'holidays = ["24 December"]',
        '[calendar] holidays, item 1: must be a day such as "2026-12-24" (got "24 December")',
    ),
    (
        "publications.update",
        'lists = ["readers", "nmb"]',
        "[publications.update] lists, item 2: must be one of the lists in this file (board, readers); "
        "or add a section [lists.nmb]",
    ),
    (
        "publications.update",
        'folder = "issues"',
        '[publications.update] folder: must end in a name with {number}, where the issue\'s number goes (got "issues")',
    ),
    *(
        (
            "publications.update",
            f'web_version = "{address}"',
            "[publications.update] web_version: must be an address that begins with https:// and has {number} in it "
            f'(got "{address}")',
        )
        for address in (
            "http://www.example.org/{number}",
            "https://www.example.org/",
            "https://user@www.example.org/{number}",
            "https:///{number}",
            "https://www.example.org/{number} x",
            "https://www.example.org/{number}<",
            "javascript:{number}",
        )
    ),
    (
        "publications.update",
        'list_id = "update"',
        '[publications.update] list_id: must be a list identifier (RFC 2919) such as "update.example.org"',
    ),
    ("lists.board", 'leave = "perhaps"', '[lists.board] leave: must be true or false (got "perhaps")'),
    (
        "lists.readers",
        'maintained_by = "nmbs"',
        "[lists.readers] maintained_by: must be one of the lists in this file (board, readers); or add a section "
        "[lists.nmbs]",
    ),
    (
        "lists.readers",
        'review = ["02-29"]',
        '[lists.readers] review, item 1: must be a month and a day of every year, such as "03-01" (got "02-29")',
    ),
    (
        "lists.readers",
        'review = ["09-01", "03-01"]',
        '[lists.readers] review: must name each day once, in the order of the year (got ["09-01", "03-01"])',
    ),
    (
        "personal_data",
        'feedback = "3 weeks"',
        '[personal_data] feedback: must be a number of days or years, such as "90 days" or "3 years", or "" for no end '
        '(got "3 weeks")',
    ),
    (
        "lists.readers",
        'kind = "council"',
        "[lists.readers] kind: must be 'readers', 'members', 'board', 'bank', 'discussion' or 'events' "
        '(got "council")',
    ),
    (
        "lists.Our_Friends",
        'title = "Friends"',
        '[lists.Our_Friends]: must be a short name of lower-case letters, digits and hyphens (got "Our_Friends")',
    ),
    ("identity", 'accent = "red"', '[identity] accent: must be a colour such as "#0b5563" (got "red")'),
    (
        "store",
        'url = "postgresql://me:secret@db/mailer"',
        "[store] url: a password must not stand in this file; set MAILER_STORE__URL",
    ),
    (
        "cluster",
        "tick_seconds = 7",
        "[cluster] tick_seconds: must divide 60, so that every machine ticks at the same seconds (got 7)",
    ),
    (
        "cluster",
        "enabled = true",
        '[cluster]: enabled needs a [store] url that begins with "postgresql://"',
    ),
    (
        "store",
        'url = "mysql://db/mailer"',
        '[store] url: must begin with "postgresql://", or with "sqlite:///"',
    ),
    (
        "web",
        'listen = "127.0.0.1:8080"',
        "[web]: listen needs [office] url, the public address that leads to this page",
    ),
    (
        "metrics",
        'listen = "127.0.0.1:99999"',
        '[metrics] listen: must be a host and a port, such as "127.0.0.1:8080", or empty (got "127.0.0.1:99999")',
    ),
    (
        "metrics",
        'listen = "9108"',
        '[metrics] listen: must be a host and a port, such as "127.0.0.1:8080", or empty (got "9108")',
    ),
    (
        "signup",
        'list = "board"',
        "[signup]: list is a board's: everybody who signs up would vote; name another list",
    ),
    ("stor", "url = 1", "[stor]: is not a section that we know; did you mean store?"),
]


@pytest.mark.parametrize(("section", "line", "problem"), FAULTS, ids=[f"{s}-{line}" for s, line, _ in FAULTS])
def test_fault_names_its_file_line_key_and_remedy(write, section: str, line: str, problem: str) -> None:
    text = edited(section, line)
    of_the_section = problem.startswith(f"[{section}]:")
    at = text.splitlines().index(f"[{section}]" if of_the_section else line) + 1
    assert problems(write(text)) == (f"mailer.toml:{at}: {problem}",)


OTHER_WORDS = """\
[voting.words.en]
approve = ["YES"]
object = ["NO"]
abstain = ["PASS"]
[voting.words.de]
approve = ["JA"]
object = ["NEIN"]
abstain = ["no"]
"""


def test_no_word_of_a_vote_means_two_things_in_any_two_languages(write) -> None:
    text = MINIMAL + OTHER_WORDS
    line = text.splitlines().index('abstain = ["no"]') + 1
    assert problems(write(text)) == (
        f"mailer.toml:{line}: [voting.words.de] abstain: no must not mean abstain: it means object, too; no word may "
        "have two meanings, not even in two languages",
    )


def test_the_words_of_votes_are_known_in_three_languages_by_default(write) -> None:
    assert list(load(write(MINIMAL), {}).voting.words) == ["en", "fr", "es"]
    own = load(write(MINIMAL + OTHER_WORDS.replace('"no"', '"ENTHALTUNG"')), {}).voting.words
    assert {language: words.abstain for language, words in own.items()} == {"en": ("PASS",), "de": ("ENTHALTUNG",)}


def test_law_4_what_no_policy_covers_is_a_fault(write) -> None:
    text = MINIMAL.replace('board = "board"', 'board = "board"\ndocuments = ["edition", "faq"]')
    line = text.splitlines().index("[publications.update]") + 1
    assert problems(write(text)) == (
        f'mailer.toml:{line}: [publications.update]: no policy covers its documents of the kind "issue", so they could '
        "never go out: name it in the publications of a section [policies.NAME], or leave those empty",
    )


def test_a_fault_among_substitutes_is_named_with_its_line(write) -> None:
    text = MINIMAL + '[policies.disclosure.substitutes]\n"ana@x.example" = "bert@x.example"\n"bo@x.example" = "carl"\n'
    line = len(text.splitlines())
    assert problems(write(text)) == (
        f"mailer.toml:{line}: [policies.disclosure] substitutes bo@x.example: 'carl' is not an address: it needs one @ "
        "with something on both sides",
    )
    text = MINIMAL + '[policies.disclosure.substitutes]\n"ana@x.example" = "bert@x.example"\nrule = "2/3"\n'
    line = text.splitlines().index("[policies.disclosure.substitutes]") + 1
    (problem,) = problems(write(text))
    assert problem.startswith(
        f"mailer.toml:{line}: [policies.disclosure] substitutes: rule must stand above this section, with the other "
    )


def test_silence_says_nothing_without_a_reminder(write) -> None:
    text = edited("policies.disclosure", "reminders = []").replace("reminders", 'rule = "no-objection"\nreminders')
    line = text.splitlines().index("reminders = []") + 1
    assert problems(write(text)) == (
        f'mailer.toml:{line}: [policies.disclosure] reminders: must have at least one if the rule is "no-objection": '
        "else silence would say nothing (got [])",
    )


def test_the_board_of_an_older_file_says_what_to_write_instead(write) -> None:
    text = MINIMAL + '[board]\nlist = "board"\nquorum = "all"\n'
    line = text.splitlines().index("[board]") + 1
    assert problems(write(text)) == (
        f"mailer.toml:{line}: [board]: is replaced by [policies]: write [policies.disclosure] with title, board (was "
        "list), rule (was quorum; “all” is now “unanimous”) and deadline (was deadline_days; “7 days”), and the words "
        "of votes below [voting.words.en]; see docs/approvals.md",
    )


@pytest.mark.parametrize("language", ["sv", "enx", "sv-en"])
def test_G6_the_language_of_an_office_must_have_a_catalogue(write, language: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(edited("office", f'language = "{language}"')), {}, ("en", "fr"))
    (problem,) = caught.value.problems
    assert problem.partition(": ")[2] == (
        f'[office] language: must be a language that has a catalogue: en, fr (got "{language}")'
    )


@pytest.mark.parametrize("language", ["en", "fr", "FR", "fr-CA"])
def test_G6_a_regional_language_uses_the_catalogue_of_its_language(write, language: str) -> None:
    assert load(write(edited("office", f'language = "{language}"')), {}, ("en", "fr")).office.language == language


def test_missing_sections_are_reported_key_by_key(write) -> None:
    assert problems(write("")) == (
        "mailer.toml: [imap] host: is missing",
        "mailer.toml: [imap] user: is missing",
        "mailer.toml: [office] address: is missing",
        "mailer.toml: [office] name: is missing",
        "mailer.toml: [office] secretary: is missing",
        "mailer.toml: [policies]: must have at least one",
        "mailer.toml: [publications]: must have at least one",
        "mailer.toml: [signup] list: must be one of the lists in this file (none yet); "
        "or add a section [lists.readers]",
        "mailer.toml: [smtp] host: is missing",
    )


def test_every_fault_of_file_and_environment_is_reported_at_once(write) -> None:
    text = edited("imap", "port = 0").replace('"office@example.org"', '"office"')
    assert problems(
        write(text),
        {
            "MAILER_IMAP__PORTS": "1",
            "MAILER_WIDTH": "2",
            "MAILER_LIMITS__PER_MINUTE": "often",
            "MAILER_LISTS__CAG": "x",
        },
    ) == (
        "mailer.toml:3: [office] address: 'office' is not an address: it needs one @ with something on both sides",
        "mailer.toml:6: [imap] port: must be at least 1 (got 0)",
        "MAILER_IMAP__PORTS: is not a variable that we know; did you mean MAILER_IMAP__PORT?",
        'MAILER_LIMITS__PER_MINUTE: must be a whole number (got "often")',
        "MAILER_LISTS__CAG: is not a variable that we know; the form is MAILER_SECTION__KEY",
        "MAILER_WIDTH: is not a variable that we know; the form is MAILER_SECTION__KEY",
    )


def test_no_secret_is_shown_in_a_fault(write) -> None:
    text = edited("imap", 'password = "hunter2"').replace(
        "[smtp]", '[store]\nurl = "postgresql://me:hunter3@db/x"\n[smtp]'
    )
    assert "hunter" not in "\n".join(problems(write(text)))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"[office\n",
            "is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 8); "
            'each line is key = "value", with the quotation mark at both ends of a text',
        ),
        (
            b"[office]\nname = news\n",
            "is not valid TOML: Invalid value (at line 2, column 8); "
            'each line is key = "value", with the quotation mark at both ends of a text',
        ),
        (
            "[office]\nname = “news”\n".encode(),
            "is not valid TOML: Invalid value (at line 2, column 8); "
            'each line is key = "value", with straight quotation marks (") instead of curly ones at both ends of a '
            "text",
        ),
        (b"name = '\xff'\n", "is not text in UTF-8; save it as UTF-8"),
    ],
)
def test_unreadable_file_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "mailer.toml"
    path.write_bytes(content)
    assert problems(path) == (f"{path}: {problem}",)


def test_missing_file_says_how_to_create_one(tmp_path: Path) -> None:
    path = tmp_path / "mailer.toml"
    assert problems(path) == (
        f"{path}: there is no such file; “mailer init” makes one; for an office that exists, cd into its folder first, "
        "or name its file with -c FILE",
    )


@pytest.mark.parametrize("key", ["address", "secretary"])
def test_an_address_of_the_office_without_a_dot_is_refused_with_its_line(
    write: Callable[[str], Path], key: str
) -> None:
    path = write(edited("office", f'{key} = "news@office"'))
    line = path.read_text().split("\n").index(f'{key} = "news@office"') + 1
    assert problems(path) == (
        f"mailer.toml:{line}: [office] {key}: 'news@office': the domain “office” has no dot; write it in full",
    )
    assert load(write(edited("office", f'{key} = "news@localhost"')), {}).office.name


# --- any text ---

VALUES = [
    "0", "-1", "1e9", "nan", "true", '""', '" "', '"x"', '"~nobody-here/x"', '"a\\u0000b"', '"https://[x"', '"1/0"',
    "[]", "[1]", '[""]', '["a", "a"]', "{}", "{ x = 1 }", "[[1]]", "1979-05-27", '"{number}"', '"{0}%s"', '"\\u2028"',
]  # fmt: skip
KEYS = [(name, key) for name, model in SECTIONS.items() for key in model.model_fields] + [
    (f"{name}.update", key) for name, model in NAMED_SECTIONS.items() for key in model.model_fields
]


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_any_value_anywhere_is_accepted_or_explained_in_one_line(write, section: str, key: str) -> None:
    for value in VALUES:
        try:
            load(write(edited(section, f"{key} = {value}")), {})
        except ConfigError as error:
            lines = "\n".join(error.problems).splitlines()
            assert lines == [line.strip() for line in error.problems]


@pytest.mark.parametrize("section", [*SECTIONS, *NAMED_SECTIONS, "elsewhere"])
def test_a_section_that_is_no_table_is_explained(write, section: str) -> None:
    for value in VALUES:
        for problem in problems(write(f"{section} = {value}\n")):
            assert len(problem.splitlines()) == 1


@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text(max_size=20), max_size=8))
def test_any_environment_is_accepted_or_explained(tmp_path_factory, environ: dict[str, str]) -> None:
    path = tmp_path_factory.getbasetemp() / "minimal.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    try:
        load(path, environ)
    except ConfigError as error:
        assert {problem.partition(":")[0] for problem in error.problems} <= {*environ, path.name, f"{path.name}:12"}


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(tmp_path_factory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    assert problems(path) != ()


def test_there_is_one_way_to_log_in(write, tmp_path: Path) -> None:
    both = edited("smtp", 'user = "office"\ntoken_command = ["give"]\ntoken_file = "token"')
    (fault,) = problems(write(both))
    assert fault.endswith("[smtp] token_file: is one way to log in and the token_command another; keep one of them")
    settings = load(write(both.replace('token_file = "token"', "")), {})
    assert settings.smtp.token_command == ("give",)
    (fault,) = problems(tmp_path / "mailer.toml", {"MAILER_SMTP__PASSWORD": "hunter2"})
    assert fault.endswith("[smtp] token_command: is one way to log in and the password another; keep one of them")


# --- routes of feedback ---

ROUTES = """
[[feedback.routes]]
countries = ["se"]
through = "readers"
to = ["editors", "Ann@example.org"]

[[feedback.routes]]
words = ["my address"]
through = "nmb@sis.example"
with_name = true
"""


def test_routes_of_feedback_are_tables(write) -> None:
    one, two = load(write(MINIMAL + ROUTES), {}).feedback.routes
    assert (one.countries, one.through, one.to) == (("SE",), "readers", ("editors", "Ann@example.org"))
    assert (two.words, two.through, two.with_name, two.to) == (("my address",), "nmb@sis.example", True, ("editors",))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["se"]', '["Sweden"]', "routes, item 1 countries, item 1: must be the code of a country with two letters"),
        (
            'through = "readers"',
            'through = "reader"',
            "routes, item 1 through: must be an address, or one of the lists",
        ),
        ('"Ann@example.org"', '"editor"', "routes, item 1 to, item 2: 'editor' is not an address"),
        ('["editors", "Ann@example.org"]', "[]", "routes, item 1 to: must have at least one"),
        ("words", "word", "routes, item 2 word: is not a key that we know; did you mean words?"),
        ('through = "nmb@sis.example"', "", "routes, item 2 with_name: says what the member body is told"),
    ],
)
def test_a_fault_of_a_route_is_named_with_its_line(write, old: str, new: str, fault: str) -> None:
    text = MINIMAL + ROUTES.replace(old, new)
    with pytest.raises(ConfigError) as raised:
        load(write(text), {})
    (said,) = raised.value.problems
    line = next(number for number, line in enumerate(text.splitlines(), 1) if new and new in line) if new else 0
    assert f"[feedback] {fault}" in said
    assert not line or said.startswith(f"mailer.toml:{line}:")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "client_id is missing, which [imap] oauth needs; see docs/oauth.md"),
        (
            'client_id = "x"',
            'provider must be "microsoft" or "google"; or give token_url, and authorize_url or',
        ),
        (
            'client_id = "x"\ntoken_url = "https://p.example/t"\ndevice_url = "https://p.example/d"',
            "imap_scopes is missing, as no provider is named whose scopes we know",
        ),
    ],
)
def test_a_login_by_oauth_needs_a_client_that_we_registered(write, lines: str, words: str) -> None:
    text = edited("imap", "oauth = true") + f"[oauth]\n{lines}\n"
    (fault,) = problems(write(text))
    assert f"[oauth]: {words}" in fault
    complete = text + 'client_id = "x"\nprovider = "microsoft"\n' if not lines else ""
    if complete:
        assert load(write(complete), {}).imap.oauth

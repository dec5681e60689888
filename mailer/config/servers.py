"""The sections of servers: where mail comes from, the ways by which it goes out, and the logins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from mailer.config.section import Section
from mailer.config.values import (
    AT_LEAST_ONE,
    Endpoint,
    Group,
    Host,
    Lmtp,
    LocalPath,
    OptionalHost,
    OptionalLmtp,
    Port,
    Tenant,
    Text,
    is_loopback,
)
from mailer.errors import ConfigError


class Account(Section):
    """A login at a server. The password comes from the environment or from a password file, never from the TOML."""

    host: Host
    port: Port
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: LocalPath | None = None
    token_command: tuple[Text, ...] = ()
    token_file: LocalPath | None = None
    oauth: bool = False

    @field_validator("security")
    @classmethod
    def _plain_text_stays_on_this_machine(cls, security: str, info: ValidationInfo) -> str:
        if security == "none" and not is_loopback(info.data.get("host") or "localhost"):
            raise ValueError('"none" is only for a server on this machine; use "tls" or "starttls"')
        return security

    @field_validator("token_command", "token_file", "oauth")
    @classmethod
    def _one_way_to_log_in(cls, value: object, info: ValidationInfo) -> object:
        if value:
            if not info.data.get("user"):
                raise ValueError("needs the user whose token it is")
            for rival in ("password", "token_command", "token_file"):
                if rival != info.field_name and info.data.get(rival):
                    raise ValueError(f"is one way to log in and the {rival} another; keep one of them")
        return value

    def secret(self, section: str) -> str:
        """The password. Raises ConfigError, which says how to give one, if there is none."""
        if password := self.password.get_secret_value():
            return password
        if self.password_file is not None:
            raise ConfigError(
                [
                    f"[{section}] password_file: {self.password_file} cannot be read by this user; run the command as "
                    f"its owner, or set MAILER_{section.upper()}__PASSWORD"
                ]
            )
        raise ConfigError(
            [f"[{section}] password: is missing; name a password_file, or set MAILER_{section.upper()}__PASSWORD"]
        )


class Imap(Account):
    host: OptionalHost = ""
    port: Port = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    inbox: Text = "INBOX"
    processed: Text = "Processed"
    refused: Text = "Refused"
    attention: Text = "Attention"
    more_inboxes: tuple[Text, ...] = ()
    read_only: tuple[Text, ...] = ()
    read_only_days: Annotated[int, Field(ge=1, le=365)] = 14
    poll_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    max_bytes: Annotated[int, Field(ge=10_000)] = 10_000_000

    @field_validator("host", "user")
    @classmethod
    def _needed_unless_mail_is_handed_over(cls, value: str, info: ValidationInfo) -> str:
        if not value and (info.data.get("host") or not (info.context or {}).get("lmtp")):
            raise PydanticCustomError("missing", "is missing")
        return value

    @field_validator("processed", "refused", "attention")
    @classmethod
    def _a_folder_of_its_own(cls, folder: str, info: ValidationInfo) -> str:
        taken = {info.data.get(name) for name in ("inbox", "processed", "refused", "attention")}
        if folder in taken:
            raise ValueError("must differ from the other folders")
        return folder

    @field_validator("more_inboxes", "read_only")
    @classmethod
    def _other_folders(cls, folders: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = [str(info.data.get(name)) for name in ("inbox", "processed", "refused", "attention")]
        known += info.data.get("more_inboxes", ())
        twice = [name for place, name in enumerate(folders) if name in known or name in folders[:place]]
        if twice:
            raise ValueError(f"must differ from the other folders ({twice[0]} is named twice)")
        return folders


class LmtpServer(Section):
    listen: OptionalLmtp = ""
    group: Group = ""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90

    @property
    def is_socket(self) -> bool:
        """Whether a socket file, with its mode, says who can hand mail over."""
        return self.listen.startswith("/")

    @field_validator("group")
    @classmethod
    def _is_of_a_socket(cls, group: str, info: ValidationInfo) -> str:
        if group and not info.data.get("listen", "/").startswith("/"):
            raise ValueError("is for a socket; anybody on this machine can connect to a port")
        return group


class Smtp(Account):
    host: OptionalHost = ""
    port: Port = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    helo: str = ""
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    connections: Annotated[int, Field(ge=1, le=100)] = 1
    report_success: bool = False
    mails_per_connection: Annotated[int, Field(ge=0)] = 0
    recipients_per_mail: Annotated[int, Field(ge=1, le=100)] = 50

    @field_validator("host")
    @classmethod
    def _needed_by_the_smtp_transport(cls, host: str, info: ValidationInfo) -> str:
        if not host and (info.context or {}).get("way") == "smtp":
            raise PydanticCustomError("missing", "is missing")
        return host


class OAuth(Section):
    """Our registration at a provider of access tokens (RFC 6749)."""

    provider: Literal["", "microsoft", "google"] = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    client_secret_file: LocalPath | None = None
    tenant: Tenant = "common"
    authorize_url: Endpoint = ""
    token_url: Endpoint = ""
    device_url: Endpoint = ""
    imap_scopes: tuple[Text, ...] = ()
    smtp_scopes: tuple[Text, ...] = ()


class Transport(Section):
    way: Literal["smtp", "lmtp", "sendmail", "folder"] = "smtp"
    lmtp: Lmtp = "127.0.0.1:24"
    sendmail: Annotated[tuple[Text, ...], AT_LEAST_ONE] = ("/usr/sbin/sendmail",)
    folder: LocalPath = Path("outgoing")

    @property
    def lmtp_server(self) -> tuple[str, int]:
        """Host and port, or the path of a socket and 0."""
        host, _, port = self.lmtp.rpartition(":")
        return (self.lmtp, 0) if self.lmtp.startswith("/") else (host, int(port))

"""What a daemon is told to do, by a file (config_file.py) and above it by options; every key may be left out.

Secrets are in no repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matrix.model import Schedule


@dataclass(frozen=True, slots=True)
class Exec:
    """A program that is told of changes on standard input; timeout is in seconds."""

    command: tuple[str, ...]
    timeout: float


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that changes are posted to; what is sent is signed with the secret. retries follow at once."""

    url: str = field(repr=False)  # many a service puts what is secret into the address
    secret: str = field(repr=False)
    retries: int


@dataclass(frozen=True, slots=True)
class Email:
    """A mail server, and who writes to whom. user "" sends without logging in."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    starttls: bool
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the daemon is to do. listen is (host, port), None for no server; schedules are those that were changed.

    base_url is where the reports are published for browsers, "" where that is not said.
    """

    listen: tuple[str, int] | None = None
    reports: Path | None = None
    base_url: str = ""
    commit: bool = False
    log: str = "text"
    token_file: Path | None = None
    schedules: Mapping[str, Schedule] = field(default_factory=lambda: MappingProxyType({}))
    exec: Exec | None = None
    webhook: Webhook | None = None
    email: Email | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no log."""
        kept = [self.webhook.secret, self.webhook.url] if self.webhook else []
        return (*kept, *([self.email.password] if self.email else []))


def changed(config: Config, **options: object) -> Config:
    """The same with the options of the command line in place of the file's; None is an option that was not given."""
    return replace(config, **{key: value for key, value in options.items() if value is not None})  # type: ignore[arg-type]

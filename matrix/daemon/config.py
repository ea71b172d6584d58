"""The configuration file -> a validated Config; every fault of it in one go.

    [daemon]
    listen = "127.0.0.1:8740"
    reports = "/srv/archmatrix"
    commit = true
    log = "json"

    [schedule.linux]
    every = "1h"

    [notify.exec]
    command = ["/usr/local/bin/tell", "--all"]
    timeout = "1m"

    [notify.webhook]
    url = "https://example.org/hook"
    secret_file = "/etc/archmatrix/secret"

    [notify.email]
    host = "mail.example.org"
    port = 587
    from = "archmatrix@example.org"
    to = ["kernel@example.org"]
    starttls = true
    user = "archmatrix"
    password_file = "/etc/archmatrix/password"

Every key may be left out. Relative paths are relative to the file's folder. Secrets stand in files of their own, which
are read with it, and are in no repr.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from matrix.daemon.log import FORMATS
from matrix.errors import RegistryError
from matrix.registry.schedule import DURATION, SCHEDULE, parse_duration, schedule, schedule_faults
from matrix.registry.schema import FLAG, ID, TEXT, Each, Place, Rule, one_of, parse, text_like, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.model import Schedule
    from matrix.registry.schema import Shape

_LISTEN = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_LONGEST_SECRET = 4096
_NEEDED = ("host", "from", "to")
_PORTS = range(1, 65536)


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
    """What the daemon is to do. listen is (host, port), None for no server; schedules are those that were changed."""

    listen: tuple[str, int] | None = None
    reports: Path | None = None
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
        found = [self.webhook.secret, self.webhook.url] if self.webhook else []
        return (*found, *([self.email.password] if self.email else []))


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _PORTS


def _is_url(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]+", value):
        return False
    try:
        parts = urlsplit(value)
        loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or (
        parts.scheme == "http" and loopback
    ))  # fmt: skip


def _is_path(value: str) -> bool:
    try:
        return value.strip() != "" and "\0" not in value and bool(Path(value).expanduser())
    except RuntimeError:  # a user that there is not
        return False


def parse_listen(value: str) -> tuple[str, int] | None:
    """`127.0.0.1:8740`, `[::1]:8740`, `localhost:0`; None where it is none."""
    found = _LISTEN.fullmatch(value)
    if found is None or int(found[2]) > _PORTS[-1]:
        return None
    return found[1].strip("[]"), int(found[2])


LISTEN = Rule(
    "an address and a port such as '127.0.0.1:8740'",
    lambda value: isinstance(value, str) and parse_listen(value) is not None,
)
_OPTIONAL = TEXT.or_else("")
_PATH = Rule("a path", lambda value: isinstance(value, str) and _is_path(value))
_ANY = Rule("a table", lambda value: isinstance(value, dict)).or_else(None)
_EXEC: Shape = {
    "command": Rule(
        "a list of texts, the program first",
        lambda value: isinstance(value, list) and bool(value) and all(isinstance(v, str) and v for v in value),
    ),
    "timeout": DURATION.or_else("1m"),
}
_WEBHOOK: Shape = {
    "url": Rule("an https address (or http to this machine)", _is_url),
    "secret_file": _PATH,
    "retries": Rule(
        "a whole number up to 10",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10,
    ).or_else(3),
}
_MAIL = text_like(_ADDRESS, "an e-mail address")
_EMAIL: Shape = {
    "host": text_like(re.compile(r"[A-Za-z0-9.:-]+"), "a host's name"),
    "port": Rule("a port, 1 to 65535", _is_port).or_else(587),
    "from": _MAIL,
    "to": texts("e-mail addresses", _ADDRESS.fullmatch, least=1),
    "starttls": FLAG.or_else(True),
    "user": _OPTIONAL,
    "password_file": _PATH.or_else(""),
}
_NOTIFY: Mapping[str, Shape] = {"exec": _EXEC, "webhook": _WEBHOOK, "email": _EMAIL}


def _shape(given: Mapping[str, Any]) -> Shape:
    """A hook's keys are needed only where its table is there."""
    notify = given.get("notify")
    there = notify if isinstance(notify, dict) else {}
    return {
        "daemon": {
            "listen": LISTEN.or_else(""),
            "reports": _PATH.or_else(""),
            "commit": FLAG.or_else(False),
            "log": one_of(*FORMATS).or_else(FORMATS[0]),
            "token_file": _PATH.or_else(""),
        },
        "schedule": Each(SCHEDULE, ID, least=0),
        "notify": {name: shape if name in there else _ANY for name, shape in _NOTIFY.items()},
    }


def read_config(path: Path, text: str, projects: Mapping[str, Schedule]) -> Config:
    """The text of the file at `path`; projects are those there are, with their own schedules.

    Raises: RegistryError with every fault: place, found, expected.
    """
    file = str(path)
    # Once for which tables there are, once for what stands in them.
    found, faults = parse(file, text, _shape(_tables(text)))
    if not (found and found["daemon"] and found["notify"]):
        raise RegistryError(faults)
    place = Place(file)
    schedules = dict(_schedules(place, found["schedule"], projects, faults))
    daemon, notify = found["daemon"], found["notify"]
    if daemon["commit"] is True and not daemon["reports"]:
        faults.append(place.at("daemon", "commit").fault("no reports", "the folder that is to be committed"))
    secrets = _Secrets(path.parent, place.at("notify"), faults)
    secret = secrets.read(notify, "webhook", "secret_file", needed=True)
    password = secrets.read(notify, "email", "password_file", needed=False)
    faults += _email_faults(place.at("notify", "email"), notify["email"])
    if faults:
        raise RegistryError(faults)
    return Config(
        listen=parse_listen(daemon["listen"]) if daemon["listen"] else None,
        reports=path.parent / Path(daemon["reports"]).expanduser() if daemon["reports"] else None,
        commit=daemon["commit"],
        log=daemon["log"],
        token_file=path.parent / Path(daemon["token_file"]).expanduser() if daemon["token_file"] else None,
        schedules=MappingProxyType(schedules),
        exec=_exec(notify["exec"]),
        webhook=_webhook(notify["webhook"], secret),
        email=_email(notify["email"], password),
    )


def load_config(path: Path, projects: Mapping[str, Schedule], *, needed: bool) -> Config:
    """The file at `path`; where there is none and none is needed, what holds without one.

    Raises: RegistryError.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        if not needed:
            return Config()
        raise RegistryError([Place(str(path)).fault("no such file", "the daemon's configuration")]) from None
    except OSError as error:
        raise RegistryError([Place(str(path)).fault(f"no readable file ({error.strerror})", "TOML")]) from None
    except UnicodeDecodeError as error:
        raise RegistryError([Place(str(path)).fault(f"byte 0x{error.object[error.start]:02x}", "UTF-8")]) from None
    return read_config(path, text, projects)


def changed(config: Config, **options: object) -> Config:
    """The same with what the command line said; None stands for what it did not say."""
    return replace(config, **{key: value for key, value in options.items() if value is not None})  # type: ignore[arg-type]


def _tables(text: str) -> Mapping[str, Any]:
    found, _ = parse("", text, {"daemon": _ANY, "schedule": _ANY, "notify": _ANY})
    return found if isinstance(found, dict) else {}


def _schedules(
    place: Place, found: Mapping[str, Any], projects: Mapping[str, Schedule], faults: list[str]
) -> Iterator[tuple[str, Schedule]]:
    for id_, keys in found.items():
        at = place.at("schedule", id_)
        if id_ not in projects:
            faults.append(at.fault("no such project", f"one of {', '.join(projects)}"))
        elif keys:
            faults += schedule_faults(at, keys)
            own = schedule(keys, projects[id_])
            # What the file is silent of comes from the project, and may be out of proportion now.
            yield id_, own if own.jitter < own.every else replace(own, jitter=own.every / 10)


class _Secrets:
    def __init__(self, folder: Path, place: Place, faults: list[str]) -> None:
        self._folder, self._place, self._faults = folder, place, faults

    def read(self, notify: Mapping[str, Any], hook: str, key: str, *, needed: bool) -> str:
        """The first line of a file; what is wrong with it is said without what stands in it."""
        keys = notify[hook]
        name = keys[key] if keys else ""
        if not isinstance(name, str) or not _is_path(name):
            return ""
        at = self._place.at(hook, key)
        try:
            with (self._folder / Path(name).expanduser()).open("rb") as file:
                words = file.read(_LONGEST_SECRET + 1).decode("utf-8", "replace").strip()
        except OSError as error:
            self._faults.append(at.fault(f"no readable file {name} ({error.strerror})", "one with the secret"))
            return ""
        if len(words) > _LONGEST_SECRET or not words.isprintable() or (needed and not words):
            self._faults.append(at.fault(f"no secret in {name}", "one line of printable characters"))
            return ""
        return words


def _email_faults(place: Place, keys: Mapping[str, Any] | None) -> Iterator[str]:
    if not keys:
        return
    if keys["user"] and not keys["password_file"]:
        yield place.at("password_file").fault("nothing", "the file with the password of user")
    if keys["user"] and keys["starttls"] is False and keys["host"] not in ("127.0.0.1", "::1", "localhost"):
        yield place.at("starttls").fault("false, and a user", "true: a password is not sent in the clear")


def _exec(keys: Mapping[str, Any] | None) -> Exec | None:
    if not keys:
        return None
    timeout = parse_duration(keys["timeout"])
    assert timeout is not None  # noqa: S101 - the rule has seen to it
    return Exec(keys["command"], timeout.total_seconds())


def _webhook(keys: Mapping[str, Any] | None, secret: str) -> Webhook | None:
    return Webhook(keys["url"], secret, keys["retries"]) if keys else None


def _email(keys: Mapping[str, Any] | None, password: str) -> Email | None:
    if not keys:
        return None
    return Email(keys["host"], keys["port"], keys["from"], tuple(keys["to"]), keys["starttls"], keys["user"], password)

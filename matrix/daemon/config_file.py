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

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.daemon.config import Config, Email, Exec, Webhook
from matrix.daemon.config_shape import TABLE, parse_listen, shape_for
from matrix.daemon.secrets import Secrets
from matrix.errors import RegistryError
from matrix.registry.schedule import parse_duration, schedule, schedule_faults
from matrix.registry.schema import Place, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.model import Schedule

# Its file is the asker's, and no data of ours.
_THEN = "archmatrix daemon --help"


def read_config(path: Path, text: str, projects: Mapping[str, Schedule]) -> Config:
    """The text of the file at `path`; projects are those there are, with their own schedules.

    Raises: RegistryError with every fault: place, found, expected.
    """
    file = str(path)
    # Once for which tables there are, once for what stands in them.
    tables, faults = parse_toml(file, text, shape_for(_tables(text)))
    if not (tables and tables["daemon"] and tables["notify"]):
        raise RegistryError(faults, then=_THEN)
    place = Place(file)
    schedules = dict(_schedules(place, tables["schedule"], projects, faults))
    daemon, notify = tables["daemon"], tables["notify"]
    if daemon["commit"] is True and not daemon["reports"]:
        faults.append(place.at("daemon", "commit").fault("no reports", "the folder that is to be committed"))
    secrets = Secrets(path.parent, place.at("notify"), faults)
    secret = secrets.read(notify, "webhook", "secret_file", needed=True)
    password = secrets.read(notify, "email", "password_file", needed=False)
    faults += _email_faults(place.at("notify", "email"), notify["email"])
    if faults:
        raise RegistryError(faults, then=_THEN)
    return Config(
        listen=parse_listen(daemon["listen"]) if daemon["listen"] else None,
        reports=path.parent / Path(daemon["reports"]).expanduser() if daemon["reports"] else None,
        base_url=daemon["base_url"],
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
        raise RegistryError(
            [Place(str(path)).fault("no such file", "the daemon's configuration")], then=_THEN
        ) from None
    except OSError as error:
        raise RegistryError(
            [Place(str(path)).fault(f"no readable file ({error.strerror})", "TOML")], then=_THEN
        ) from None
    except UnicodeDecodeError as error:
        raise RegistryError(
            [Place(str(path)).fault(f"byte 0x{error.object[error.start]:02x}", "UTF-8")], then=_THEN
        ) from None
    return read_config(path, text, projects)


def _tables(text: str) -> Mapping[str, Any]:
    tables, _ = parse_toml("", text, {"daemon": TABLE, "schedule": TABLE, "notify": TABLE})
    return tables if isinstance(tables, dict) else {}


def _schedules(
    place: Place, tables: Mapping[str, Any], projects: Mapping[str, Schedule], faults: list[str]
) -> Iterator[tuple[str, Schedule]]:
    for id_, keys in tables.items():
        at = place.at("schedule", id_)
        if id_ not in projects:
            faults.append(at.fault("no such project", f"one of {', '.join(projects)}"))
        elif keys:
            faults += schedule_faults(at, keys)
            own = schedule(keys, projects[id_])
            # What the file is silent of comes from the project, and may be out of proportion now.
            yield id_, own if own.jitter < own.every else replace(own, jitter=own.every / 10)


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

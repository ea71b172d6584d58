"""What may stand in the configuration file: a rule for each key, and what is missing where it is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from matrix.daemon.log import FORMATS
from matrix.registry.schedule import DURATION, SCHEDULE
from matrix.registry.schema import FLAG, ID, TEXT, Each, Rule, one_of, text_like, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Shape

_LISTEN = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_PORTS = range(1, 65536)


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


def is_path(value: str) -> bool:
    """Whether a path could be this."""
    try:
        return value.strip() != "" and "\0" not in value and bool(Path(value).expanduser())
    except RuntimeError:  # a user that there is not
        return False


def parse_listen(value: str) -> tuple[str, int] | None:
    """`127.0.0.1:8740`, `[::1]:8740`, `localhost:0`; None where it is none."""
    match = _LISTEN.fullmatch(value)
    if match is None or int(match[2]) > _PORTS[-1]:
        return None
    return match[1].strip("[]"), int(match[2])


LISTEN = Rule(
    "an address and a port such as '127.0.0.1:8740'",
    lambda value: isinstance(value, str) and parse_listen(value) is not None,
)
_OPTIONAL = TEXT.or_else("")
_PATH = Rule("a path", lambda value: isinstance(value, str) and is_path(value))
TABLE = Rule("a table", lambda value: isinstance(value, dict)).or_else(None)
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
_BASE = Rule(
    "an https address without ? and # (or http to this machine)",
    lambda value: _is_url(value) and not {"?", "#"} & {*str(value)},
).or_else("")
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


def shape_for(given: Mapping[str, Any]) -> Shape:
    """The shape of such a file. A hook's keys are needed only where its table is there."""
    notify = given.get("notify")
    there = notify if isinstance(notify, dict) else {}
    return {
        "daemon": {
            "listen": LISTEN.or_else(""),
            "reports": _PATH.or_else(""),
            "base_url": _BASE,
            "commit": FLAG.or_else(False),
            "log": one_of(*FORMATS).or_else(FORMATS[0]),
            "token_file": _PATH.or_else(""),
        },
        "schedule": Each(SCHEDULE, ID, least=0),
        "notify": {name: shape if name in there else TABLE for name, shape in _NOTIFY.items()},
    }

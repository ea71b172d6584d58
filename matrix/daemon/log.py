"""An event and what is known of it -> one line on standard error, for people or as JSON.

    2026-11-20T12:00:00.000Z info refreshed project=linux outcome=complete seconds=3.2
    {"time": "2026-11-20T12:00:00.000Z", "level": "info", "event": "refreshed", "project": "linux", ...}

Upstream's words come in values; they are written as JSON does wherever they are more than a word, ASCII alone, so that
none of them can end the line or colour it. Secrets are known here, to be left out wherever they turn up.
"""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

FORMATS = ("text", "json")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+-]+")
_LONGEST = 2000
_SHORTEST_SECRET = 4
_HIDDEN = "[secret]"


class Log:
    """Where events are written. form is one of FORMATS."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime], form: str = "text") -> None:
        self._stream, self._clock, self.form = stream, clock, form
        self._secrets: tuple[str, ...] = ()

    def hide(self, secrets: Iterable[str]) -> None:
        """Leave these out from now on."""
        # A secret of a letter or two would leave nothing of any line.
        hidden = {s for s in secrets if len(s) >= _SHORTEST_SECRET}
        self._secrets = tuple(sorted(hidden, key=len, reverse=True))

    def info(self, event: str, **known: object) -> None:
        """What goes as it should."""
        self._write("info", event, known)

    def warn(self, event: str, **known: object) -> None:
        """What does not, and will be tried again or is somebody else's to mend."""
        self._write("warning", event, known)

    def error(self, event: str, **known: object) -> None:
        """What only a person here can mend."""
        self._write("error", event, known)

    def _write(self, level: str, event: str, known: dict[str, object]) -> None:
        time = f"{self._clock():%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
        values = {key: self._safe(value) for key, value in known.items() if value is not None and value != ""}
        if self.form == "json":
            line = json.dumps({"time": time, "level": level, "event": event, **values})
        else:
            line = " ".join([time, level, event, *(f"{key}={_word(value)}" for key, value in values.items())])
        # A log that nobody reads any more stops nothing.
        with suppress(OSError, ValueError):
            self._stream.write(f"{line}\n")
            self._stream.flush()

    def _safe(self, value: object) -> object:
        if isinstance(value, (bool, int, float)):
            return value
        words = str(value)
        for secret in self._secrets:
            words = words.replace(secret, _HIDDEN)
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def _word(value: object) -> str:
    words = value if isinstance(value, str) else json.dumps(value)
    return words if _PLAIN.fullmatch(words) else json.dumps(words)


class Bridge(logging.Handler):
    """What libraries say, as events: `Bridge(log)` on the root logger."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """One record as one event; a traceback only by its last line."""
        error = record.exc_info[1] if record.exc_info else None
        said = f"{record.getMessage()}{f': {error!r}' if error else ''}"
        write = self._log.error if record.levelno >= logging.ERROR else self._log.warn
        write("library", name=record.name, said=said)

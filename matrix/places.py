"""Where things lie, whether a compiled page holds, and the marks in its text: all that the short way shares.

`is NAME` without an option costs little more than Python's own start, and every import would show. So this imports os
and sys alone (zlib where it is needed), and all that needs one of these asks here.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

# Chooses another place for the store than the platform's data directory.
VARIABLE = "ARCHMATRIX_DB"
# In data/, what compiling leaves there.
DATABASE = "shipped.db"

BOLD, RED, GREEN, YELLOW, CYAN, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[0m"
CODES = (BOLD, RED, GREEN, YELLOW, CYAN, PLAIN)
# Stands for "2026-11-20 (3 days ago)" in an answer that was rendered ahead: when its facts were checked may move on
# without them, and an age is said when it is read.
AGE = "\x1eage\x1e"
# Begins a line that holds for a time: the mark, from when and until when (seconds since 1970), MARK_END, the line.
FROM, MARK_END = "\x1efrom ", "\x1e"

# "armx": tells our stores from other programs' files. SCHEMA is the number of store/schema.py's last migration.
APPLICATION, SCHEMA = 0x61726D78, 7
KIND = "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"
# Microseconds from 1970 to the year 10000.
LATEST = 253_402_300_800_000_000

# The page of a command with what it was compiled from, where nothing was recorded since.
PAGE = (
    "SELECT exit, checked_at, body, stamp FROM pages, compiled WHERE command = ? AND generation = "
    "coalesce((SELECT generation FROM runs ORDER BY id DESC LIMIT 1), 0)"
)


def data_folder() -> str:
    """matrix/data in an installed package, data/ beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "data")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "data")


def store_path(environ: "Mapping[str, str]" = os.environ) -> "str | None":
    """Where a user's store is: $ARCHMATRIX_DB, else on Linux the folder for a user's data (XDG).

    None on other platforms: where it is there, platformdirs knows (store.default_path).
    """
    if chosen := environ.get(VARIABLE):
        return os.path.expanduser(chosen)
    if sys.platform != "linux":
        return None
    data = environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return os.path.join(data, "archmatrix", "facts.db")


def quoted(path: str) -> str:
    """An absolute path as SQLite reads it in a URI. urllib.parse would cost more than the query."""
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def data_files(folder: str) -> "list[str]":
    """Everything in data/ that answers rest on, in a fixed order. Raises: OSError."""
    files = [name for name in os.listdir(folder) if name.endswith(".toml")]
    facts = [name for name in os.listdir(os.path.join(folder, "facts")) if name.endswith(".tsv")]
    return sorted(files + ["facts/" + name for name in facts])


def data_stamp(folder: str) -> str:
    """A checksum over everything in data/ that answers rest on, in a fixed order; "" where it cannot be read."""
    import zlib

    from matrix import __version__

    total = 0
    try:
        for name in data_files(folder):
            with open(os.path.join(folder, name), "rb") as file:
                total = zlib.crc32(file.read(), zlib.crc32(os.path.basename(name).encode(), total))
    except OSError:
        return ""
    return f"{__version__} {total:08x}"


def told_at(text: str, seconds: float) -> str:
    """The text with those lines that hold for a time only, where it is now; seconds since 1970."""
    if FROM not in text:
        return text
    kept = []
    for line in text.split("\n"):  # splitlines would part at the marks
        if not line.startswith(FROM):
            kept.append(line)
            continue
        moments, _, rest = line[len(FROM) :].partition(MARK_END)
        begin, _, end = moments.partition(" ")
        if int(begin) <= seconds < int(end):
            kept.append(rest)
    return "\n".join(kept)


def checked_words(day: str, seconds: float) -> str:
    """`2026-11-20 (3 days ago)`, from the day and how long ago it was checked."""
    return f"{day} ({days_words(int(seconds // 86400))})"


def days_words(days: int) -> str:
    """A number of whole days as an age. Clocks differ by hours; one that is further off says nothing of an age."""
    if days < -1:
        return "in the future"
    if days <= 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"


def is_coloured(stream: "TextIO | None") -> bool:
    """Colour is for terminals, and never where NO_COLOR is set (no-color.org) or the terminal is dumb."""
    return (
        stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def without_colour(text: str) -> str:
    """The text without any of the codes above."""
    for code in CODES:
        text = text.replace(code, "")
    return text

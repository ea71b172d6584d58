"""`is NAME` and `table` without any option -> the compiled page, importing _sqlite3, zlib and nothing else.

None wherever anything is unusual: then the command line does the work. What stands here twice (where the store lies,
the stamp over data/) is held equal to its other place by a test.
"""

import os
import sys
import time

# How many bytes of SGR codes are known is how many colours render/style.py uses.
_CODES = ("\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[0m")
_AGE = "\x1eage\x1e"


def answer(words: "list[str]") -> "int | None":
    """The exit code after printing the compiled answer; None if there is none that holds."""
    if words == ["table"]:
        command = "table"
    elif len(words) == 2 and words[0] == "is" and words[1][:1] not in ("", "-"):
        command = "is " + words[1].lower()
    else:
        return None
    found = _page(command)
    if found is None:
        return None
    code, checked_at, body = found
    if checked_at is not None:
        days = int(time.time() - checked_at // 1_000_000) // 86400
        age = "today" if days <= 0 else "1 day ago" if days == 1 else f"{days} days ago"
        body = body.replace(_AGE, f"{time.strftime('%Y-%m-%d', time.gmtime(checked_at // 1_000_000))} ({age})")
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        for sgr in _CODES:
            body = body.replace(sgr, "")
    try:
        sys.stdout.write(body)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _page(command: str) -> "tuple[int, int | None, str] | None":
    folder = data_folder()
    place = store_path()
    if folder is None or place is None:
        return None
    if not os.path.exists(place):
        place = os.path.join(folder, "shipped.db")
        if not os.path.exists(place):
            return None
    try:
        # What sqlite3 wraps: the wrapper's own import of datetime takes as long as the whole query.
        import _sqlite3
    except ImportError:
        return None  # the command line imports the wrapper

    try:
        # A store that another process writes has files beside it; immutable would ignore them.
        alone = not os.path.exists(place + "-wal")
        uri = "file:" + _quoted(place) + ("?mode=ro&immutable=1" if alone else "?mode=ro")
        db = _sqlite3.connect(uri, uri=True, timeout=0.2)
        try:
            row = db.execute(
                "SELECT exit, checked_at, body, stamp FROM pages, compiled "
                "WHERE command = ? AND generation = "
                "coalesce((SELECT generation FROM runs ORDER BY id DESC LIMIT 1), 0)",
                (command,),
            ).fetchone()
        finally:
            db.close()
    except (_sqlite3.Error, UnicodeDecodeError):
        return None  # the command line opens it again and says what is wrong
    if row is None or row[3] != data_stamp(folder):
        return None
    return row[0], row[1], row[2]


def store_path() -> "str | None":
    """Where the store is, as store.default_path says; None on platforms whose folders are not plain to tell."""
    chosen = os.environ.get("ARCHMATRIX_DB")
    if chosen:
        return os.path.expanduser(chosen)
    if sys.platform != "linux":
        return None
    data = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return os.path.join(data, "archmatrix", "facts.db")


def data_folder() -> "str | None":
    """matrix/data in an installed package, data/ beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (os.path.join(here, "data"), os.path.join(os.path.dirname(here), "data")):
        if os.path.isdir(folder):
            return folder
    return None


def data_stamp(folder: str) -> str:
    """The checksum over data/, as shipped.data_stamp makes it."""
    import zlib

    from matrix import __version__

    total = 0
    try:
        files = [(name, name) for name in os.listdir(folder) if name.endswith(".toml")]
        facts = [name for name in os.listdir(os.path.join(folder, "facts")) if name.endswith(".tsv")]
        for path, name in sorted(files + [("facts/" + name, name) for name in facts]):
            with open(os.path.join(folder, path), "rb") as file:
                total = zlib.crc32(file.read(), zlib.crc32(name.encode(), total))
    except OSError:
        return ""  # no stamp: the command line says what cannot be read
    return f"{__version__} {total:08x}"


def _quoted(path: str) -> str:
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")

"""`is NAME`, `names NAME`, `names` and `table` without any option -> the compiled page; imports next to nothing.

None wherever anything is unusual: then the command line does the work.
"""

import os
import sys
import time

from matrix import flat, places


def answer(words: "list[str]") -> "int | None":
    """The exit code after printing the compiled answer; None if there is none that holds.

    Raises: OSError where it cannot be written, as on a full disk.
    """
    if words in (["table"], ["names"]):
        command = words[0]
    elif len(words) == 2 and words[0] in ("is", "names") and words[1][:1] not in ("", "-"):
        command = words[0] + " " + words[1].lower()
    else:
        return None
    # A Kconfig symbol in capitals may mean something else than the same word in lower case.
    exact = " ".join(words)
    page = (_page(exact) if exact != command else None) or _page(command)
    if page is None or sys.stdout is None:
        return None
    code, checked_at, body = page
    if checked_at is not None:
        then = checked_at / 1_000_000
        day = time.strftime("%Y-%m-%d", time.gmtime(checked_at // 1_000_000))
        body = body.replace(places.AGE, places.checked_words(day, time.time() - then))
    body = places.told_at(body, time.time())
    if not places.is_coloured(sys.stdout):
        body = places.without_colour(body)
    try:
        sys.stdout.write(body)
        sys.stdout.flush()
    except UnicodeEncodeError:
        return None  # nothing was written yet
    except BrokenPipeError:
        # The reader has what it wanted. Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _page(command: str) -> "tuple[int, int | None, str] | None":
    folder = places.data_folder()
    place = places.store_path()
    if place is None:
        return None
    try:
        shipped = flat.FlatPages(folder)
        untouched = shipped.untouched()
    except (OSError, ValueError):
        shipped, untouched = None, False
    try:
        os.stat(place)
    except (FileNotFoundError, NotADirectoryError):
        there = False
    except (OSError, ValueError):
        return None  # what may not be looked at is not the same as what is not there
    else:
        there = True
    if there:
        stamp = shipped.stamp if shipped and untouched else places.data_stamp(folder)
        return _stored(place, command, stamp)
    # What cannot be read has no stamp: the command line says what is missing.
    if shipped is None or not shipped.stamp or not (untouched or shipped.stamp == places.data_stamp(folder)):
        return None
    try:
        return shipped.page(command)
    except (OSError, ValueError):
        return None


def _stored(place: str, command: str, stamp: str) -> "tuple[int, int | None, str] | None":
    """The page in a user's own store, where it was made from today's data."""
    try:
        # What sqlite3 wraps: the wrapper's own import of datetime takes as long as the whole query.
        import _sqlite3
    except ImportError:
        return None  # the command line imports the wrapper

    try:
        # A store that another process writes has files beside it; immutable would ignore them.
        alone = not os.path.exists(place + "-wal")
        uri = "file:" + places.quoted(place) + ("?mode=ro&immutable=1" if alone else "?mode=ro")
        db = _sqlite3.connect(uri, uri=True, timeout=0.2)
        try:
            if db.execute(places.KIND).fetchone() != (places.APPLICATION, places.SCHEMA):
                return None  # another program's, or of another schema, which may mean other things by the same names
            row = db.execute(places.PAGE, (command,)).fetchone()
        finally:
            db.close()
    except (_sqlite3.Error, UnicodeDecodeError):
        return None  # the command line opens it again and says what is wrong
    # What cannot be read has no stamp: the command line says what is missing.
    return (row[0], row[1], row[2]) if row is not None and row[3] and row[3] == stamp and _is_sound(row) else None


def _is_sound(row: "tuple[object, ...]") -> bool:
    """Whether these are values that somebody wrote: SQLite takes a flipped bit for another type, or another number."""
    code, checked_at, body = row[:3]
    return (
        code in (0, 1, 3)
        and (checked_at is None or (isinstance(checked_at, int) and 0 <= checked_at < places.LATEST))
        and isinstance(body, str)
    )

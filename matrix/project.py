"""Where the project is on the web: nowhere that is known yet.

Each address is said here alone. Until it is, what would lead there names no address, or a relative one. The package's
metadata take theirs from here when it is built (hatch_build.py).
"""

# The page of its repository, by https, without "/" at the end.
HOME = ""
# Where a wrong cell or a fault of ours is reported.
ISSUES = ""
# Where the reports are published for browsers, with "/" at the end: the base of the addresses in the feeds.
REPORTS = ""


def whom() -> str:
    """Whom to tell, for a sentence: the address, else those whom the reader has this program from."""
    return ISSUES or "the project that you have archmatrix from"

"""Whose fix a fault is: ours (RegistryError), upstream's (ShapeError), the network's or disk's, the store's."""

from __future__ import annotations


class MatrixError(Exception):
    """A fault with a message fit to print; only the command line turns it into an exit code.

    meant is a word as it was typed and the one that was probably meant; then is a command line that helps on. Where
    neither is known, the command line names what helps with faults of this class.
    """

    def __init__(self, message: str, *, then: str = "", meant: tuple[str, str] | None = None) -> None:
        self.then, self.meant = then, meant
        super().__init__(message)


class RegistryError(MatrixError):
    """TOML is wrong: our own, or with `then` the asker's. Holds every fault, one a line: place, found, expected."""

    def __init__(self, faults: list[str], *, then: str = "") -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults), then=then)


class ShapeError(MatrixError):
    """Upstream's file no longer has the shape its extractor reads.

    `line` counts from 1; 0 where the fault belongs to the file as a whole.
    """

    def __init__(self, *, path: str, line: int, found: str, expected: str) -> None:
        self.path, self.line, self.found, self.expected = path, line, found, expected
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: found {found}, expected {expected}")


class TreeError(MatrixError):
    """A source tree or repository that cannot be read as what it was said to be."""


class FetchError(MatrixError):
    """A host did not give what it was asked for; what is known stays as it was.

    host is its name, with the port where that is not the scheme's own. retry_after is in seconds, None where the host
    named no moment. passing: the same question may be answered later, without anyone mending anything.
    """

    def __init__(self, host: str, happened: str, *, retry_after: float | None = None, passing: bool = False) -> None:
        self.host, self.happened, self.retry_after, self.passing = host, happened, retry_after, passing
        super().__init__(f"{host}: {happened}")


class StoreError(MatrixError):
    """Our database cannot be opened, read or written."""


class OldStoreError(StoreError):
    """The store has an older schema, and was asked for in a way that must not change it."""


class MissingExtraError(MatrixError):
    """What was asked for needs a package that is not installed: the first such, and the extra that brings it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(
            f"{package}: found no such package, expected what the extra {extra!r} brings",
            then=f"pip install 'archmatrix[{extra}]'",
        )


class UsageError(MatrixError):
    """The asker's words cannot be understood: an unknown name, a version that does not parse."""


class CannotTellError(MatrixError):
    """What was asked rests on what is not known here, and there is nothing to show of it."""


class GoneError(UsageError):
    """The name of a port that the kernel has dropped: title is the machine's, dropped the first kernel without it."""

    def __init__(self, name: str, *, title: str, dropped: str) -> None:
        self.name, self.title, self.dropped = name, title, dropped
        super().__init__(
            f"architecture: found {name!r} ({title}), which Linux dropped in {dropped}, expected a port that it has",
            then="archmatrix names",
        )

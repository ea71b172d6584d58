"""What upstream and people write for a version -> Version, ordered.

The shape of a label, all parts but the first optional:

    7.1.13              numbers
    7.2-rc2  23.0.0git  a stage before the numbers' release: git, experimental, nightly, alpha, beta, prerelease, rc
    -next-20260501      linux-next of that day
    -40-gbe69c747       `git describe`: 40 commits after it, at be69c747 (the count may be missing)
    -dirty              a work tree that differs from that commit

An order over labels is only claimed within one project.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from matrix.model import Source

# In the order in which upstreams pass through them; "" is the release itself. GCC's trunk is "experimental" until
# its release branch, then "prerelease"; LLVM's main is "git"; Rust's is "nightly", then "beta".
_STAGES = ("git", "dev", "experimental", "nightly", "alpha", "beta", "prerelease", "rc", "")
_TAGS = "refs/tags/"
_HEADS = frozenset({"git", "dev", "experimental", "nightly"})

# Nine digits bound every number: int() of a longer run takes quadratic time.
_LABEL = re.compile(
    r"""
    (?P<numbers> [0-9]{1,9} (?: \.[0-9]{1,9} ){0,3} )
    (?: -? (?:
        (?P<plain> git | dev | experimental | nightly | prerelease )
      | (?P<counted> rc | alpha | beta ) (?: \.? (?P<count> [0-9]{1,9} ) | -(?P<day> [0-9]{8} ) )?
    ) )?
    (?: -next-(?P<next> [0-9]{8} ) )?
    (?: - (?: (?P<steps> [0-9]{1,9} )- )? g(?P<commit> [0-9a-f]{7,40} ) )?
    (?P<dirty> -dirty )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A label taken apart. Equal and ordered by `key` alone, so that 7.1 equals 7.1.0; `text` is as written.

    stage is "" for a release; count its number (2 of rc2). steps counts commits after the tag, for linux-next it is
    the day as a number; commit is the abbreviated hash of a head, "" elsewhere.
    """

    key: tuple[tuple[int, ...], int, int, int, str, bool]
    text: str = field(compare=False)
    numbers: tuple[int, ...] = field(compare=False)
    stage: str = field(compare=False, default="")
    count: int = field(compare=False, default=0)
    steps: int = field(compare=False, default=0)
    commit: str = field(compare=False, default="")
    dirty: bool = field(compare=False, default=False)

    @property
    def moving(self) -> bool:
        """Whether this names a state between tags and not a tag."""
        return bool(self.steps or self.commit or self.dirty)

    def __str__(self) -> str:
        return self.text


def parse(label: str) -> Version:
    """Take `label` apart; a leading `v` is allowed and dropped.

    Raises: UsageError.
    """
    bare = label[1:] if label[:1] in ("v", "V") else label
    found = _LABEL.fullmatch(bare)
    if not found:
        shown = label if len(label) <= 60 else label[:57] + "..."
        raise UsageError(
            f"version: got {shown!r}, expected numbers such as 7.1.13, or with what follows them: 7.2-rc2, 22.1.0-rc3",
            then="archmatrix versions",
        )
    numbers = tuple(int(n) for n in found["numbers"].split("."))
    stage = (found["plain"] or found["counted"] or "").lower()
    count = int(found["count"] or found["day"] or 0)
    steps = int(found["steps"] or 0)
    commit = (found["commit"] or "").lower()
    day = int(found["next"] or 0)
    dirty = found["dirty"] is not None
    key = (_trimmed(numbers), _STAGES.index(stage), count, day or steps, commit, dirty)
    return Version(key, bare, numbers, stage, count, day or steps, commit, dirty)


def canonical(project: str, label: str) -> str:
    """The label as the project writes it: a kernel's 7.1.0 is 7.1, in rc and describe forms too.

    Raises: UsageError.
    """
    version = parse(label)
    if project == "linux" and len(version.numbers) == 3 and version.numbers[2] == 0:
        written = re.match(r"[0-9.]+", version.text)
        rest = version.text[written.end() :] if written else ""
        return f"{version.numbers[0]}.{version.numbers[1]}{rest}"
    return version.text


def kind(project: str, label: str) -> str:
    """Whether the label names a "release", a "prerelease" (rc, beta) or a "head".

    Raises: UsageError.
    """
    version = parse(label)
    if version.moving or version.stage in _HEADS:
        return "head"
    if version.stage:
        return "prerelease"
    if project == "gcc" and _between_releases(version.numbers):
        return "head"
    return "release"


def tagged(pattern: str, ref: str) -> Version | None:
    """The version of the release that a ref is the tag of, by an upstream's pattern for tags; None where it is none."""
    match = re.fullmatch(pattern, ref[len(_TAGS) :]) if pattern and ref.startswith(_TAGS) else None
    try:
        return parse(match[1]) if match else None
    except UsageError:
        return None  # a tag that only looks like a version


def in_version(source: Source, version: Version) -> bool:
    """Whether this version of a source's project is one that has its files (since and until are inclusive)."""
    if source.since and version < parse(source.since):
        return False
    last = parse(source.until).numbers if source.until else ()
    return not last or version.numbers[: len(last)] <= last


# --- Kconfig's numbers ---------------------------------------------------------------------------


def encode_rustc(version: Version) -> int:
    """Kconfig's RUSTC_VERSION: 1.85.1 is 108501."""
    major, minor, patch = _three(version)
    return 100000 * major + 100 * minor + patch


def encode_cc(version: Version) -> int:
    """Kconfig's GCC_VERSION, CLANG_VERSION and LLD_VERSION: 16.2.0 is 160200."""
    major, minor, patch = _three(version)
    return 10000 * major + 100 * minor + patch


def rustc_number(label: str) -> int:
    """A rustc version as written -> RUSTC_VERSION. Raises: UsageError."""
    return encode_rustc(parse(label))


def cc_number(label: str) -> int:
    """A GCC or Clang version as written -> GCC_VERSION or CLANG_VERSION. Raises: UsageError."""
    return encode_cc(parse(label))


def pahole_number(label: str) -> int:
    """A pahole version as written -> Kconfig's PAHOLE_VERSION: 1.24 is 124. Raises: UsageError."""
    major, minor, _ = _three(parse(label))
    return 100 * major + minor


def decode_pahole(number: int) -> str:
    """124 is 1.24."""
    return f"{number // 100}.{number % 100}"


def decode_rustc(number: int) -> str:
    """108501 is 1.85.1."""
    return f"{number // 100000}.{number // 100 % 1000}.{number % 100}"


def decode_cc(number: int) -> str:
    """160200 is 16.2.0."""
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


# --- steps of kind -------------------------------------------------------------------------------------


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Without trailing zeros: a kernel's 7.1.0 and 7.1 are one state."""
    end = len(numbers)
    while end and numbers[end - 1] == 0:
        end -= 1
    return numbers[:end]


def _three(version: Version) -> tuple[int, int, int]:
    major, minor, patch = (*version.numbers, 0, 0)[:3]
    return major, minor, patch


def _between_releases(numbers: tuple[int, ...]) -> bool:
    """GCC since 5: X.0.Z is trunk before X, X.Y.1 the branch after X.Y.0 was released."""
    major, minor, patch = (*numbers, 0, 0)[:3]
    return len(numbers) == 3 and major >= 5 and (minor == 0 or patch != 0)

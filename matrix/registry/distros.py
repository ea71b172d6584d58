"""The text of data/toolchains.toml -> the compilers of distributions, and a name -> the distribution it means.

    [distro.debian-13]
    title = "Debian 13 (trixie)"
    aliases = ["trixie"]
    repository = "Debian's archive"
    day = "2026-11-21"
    basis = "read"
    cc = "gcc"

    [distro.debian-13.tool.rustc]
    version = "1.85.1"
    source = "dists/trixie/main/binary-amd64/Packages"

    [distro.debian-13.arch.amd64]
    variants = ["x86_64"]

    [archive.debian]
    title = "Debian's archive"
    url = "https://deb.debian.org/debian"
    every = "2d"

The head of the file says what each key means. It is no part of the Registry: few questions name a distribution, and
the others would read it for nothing.
"""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.errors import RegistryError, UsageError
from matrix.model import Archive, Distro, DistroArch, Packaged, Schedule
from matrix.registry.schedule import SCHEDULE, schedule, schedule_faults
from matrix.registry.schema import ID, TEXT, Each, Place, Rule, one_of, parse_toml, text_like, texts
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path

    from matrix.registry.schema import Shape

DISTROS_FILE = "toolchains.toml"
# The kernel, and what builds it; llvm is the LLVM inside rustc, libclang the one that bindgen reads C with.
PACKAGES = ("kernel", "rustc", "bindgen", "libclang", "pahole", "gcc", "clang", "llvm")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https://[!-~]+[!-.0-~]")
_SUITE = re.compile(r"[a-z0-9][a-z0-9._/-]*")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_DISTRO_ID = text_like(_NAME, "a name of lower-case letters, digits, '.', '_' and '-'")
# What a distribution calls an architecture has capitals in none of them, and underscores in some.
_ARCH_NAME = _DISTRO_ID
_TOOL = one_of(*PACKAGES)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_version(value: object) -> bool:
    try:
        return isinstance(value, str) and not parse(value).moving
    except UsageError:
        return False


_VERSION = Rule("upstream's version such as '1.85.1'", _is_version)
DISTRO: Shape = {
    "title": TEXT,
    "aliases": texts("names in lower case", _NAME.fullmatch).or_else(()),
    "repository": TEXT,
    "day": Rule("a day such as '2026-11-21'", _is_day),
    "basis": one_of("read", "typed"),
    "cc": one_of("gcc", "clang"),
    "note": TEXT.or_else(""),
    "archive": ID.or_else(""),
    "suite": text_like(_SUITE, "the folder of a suite in dists/").or_else(""),
    "tool": Each({"version": _VERSION, "source": TEXT}, _TOOL),
    "arch": Each(
        {
            "variants": texts("variants, one at least", least=1),
            "lacks": texts("tools", PACKAGES.__contains__).or_else(()),
            "other": Each(_VERSION, _TOOL, least=0),
            "sha256": text_like(_SHA256, "the sha256 of a list of packages").or_else(""),
        },
        _ARCH_NAME,
    ),
}
_ARCHIVE: Shape = {
    "title": TEXT,
    "url": text_like(_URL, "an https address that ends in no slash"),
    **SCHEDULE,
}
_SHAPE: Shape = {"distro": Each(DISTRO, _DISTRO_ID), "archive": Each(_ARCHIVE, ID, least=0)}


def load_distros(folder: Path, variants: Container[str]) -> Mapping[str, Distro]:
    """What toolchains.toml in `folder` declares, by id. Raises: RegistryError with all its faults."""
    distros, faults = read_distros(_text(folder), variants)
    if faults:
        raise RegistryError(faults)
    return distros


def load_archives(folder: Path) -> Mapping[str, Archive]:
    """The archives there whose suites a refresh reads, by id. Raises: RegistryError with all faults of the file."""
    document, faults = parse_toml(DISTROS_FILE, _text(folder), _SHAPE)
    if faults:
        raise RegistryError(faults)
    return MappingProxyType({id_: _archive(id_, keys) for id_, keys in document["archive"].items()})


def _archive(id_: str, keys: Mapping[str, Any]) -> Archive:
    return Archive(id=id_, title=keys["title"], url=keys["url"], schedule=schedule(keys, Schedule()))


def _text(folder: Path) -> str:
    try:
        return (folder / DISTROS_FILE).read_bytes().decode("utf-8")
    except OSError as error:
        place = Place(DISTROS_FILE)
        raise RegistryError([place.fault(f"no readable file in {folder} ({error.strerror})", "TOML")]) from None
    except UnicodeDecodeError as error:
        raise RegistryError([Place(DISTROS_FILE).fault(f"byte 0x{error.object[error.start]:02x}", "UTF-8")]) from None


def read_distros(text: str, variants: Container[str]) -> tuple[Mapping[str, Distro], list[str]]:
    """Read data/toolchains.toml; the second value lists its faults. variants are the ids that there are."""
    document, faults = parse_toml(DISTROS_FILE, text, _SHAPE)
    tables = document["distro"] if document else {}
    archives = document["archive"] if document else {}
    for id_, keys in archives.items():
        faults += schedule_faults(Place(DISTROS_FILE).at("archive", id_), keys) if keys else []
    taken = {id_: id_ for id_ in tables}
    for id_, keys in tables.items():
        faults.extend(_faults(id_, keys, variants, taken, archives) if keys else ())
    return MappingProxyType({id_: _distro(id_, keys) for id_, keys in tables.items() if keys}), faults


def resolve_distro(distros: Mapping[str, Distro], name: str) -> Distro:
    """The distribution with this id or alias, in any case.

    Raises: UsageError for a name that none has, with the names nearest to it.
    """
    named = {known: d for id_, d in distros.items() for known in (id_, *d.aliases)}
    if (distro := named.get(name.lower())) is not None:
        return distro
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name.lower(), named, n=5)
    raise UsageError(
        f"--distro: found {name[:60]!r}, expected a name such as {', '.join(near or distros)} (archmatrix distros lists"
        " them); any other by its versions: --kernel V --rustc V --bindgen V --cc gcc-V, or on it: archmatrix doctor",
        then="archmatrix distros",
        meant=(name, near[0]) if near else None,
    )


def _faults(
    id_: str,
    keys: Mapping[str, Any],
    variants: Container[str],
    taken: dict[str, str],
    archives: Container[str],
) -> Iterator[str]:
    place = Place(DISTROS_FILE).at("distro", id_)
    if keys["archive"] and keys["archive"] not in archives:
        yield place.at("archive").fault(repr(keys["archive"]), "the id of an [archive.ID] of this file")
    if bool(keys["archive"]) != bool(keys["suite"]):
        yield place.fault("archive or suite alone", "both of them, or none")
    for alias in keys["aliases"]:
        if taken.setdefault(alias, id_) != id_ or alias == id_:
            yield place.at("aliases").fault(repr(alias), f"a name that {taken[alias]} does not have")
    tools = keys["tool"]
    if "rustc" not in tools:
        yield place.at("tool").fault("no rustc", "one: without it nothing here is an answer about this distribution")
    if keys["cc"] not in tools:
        yield place.at("cc").fault(repr(keys["cc"]), f"a compiler of which tool.{keys['cc']} says the version")
    for name, arch in keys["arch"].items():
        at = place.at("arch", name)
        for variant in arch["variants"]:
            if variant not in variants:
                yield at.at("variants").fault(repr(variant), "the id of a variant of arches.toml")
        for tool in (*arch["lacks"], *arch["other"]):
            if tool not in tools:
                yield at.fault(repr(tool), f"a tool that {id_} has: {', '.join(tools)}")


def _distro(id_: str, keys: Mapping[str, Any]) -> Distro:
    return Distro(
        id=id_,
        title=keys["title"],
        aliases=keys["aliases"],
        repository=keys["repository"],
        day=keys["day"],
        read=keys["basis"] == "read",
        cc=keys["cc"],
        note=keys["note"],
        archive=keys["archive"],
        suite=keys["suite"],
        tools=MappingProxyType({tool: Packaged(**said) for tool, said in keys["tool"].items()}),
        arches=MappingProxyType({n: DistroArch(name=n, **a) for n, a in keys["arch"].items()}),
    )

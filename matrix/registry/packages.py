"""The text of data/packages.toml -> what each distribution calls the tools, and what installs them elsewhere.

[distribution.arch]
title = "Arch Linux"
ids = ["arch"]
install = "pacman -S {packages}"
package.bindgen = { name = "rust-bindgen", source = "https://..." }

[tool.bindgen]
otherwise = "cargo install --locked bindgen-cli"
source = "https://..."
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from matrix.errors import RegistryError
from matrix.registry.schema import FLAG, ID, TEXT, Each, Place, Rule, parse_toml, text_like, texts
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from matrix.registry.schema import Shape

PACKAGES_FILE = "packages.toml"
_ADDRESS = text_like(re.compile(r"https://\S+"), "a public address that begins with https://")
_PLACE = text_like(
    re.compile(r"https://\S+|package (?:index|pages) of [^:]+: \S+"),
    "a public address that begins with https://, or such as 'package index of Debian: lld'",
)
_DAY = text_like(re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"), "a day such as '2026-11-28'")
_INSTALL = Rule("a command with {packages}", lambda value: isinstance(value, str) and "{packages}" in value)
_CROSS = Rule(
    "a package with {triple} or {cpu}",
    lambda value: isinstance(value, str) and ("{triple}" in value or "{cpu}" in value),
)
_EXACTLY = Rule("a command with {version}", lambda value: isinstance(value, str) and "{version}" in value)
_WORDS = Rule("a text", lambda value: isinstance(value, str))
_SHAPE: Shape = {
    "distribution": Each(
        {
            "title": TEXT,
            "ids": texts("ids in lower case, one at least", str.islower, least=1),
            "install": _INSTALL,
            "checked": _DAY,
            "note": _WORDS,
            "cross": _CROSS.or_else(""),
            "package": Each({"name": TEXT, "source": _PLACE, "read": FLAG.or_else(True)}, ID),
        },
        ID,
    ),
    "tool": Each({"otherwise": TEXT, "exactly": _EXACTLY.or_else(""), "source": _ADDRESS}, ID),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What a distribution calls a tool, and the public page for that; read is whether the name was read there."""

    name: str
    source: str
    read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesThere:
    """A distribution. install has the place {packages}; cross {triple} or {cpu}, "" for no package by a rule."""

    id: str
    title: str
    ids: tuple[str, ...]
    install: str
    checked: str
    note: str
    cross: str
    package: Mapping[str, Package]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What installs a tool on any distribution, and where that is said. exactly has {version}, "" for no command."""

    otherwise: str
    exactly: str
    source: str


@dataclass(frozen=True, slots=True)
class Packages:
    """What data/packages.toml holds."""

    distributions: Mapping[str, NamesThere]
    tools: Mapping[str, Elsewhere]

    def of(self, ids: Iterable[str]) -> NamesThere | None:
        """The distribution that the first known of these ids of os-release means."""
        named = {id_: one for one in self.distributions.values() for id_ in one.ids}
        return next((named[id_] for id_ in ids if id_ in named), None)


def plain_triple(triple: str) -> str:
    """A GNU triple without its vendor, as Debian and cross compilers write it: `aarch64-linux-gnu`; "" for ""."""
    cpu, _, rest = triple.partition("-")
    system = rest.partition("-")[2] if rest.count("-") > 1 else rest
    return f"{cpu}-{system}" if system else cpu


def cross_package(there: NamesThere, triple: str) -> str:
    """The package of a GCC for the machines of a triple; "" where the distribution has none by a rule."""
    cpu = triple.partition("-")[0]
    return there.cross.replace("{triple}", plain_triple(triple).replace("_", "-")).replace("{cpu}", cpu)


def read_packages(text: str) -> tuple[Packages, list[str]]:
    """Read data/packages.toml; the second value lists its faults."""
    document, faults = parse_toml(PACKAGES_FILE, text, _SHAPE)
    if document is None:
        return Packages({}, {}), faults
    tools = {id_: keys for id_, keys in document["tool"].items() if keys}
    distributions = {id_: keys for id_, keys in document["distribution"].items() if keys}
    taken: dict[str, str] = {}
    for id_, keys in distributions.items():
        place = Place(PACKAGES_FILE).at("distribution", id_)
        for one in keys["ids"]:
            if taken.setdefault(one, id_) != id_:
                faults.append(place.at("ids").fault(repr(one), f"an id that {taken[one]} does not have"))
        for tool in keys["package"].keys() - document["tool"].keys():
            faults.append(place.at("package", tool).fault("an unknown tool", f"one of {', '.join(document['tool'])}"))
    found = {
        id_: NamesThere(
            id=id_, **{**keys, "package": MappingProxyType({t: Package(**p) for t, p in keys["package"].items() if p})}
        )
        for id_, keys in distributions.items()
    }
    elsewhere = {id_: Elsewhere(**keys) for id_, keys in tools.items()}
    return Packages(MappingProxyType(found), MappingProxyType(elsewhere)), faults


def load_packages(folder: Path) -> Packages:
    """The same from the folder data/. Raises: RegistryError with every fault."""
    try:
        text = (folder / PACKAGES_FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError([Place(PACKAGES_FILE).fault(f"no readable file in {folder} ({error})", "TOML")]) from None
    found, faults = read_packages(text)
    if faults:
        raise RegistryError(faults)
    return found

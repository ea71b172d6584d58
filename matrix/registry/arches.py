"""The text of data/arches.toml -> ports, variants, and the names that need a list of their own.

    [arch.arm]
    title = "Arm, 32-bit"
    symbol = "ARM"

    [variant.arm-v7]
    arch = "arm"
    bits = 32
    endian = "little"
    on = ["ARM", "CPU_32v7"]
    off = ["CPU_BIG_ENDIAN"]
    names.debian = ["armhf"]

    [meanings]
    armel = ["arm-v4t", "arm-v5", "arm-v6"]

The head of the file says what each key means. Three naming systems are not written out under `names`, because
other keys hold them: kernel (the port and `make`), gnu (`gnu_triples`) and rust (`rust_targets`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.model import Arch, Variant
from matrix.registry.names import WRITTEN
from matrix.registry.schema import (
    ARCHES_FILE,
    ID,
    RELEASE_NUMBER,
    SYMBOL,
    SYMBOLS,
    TEXT,
    TEXTS,
    Each,
    Place,
    Rule,
    one_of,
    parse_toml,
    texts,
)
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Shape


ARCH: Shape = {
    "title": TEXT,
    "symbol": SYMBOL,
    "dropped": RELEASE_NUMBER.or_else(""),
    "note": TEXT.or_else(""),
}
VARIANT: Shape = {
    "arch": TEXT,
    "title": TEXT,
    "bits": one_of(32, 64),
    "endian": one_of("big", "little"),
    "isa": TEXT,
    "on": SYMBOLS,
    "off": SYMBOLS.or_else(()),
    "where_defined": SYMBOLS.or_else(()),
    "free": SYMBOLS.or_else(()),
    "subarch": TEXT.or_else(""),
    "defconfig": TEXT.or_else(""),
    "make": texts("values of ARCH=", least=1),
    "rustc": TEXTS.or_else(()),
    "rust_targets": TEXTS.or_else(()),
    "llvm": TEXT.or_else(""),
    "gnu_triples": TEXTS,
    "names": dict.fromkeys(WRITTEN, TEXTS.or_else(())),
    "note": TEXT.or_else(""),
    "means": Each(TEXT, SYMBOL, least=0),
}
_NAME = Rule("a name in lower case", lambda key: key == key.lower().strip() != "")
_SHAPE: Shape = {
    "arch": Each(ARCH, ID),
    "variant": Each(VARIANT, ID),
    "meanings": Each(texts("variants, one at least", least=1), _NAME),
}


@dataclass(frozen=True, slots=True)
class Arches:
    """What data/arches.toml holds. meanings: a name in lower case -> the variants it means, in order."""

    arches: Mapping[str, Arch]
    variants: Mapping[str, Variant]
    meanings: Mapping[str, tuple[str, ...]]


def read_arches(text: str) -> tuple[Arches, list[str]]:
    """Read data/arches.toml; the second value lists its faults."""
    tables, faults = parse_toml(ARCHES_FILE, text, _SHAPE)
    tables = tables or {"arch": {}, "variant": {}, "meanings": {}}
    arches = {i: Arch(id=i, **keys) for i, keys in tables["arch"].items() if keys}
    for id_, keys in tables["variant"].items():
        faults.extend(_variant_faults(id_, keys, tables["arch"]) if keys else ())
    for name, meant in tables["meanings"].items():
        faults.extend(_meaning_faults(name, meant, tables["variant"]) if meant else ())
    read = Arches(
        arches=MappingProxyType(arches),
        variants=MappingProxyType(
            {
                i: _variant(i, keys, arches[keys["arch"]])
                for i, keys in tables["variant"].items()
                if keys and keys["arch"] in arches
            }
        ),
        meanings=MappingProxyType({name: meant for name, meant in tables["meanings"].items() if meant}),
    )
    return read, faults


def _variant_faults(id_: str, keys: Mapping[str, Any], arches: Mapping[str, Any]) -> list[str]:
    place, faults = Place(ARCHES_FILE).at("variant", id_), []
    if keys["arch"] not in arches:
        faults.append(place.at("arch").fault(repr(keys["arch"]), f"one of {', '.join(arches)}"))
    elif (arch := arches[keys["arch"]]) and arch["symbol"] not in keys["on"]:
        faults.append(place.at("on").fault(f"no {arch['symbol']!r}", f"the symbol of {keys['arch']} among them"))
    fixed: dict[str, str] = {}
    faults.extend(
        place.at(kind).fault(repr(symbol), f"a symbol that is not in {fixed[symbol]} too")
        for kind in ("on", "off", "where_defined", "free")
        for symbol in keys[kind]
        if fixed.setdefault(symbol, kind) != kind
    )
    faults.extend(
        place.at("means", symbol).fault(repr(symbol), "a symbol that is in free: a condition on another never remains")
        for symbol in keys["means"]
        if symbol not in keys["free"]
    )
    return faults


def _meaning_faults(name: str, meant: tuple[str, ...], variants: Mapping[str, Any]) -> list[str]:
    place = Place(ARCHES_FILE).at("meanings", name)
    if name in variants:
        return [place.fault("the id of a variant", "another name: an id means that variant alone")]
    return [place.fault(repr(id_), "the id of a variant") for id_ in meant if id_ not in variants]


def _variant(id_: str, keys: Mapping[str, Any], arch: Arch) -> Variant:
    # Every variant has its port's name, whatever ARCH= builds it, so `parisc` is parisc64's name as well.
    derived = {
        "kernel": tuple(dict.fromkeys((arch.id, *keys["make"]))),
        "gnu": keys["gnu_triples"],
        "rust": keys["rust_targets"],
    }
    held = {system: names for system, names in {**derived, **keys["names"]}.items() if names}
    return Variant(
        id=id_,
        srcarch=arch.id,
        dropped=arch.dropped,
        **{**keys, "names": MappingProxyType(held), "means": MappingProxyType(keys["means"])},
    )

"""The text of data/names.toml -> the words that names are made of.

    [prefix]
    kconfig.like = 'config_'
    kconfig.system = "kconfig"

    [family]
    alpha.like = 'alpha(ev[0-9]+[a-z]*)?'
    alpha.means = ["alpha"]

    [gone.h8300]
    title = "Renesas H8/300"
    like = 'h8/?300'
    dropped = "5.19"
    source = "https://..."

The head of the file says what each table is for; matrix/registry/grammar.py how a name is read with them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.model import NameWord
from matrix.registry.schema import FLAG, ID, RELEASE_NUMBER, TEXT, TEXTS, Each, Place, Rule, parse_toml, texts

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from matrix.registry.schema import Shape

NAMES_FILE = "names.toml"

# The first kernel that could have Rust. A port that was there then has cells, and is dropped in arches.toml.
_RUST = (6, 1)


def _compiles(value: object) -> bool:
    try:
        return isinstance(value, str) and value != "" and bool(re.compile(value))
    except re.error:
        return False


_LIKE = Rule("a regular expression", _compiles)
_MEANS = texts("variants, one at least", least=1)
_WORD = Rule("a word in lower case", lambda key: key == key.lower().strip() != "")
_SHAPE: Shape = {
    "prefix": Each({"like": _LIKE, "system": TEXT.or_else("")}, ID),
    "suffix": Each({"like": _LIKE}, ID),
    "system": Each({"like": _LIKE, "linux": FLAG.or_else(default=True), "title": TEXT.or_else("")}, ID),
    "environment": Each({"like": _LIKE, "keeps": TEXTS.or_else(())}, ID),
    "triple": Each(_MEANS, _WORD),
    "family": Each({"like": _LIKE, "means": _MEANS}, ID),
    "core": Each({"like": _LIKE, "keeps": _MEANS, "source": TEXT}, ID),
    "machines": Each({"source": TEXT, "means": Each(_MEANS, _WORD)}, ID),
    "gone": Each({"title": TEXT, "like": _LIKE, "dropped": RELEASE_NUMBER, "source": TEXT}, ID),
    "stranger": Each({"like": _LIKE, "title": TEXT}, ID),
    "vendors": {"words": TEXTS.or_else(())},
    "noise": {"words": TEXTS.or_else(())},
}


def read_name_words(
    text: str, variants: Container[str] | None, known: Container[str], systems: Container[str]
) -> tuple[Mapping[str, NameWord], list[str]]:
    """Read data/names.toml; the second value lists its faults.

    variants are the ids that words may mean, None where these are not known; known the names of data/arches.toml, which
    nobody looks up here; systems the naming systems that a prefix may announce.
    """
    tables, faults = parse_toml(NAMES_FILE, text, _SHAPE)
    words = list(_words(tables)) if tables else []
    for word in words:
        place = Place(NAMES_FILE).at(word.part, word.id)
        faults += [
            place.fault(repr(id_), "the id of a variant")
            for id_ in word.variants
            if variants is not None and id_ not in variants
        ]
        if word.system and word.system not in systems:
            faults.append(place.at("system").fault(repr(word.system), "a naming system"))
        if word.dropped and tuple(map(int, word.dropped.split("."))) >= _RUST:
            expected = "a kernel before 6.1, the first with Rust: a later one is an arch of arches.toml"
            faults.append(place.at("dropped").fault(word.dropped, expected))
        if word.part == "machines" and word.id in known:
            faults.append(place.fault("a name of arches.toml", "another word: this one is never looked up"))
    seen: dict[str, str] = {}
    for word in words:
        if word.part == "machines" and (first := seen.setdefault(word.id, word.source)) != word.source:
            faults.append(Place(NAMES_FILE).at("machines", word.id).fault(f"it under {first} too", "a word once"))
    return MappingProxyType({f"{word.part} {word.id}": word for word in words}), faults


def _words(tables: Mapping[str, Any]) -> Iterable[NameWord]:
    for part in ("prefix", "suffix", "system", "environment", "family", "core", "gone", "stranger"):
        for id_, keys in tables[part].items():
            if keys:
                rest = dict(keys)
                variants = rest.pop("means", rest.pop("keeps", ()))
                yield NameWord(part=part, id=id_, variants=variants, **rest)
    for word, means in tables["triple"].items():
        if means:
            yield NameWord(part="triple", id=word, like=re.escape(word), variants=means)
    for keys in tables["machines"].values():
        for word, means in keys["means"].items() if keys else ():
            if means:
                yield NameWord(part="machines", id=word, like=re.escape(word), variants=means, source=keys["source"])
    for part in ("vendors", "noise"):
        for word in tables[part]["words"]:
            yield NameWord(part=part, id=word, like=re.escape(word))

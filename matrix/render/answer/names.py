"""Names and their meanings -> text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.model import Truth
from matrix.render import style
from matrix.render.contract import document
from matrix.render.layout import field, wrap
from matrix.render.phrases import elsewhere_words, reading_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.errors import GoneError
    from matrix.model import Meaning, Registry, Variant


def meaning_text(registry: Registry, meaning: Meaning, absent: Mapping[str, str]) -> list[str]:
    """What one name means, and every name of each variant. absent says of variants why the kernel lacks them."""
    systems = f" ({', '.join(meaning.systems)})" if meaning.systems else ""
    many = f"{len(meaning.variants)} variants" if len(meaning.variants) > 1 else meaning.variants[0]
    lines = [f"{style.bold(meaning.name)}: {many}{systems}"]
    if read := reading_words(meaning):
        lines += wrap(read, 2)
    for other in elsewhere_words(meaning):
        lines += wrap(other, 2)
    for id_ in meaning.variants:
        lines += ["", *_variant(registry.variants[id_], absent)]
    if meaning.see_also:
        lines += ["", *field("see also", ", ".join(meaning.see_also))]
    return lines


def _variant(variant: Variant, absent: Mapping[str, str]) -> list[str]:
    lines = [f"{style.bold(variant.id)}: {described(variant)}"]
    for system, names in variant.names.items():
        if names:
            lines += field(f"  {system}", ", ".join(names))
    symbols = [*variant.on, *(f"!{name}" for name in variant.off)]
    lines += field("  Kconfig", " && ".join(symbols))
    if variant.id in absent:
        lines += field("  absent", absent[variant.id])
    return lines + (wrap(variant.note, 2) if variant.note else [])


def described(variant: Variant) -> str:
    """The title, with the width and byte order where it does not say them itself."""
    extra = [w for w in (f"{variant.bits}-bit", f"{variant.endian}-endian") if w not in variant.title]
    return ", ".join([variant.title, *extra])


def all_names_text(registry: Registry, absent: Mapping[str, str]) -> list[str]:
    """Every variant with the names that lead to it alone, a line or two each."""
    lines = []
    for variant in registry.variants.values():
        own = [m.name for m in registry.names.values() if m.variants == (variant.id,) and m.name != variant.id]
        gone = f" (absent: {absent[variant.id]})" if variant.id in absent else ""
        lines += field(variant.id, (", ".join(own) or variant.title) + gone, 16)
    return lines


def names_json(registry: Registry, meaning: Meaning | None, absent: Mapping[str, str]) -> dict[str, Any]:
    """The document of `names`: what one name means, or every variant that there is."""
    ids = registry.variants if meaning is None else meaning.variants
    told = (
        {
            "name": meaning.name,
            "systems": list(meaning.systems),
            **reading_json(meaning),
            "see_also": list(meaning.see_also),
            "dropped": None,
        }
        if meaning
        else None
    )
    return document("names", {"meaning": told, "variants": [_variant_json(registry.variants[i], absent) for i in ids]})


def gone_json(gone: GoneError) -> dict[str, Any]:
    """The same document for the name of a port that is gone."""
    nothing: dict[str, list[str]] = {"systems": [], "parts": [], "elsewhere": [], "see_also": []}
    return document("names", {"meaning": {"name": gone.name, **nothing, "dropped": dropped_json(gone)}, "variants": []})


def dropped_json(gone: GoneError) -> dict[str, Any]:
    """What a port was that is gone, and the first kernel without it."""
    return {"title": gone.title, "in": gone.dropped}


def reading_json(meaning: Meaning) -> dict[str, Any]:
    """How a name was taken apart, [] where it is listed as it stands, and what else it means, by naming system."""
    return {
        "parts": [{"part": part, "word": word} for part, word in meaning.read],
        "elsewhere": [{"system": system, "variant_ids": list(ids)} for system, ids in meaning.elsewhere],
    }


def gone_text(gone: GoneError) -> str:
    """That the kernel has no such port any more, as an answer."""
    return style.safe_lines(
        [
            f"{style.bold(gone.name)}: {style.truth('no', Truth.NO)}. Linux dropped this port in {gone.dropped}.",
            *wrap(f"{gone.title}; no kernel that can have Rust (6.1 and later) has it.", 2),
            *wrap("The ports there are: archmatrix names", 2),
        ]
    )


def _variant_json(variant: Variant, absent: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": variant.id,
        "arch": variant.arch,
        "title": variant.title,
        "bits": variant.bits,
        "endian": variant.endian,
        "on": list(variant.on),
        "off": list(variant.off),
        "free": list(variant.free),
        "absent": absent.get(variant.id),
        "note": variant.note or None,
        "names": listed_names(variant),
    }


def listed_names(variant: Variant) -> list[dict[str, Any]]:
    """A variant's names, by naming system."""
    return [{"system": system, "names": list(names)} for system, names in variant.names.items() if names]

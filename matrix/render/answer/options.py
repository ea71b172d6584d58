"""The options that condition or exclude Rust -> text of all, and JSON."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.cell import OptionKind
from matrix.expression import NO, YES, show
from matrix.model import Truth
from matrix.render import style
from matrix.render.answer.cells import option_json
from matrix.render.answer.data import evidence_json, scene_json
from matrix.render.contract import document
from matrix.render.layout import wrap
from matrix.render.links import evidence_url
from matrix.render.phrases import tied_words, versions_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.cell import Option, Rung
    from matrix.model import Registry, Variant
    from matrix.query.features import Feature
    from matrix.query.scene import Scene

_HEADS = {
    OptionKind.CONDITION: "conditions of its own (what `archmatrix is` names)",
    OptionKind.EXCLUDES: "config RUST excludes, on every architecture",
    OptionKind.HOST: "decided by the machine that builds",
    OptionKind.EXCLUDED: "options that Rust switches off or limits",
}


ADMITS = {
    Truth.YES: "admits Rust",
    Truth.NO: "does not admit Rust",
    Truth.UNKNOWN: "cannot be told to admit Rust",
}
AS_WRITTEN = "as written"


def options_text(registry: Registry, scene: Scene, variant: Variant, options: tuple[Option, ...], kernel: Rung) -> str:
    """One variant's options by kind, each with what it comes to here and its place."""
    lines = [f"{style.bold(variant.id)}: {variant.title}", *wrap(versions_words(registry, scene), 2)]
    lines += wrap(f"this kernel {ADMITS[kernel.truth]} here: {kernel.because}", 2)
    for kind, head in _HEADS.items():
        found = [o for o in options if o.kind == kind]
        if not found:
            continue
        lines += ["", head]
        for option in found:
            lines += wrap(f"config {option.config}: {option.written}", 2)
            tied = "".join(f"; {tied_words(tied)}" for tied in option.tied)
            lines += wrap(f"{comes_to(option)}{tied}  {option.evidence.path}:{option.evidence.line}", 6)
    return style.safe_lines(lines)


def features_text(found: Sequence[Feature]) -> str:
    """The unstable features that the kernel asks for, each with what the chosen rustc says of it."""
    if not found:
        return ""
    lines = ["", "unstable Rust features that this kernel asks for, and what this rustc says"]
    for feature in found:
        when = f" if {_cfg(feature.when)}" if feature.when else ""
        kind = f"{feature.kind} feature, " if feature.kind else ""
        lines += wrap(f"{feature.name} ({feature.asked_by}{when}): {kind}{feature.state}", 2)
        lines += wrap(", ".join(f"{e.path}:{e.line}" for e in feature.evidence), 6)
    return style.safe_lines(lines)


def _cfg(when: str) -> str:
    """A fact's `$(cfg, X)` as Rust writes it: `cfg(X)`."""
    return when.replace("$(cfg, ", "cfg(")


def options_json(
    registry: Registry, scene: Scene, found: Mapping[str, tuple[Option, ...]], features: Sequence[Feature]
) -> dict[str, Any]:
    """The same as a document; found is keyed by the variant's id, without an option where Kconfig was not read."""
    url_of = partial(evidence_url, registry, scene)
    variants = [
        {
            "id": id_,
            "arch": registry.variants[id_].arch,
            "title": registry.variants[id_].title,
            "read": bool(options),
            "options": [option_json(option, url_of) for option in options],
        }
        for id_, options in found.items()
    ]
    return document(
        "options", {**scene_json(scene), "variants": variants, "features": _features(registry, scene, features)}
    )


def _features(registry: Registry, scene: Scene, found: Sequence[Feature]) -> list[dict[str, Any]]:
    return [
        {
            "feature": f.name,
            "asked_by": f.asked_by,
            "when": f.when or None,
            "kind": f.kind or None,
            "state": f.state,
            "evidence": evidence_json(registry, scene, f.evidence),
        }
        for f in found
    ]


def comes_to(option: Option) -> str:
    """`met here`, `cannot hold here`, `here: !CFI`, AS_WRITTEN."""
    if option.remains == YES:
        return "met here"
    if option.remains == NO:
        return "cannot be set with Rust" if option.kind is OptionKind.EXCLUDED else "cannot hold here"
    written = option.written.removeprefix("depends on ")
    remains = show(option.remains)
    return AS_WRITTEN if remains in {written, written.partition(" if ")[2]} else f"here: {remains}"

"""The options that condition or exclude Rust -> text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.model import Truth
from matrix.render import style
from matrix.render.answer.data import evidence_json
from matrix.render.layout import wrap
from matrix.render.phrases import versions_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Registry, Rung, Variant
    from matrix.query.features import Feature
    from matrix.query.options import Option
    from matrix.query.question import Scene

_HEADS = {
    "condition": "conditions of its own (what `archmatrix is` names)",
    "excludes": "config RUST excludes, on every architecture",
    "host": "decided by the machine that builds",
    "excluded": "options that Rust switches off or limits",
}


def options_text(registry: Registry, scene: Scene, variant: Variant, options: tuple[Option, ...], kernel: Rung) -> str:
    """One variant's options by kind, each with what it comes to here and its place."""
    lines = [f"{style.bold(variant.id)}: {variant.title}", *wrap(versions_words(registry, scene), 2)]
    word = {Truth.YES: "admits Rust", Truth.NO: "does not admit Rust", Truth.UNKNOWN: "cannot be told to admit Rust"}
    lines += wrap(f"this kernel {word[kernel.truth]} here: {kernel.because}", 2)
    for kind, head in _HEADS.items():
        found = [o for o in options if o.kind == kind]
        if not found:
            continue
        lines += ["", head]
        for option in found:
            lines += wrap(f"config {option.config}: {option.written}", 2)
            lines += wrap(f"{_comes_to(option)}  {option.evidence.path}:{option.evidence.line}", 6)
    return style.safe_lines(lines)


def features_text(found: Sequence[Feature]) -> str:
    """The unstable features that the kernel asks for, each with what the chosen rustc says of it."""
    if not found:
        return ""
    lines = ["", "unstable Rust features that this kernel asks for, and what this rustc says"]
    for feature in found:
        when = f" if {_cfg(feature.when)}" if feature.when else ""
        lines += wrap(f"{feature.name} ({feature.asked_by}{when}): {feature.state}", 2)
        lines += wrap(", ".join(f"{e.path}:{e.line}" for e in feature.evidence), 6)
    return style.safe_lines(lines)


def _cfg(when: str) -> str:
    """A fact's `$(cfg, X)` as Rust writes it: `cfg(X)`."""
    return when.replace("$(cfg, ", "cfg(")


def features_json(registry: Registry, scene: Scene, found: Sequence[Feature]) -> list[dict[str, Any]]:
    """The same as values."""
    return [
        {
            "feature": f.name,
            "asked_by": f.asked_by,
            "when": f.when or None,
            "state": f.state,
            "evidence": [evidence_json(registry, scene, e) for e in f.evidence],
        }
        for f in found
    ]


def _comes_to(option: Option) -> str:
    if not option.remains:
        return "met here"
    if option.remains == "n":
        return "cannot be set with Rust" if option.kind == "excluded" else "cannot hold here"
    asked = option.written.removeprefix("depends on ").partition(" if ")[2] or option.written.removeprefix(
        "depends on "
    )
    return "as written" if asked == option.remains else f"here: {option.remains}"


def options_json(registry: Registry, scene: Scene, variant: Variant, options: tuple[Option, ...]) -> dict[str, Any]:
    """The same as values; remains is "" where the expression is met, "n" where it cannot hold."""
    return {
        "variant": variant.id,
        "known": bool(options),
        "options": [
            {
                "config": o.config,
                "kind": o.kind,
                "written": o.written,
                "remains": o.remains,
                "evidence": evidence_json(registry, scene, o.evidence),
            }
            for o in options
        ],
    }

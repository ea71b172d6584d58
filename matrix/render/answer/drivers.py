"""The options that need Rust, and default configurations that set them -> text and JSON."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.expression import YES, show
from matrix.model import Truth
from matrix.render import style
from matrix.render.answer.data import evidence_json, scene_json
from matrix.render.contract import document
from matrix.render.layout import hang, wrap
from matrix.render.phrases import CANNOT_TELL, linux_words, versions_words
from matrix.resolve.drivers import Having

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Evidence, Registry
    from matrix.query.drivers import Defconfigs, Drivers
    from matrix.query.scene import Scene
    from matrix.resolve.defconfigs import ConfigLine
    from matrix.resolve.drivers import OnVariant, RustOption

_TRUTHS = {
    Having.CAN: Truth.YES,
    Having.LOST: Truth.NO,
    Having.MISSING: Truth.NO,
    Having.UNKNOWN: Truth.UNKNOWN,
}
_WORDS = {
    Having.CAN: "can be had",
    Having.LOST: "lost: all but Rust would allow it",
    Having.MISSING: "could not be had with Rust either",
    Having.UNKNOWN: CANNOT_TELL,
}
# A line number, a blank and the longest name of today's options.
_COLUMN = 36
# So many reasons are printed in full; of more, `archmatrix why` tells each.
_FEW = 3


def drivers_text(registry: Registry, found: Drivers, arch: str | None) -> str:
    """All options, file by file, and whose machine loses how many of them."""
    lines = _notes(found.scene)
    lines += wrap(f"{_kernel(registry, found.scene)}: {_count(len(found.options), 'option')} that {_need(found)} Rust")
    if arch is None:
        lines += wrap(
            f"of {_count(found.variants, 'variant')}: on how many each can be had, how many lose it because all but "
            f"Rust would allow it{', and since which release known here it needs Rust' if found.since else ''}; "
            "- has no prompt: others select it"
        )
        lines += ["", f"{'':{_COLUMN}}can lost{' since' if found.since else ''}"]
    for path, options in groupby(found.options, key=lambda option: option.place.path):
        # With words in place of numbers the files need some room.
        lines += [*([""] if arch is not None else []), style.bold(path)]
        for option in options:
            head = f"{option.place.line:>6} {option.symbol}{'' if option.prompt else ' -'} ".ljust(_COLUMN)
            if arch is None:
                can, lost = (len(option.variants(having)) for having in (Having.CAN, Having.LOST))
                lines.append(f"{head}{can:>3} {lost:>4} {found.since.get(option.symbol, '')}".rstrip())
            else:
                lines += hang(head, _on_words(option.on), len(head))
    if arch is None:
        lines += _losers(found.options)
    return style.safe_lines(lines)


def _need(found: Drivers) -> str:
    return "needs" if len(found.options) == 1 else "need"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _kernel(registry: Registry, scene: Scene) -> str:
    revision = scene.revisions["linux"]
    if revision is None:
        return "Linux"
    return linux_words(registry, scene, revision)


def _notes(scene: Scene) -> list[str]:
    return [line for said in scene.said for line in wrap(f"note: {said}")]


def _on_words(on: Sequence[OnVariant]) -> str:
    """`can if !KASAN`; where the variants differ, each answer with those it holds for."""
    by_words: dict[str, list[str]] = {}
    for one in on:
        condition = f" if {show(one.condition)}" if one.having is Having.CAN and one.condition != YES else ""
        by_words.setdefault(f"{one.having.value}{condition}", []).append(one.variant)
    if len(by_words) == 1:
        return next(iter(by_words))
    return "; ".join(f"{words}: {', '.join(variants)}" for words, variants in by_words.items()) or "not in this kernel"


def _losers(options: Iterable[RustOption]) -> list[str]:
    """How many of them each variant loses, the most first."""
    lost = Counter(one.variant for option in options for one in option.variants(Having.LOST))
    by_number: dict[int, list[str]] = {}
    for variant, number in lost.items():
        by_number.setdefault(number, []).append(variant)
    lines = ["", style.bold("who loses how many for want of Rust alone")]
    for number in sorted(by_number, reverse=True):
        lines += hang(f"{number:>4}  ", ", ".join(sorted(by_number[number])), 6)
    return lines if by_number else []


def option_text(registry: Registry, found: Drivers, option: RustOption) -> str:
    """One option: by what it needs Rust, what else it asks for, and each variant by its answer."""
    how = "" if option.prompt else ", without a prompt: others select it, or it follows from its default"
    lines = _notes(found.scene)
    lines += [f"{style.bold(option.symbol)}: {option.type}, {_place(option.place)}{how}"]
    lines += wrap(versions_words(registry, found.scene), 2)
    if since := found.since.get(option.symbol):
        lines += wrap(f"needs Rust since Linux {since}, of the releases known here", 2)
    lines += ["", "needs Rust by", *_lines(option.by)]
    if option.demands:
        lines += ["", "asks besides", *_lines(option.demands)]
    for having in Having:
        if on := option.variants(having):
            lines += ["", style.truth(f"{_WORDS[having]} ({len(on)})", _TRUTHS[having])]
            lines += _told(having, on)
    if not option.on:
        lines += ["", "no variant that was asked about is in this kernel"]
    return style.safe_lines(lines)


def _place(item: Evidence) -> str:
    return f"{item.path}:{item.line}"


def _lines(items: Iterable[Evidence]) -> list[str]:
    return [line for item in items for line in wrap(f"{item.says}  {_place(item)}", 2)]


def _told(having: Having, on: Sequence[OnVariant]) -> list[str]:
    if having is Having.CAN:
        return _grouped((f"if {show(one.condition)}" if one.condition != YES else "", one.variant) for one in on)
    if having is Having.MISSING:
        reasons = ("; ".join(f"{e.says} {_place(e)}" for e in one.evidence) or one.because for one in on)
        return _grouped(zip(reasons, (one.variant for one in on), strict=True))
    if len(on) <= _FEW:
        return [line for one in on for line in wrap(f"{one.variant}: {one.because}{_stands(one.evidence)}", 2)]
    return [*wrap(", ".join(one.variant for one in on), 2), "  (archmatrix why NAME says why)"]


def _stands(evidence: Sequence[Evidence]) -> str:
    return f" ({', '.join(dict.fromkeys(_place(e) for e in evidence))})" if evidence else ""


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The variants that a reason or condition is told of, together."""
    by_words: dict[str, list[str]] = {}
    for words, variant in pairs:
        by_words.setdefault(words, []).append(variant)
    lines: list[str] = []
    for words, variants in by_words.items():
        lines += wrap(f"{words}: {', '.join(variants)}" if words else ", ".join(variants), 2)
    return lines


def defconfigs_text(registry: Registry, found: Defconfigs) -> str:
    """Each configuration that sets Rust or what needs it, with its lines and whether each can hold."""
    lines = _notes(found.scene)
    lines += wrap(
        f"{_kernel(registry, found.scene)}: {_count(found.read, 'configuration')} (arch/*/configs, kernel/configs); "
        f"{_count(len(found.lines), 'line')} that set{'s' if len(found.lines) == 1 else ''} Rust or what needs it"
    )
    for path, items in groupby(found.lines, key=lambda line: line.path):
        lines += ["", style.bold(path)]
        for item in items:
            lines += wrap(f"{item.place.line}: CONFIG_{item.symbol}={item.value}: {_line_words(item)}", 2)
    return style.safe_lines(lines)


def _line_words(line: ConfigLine) -> str:
    if line.without_rust:
        return "dropped: this configuration does not set CONFIG_RUST, which it needs"
    can = [one for one in line.on if one.having is Having.CAN]
    if len(line.on) > 2 * _FEW:
        return f"can hold on {len(can)} of {_count(len(line.on), 'variant')}"
    if not line.on:
        return "no variant that was asked about is meant by it"
    return "; ".join(_holds_words(one) for one in line.on)


def _holds_words(one: OnVariant) -> str:
    if one.having is Having.CAN:
        return f"{one.variant}: can hold{f' if {show(one.condition)}' if one.condition != YES else ''}"
    word = CANNOT_TELL if one.having is Having.UNKNOWN else "cannot hold"
    return f"{one.variant}: {word}, {one.because}"


# --- JSON -----------------------------------------------------------------------------------------------------------


def drivers_json(registry: Registry, found: Drivers) -> dict[str, Any]:
    """The whole as a document: every option with every variant."""
    body = {
        **scene_json(found.scene),
        "variant_count": found.variants,
        "drivers": [_option(registry, found, option) for option in found.options],
    }
    return document("drivers-options", body)


def defconfigs_json(registry: Registry, found: Defconfigs) -> dict[str, Any]:
    """The whole as a document: every line with every variant that it can be meant for."""
    body = {
        **scene_json(found.scene),
        "configurations": found.read,
        "lines": [
            {
                "path": line.path,
                "symbol": line.symbol,
                "value": line.value,
                "answer": line.holds.value,
                "without_rust": line.without_rust,
                "evidence": evidence_json(registry, found.scene, [line.place]),
                "variants": [_on(registry, found.scene, one) for one in line.on],
            }
            for line in found.lines
        ],
    }
    return document("drivers-defconfigs", body)


def _option(registry: Registry, found: Drivers, option: RustOption) -> dict[str, Any]:
    def lines(items: Iterable[Evidence]) -> list[dict[str, Any]]:
        return evidence_json(registry, found.scene, items)

    return {
        "symbol": option.symbol,
        "type": option.type,
        "prompt": option.prompt,
        "since": found.since.get(option.symbol),
        "evidence": lines([option.place]),
        "needs_rust_by": lines(option.by),
        "demands": lines(option.demands),
        "variants": [_on(registry, found.scene, one) for one in option.on],
    }


def _on(registry: Registry, scene: Scene, one: OnVariant) -> dict[str, Any]:
    return {
        "id": one.variant,
        "having": one.having.value,
        "because": one.because or None,
        "condition": show(one.condition) or None,
        "evidence": evidence_json(registry, scene, one.evidence),
    }

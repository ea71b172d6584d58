"""Whether the bindgen and the libclang that were named suit the kernel, and what its own check says of them.

scripts/rust_is_available.sh is that check: it ends with an error, or warns and goes on. Where a probe of the tool at
hand decides, as of versions that distributions have mended, versions alone prove nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import NO, YES, And, Compare, Known, Range, fill, is_probe, parse, show
from matrix.model import Truth
from matrix.resolve.kernel.step import MET, Step, not_read
from matrix.resolve.kernel.tools import policy_unknown
from matrix.resolve.requirement import AVAILABLE, refused_as_too_old
from matrix.versions import decode_rustc, encode_rustc, rustc_number
from matrix.versions import parse as parse_version

if TYPE_CHECKING:
    from matrix.expression import Expr
    from matrix.model import Evidence, Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

# How many numbers are left open in a version of one or two: 19 is any of 19.0.0 to 19.999.99.
_OPEN = {1: 99_999, 2: 99}
_NAMES = {"BINDGEN_VERSION": "bindgen", "LIBCLANG_VERSION": "libclang", "RUSTC_VERSION": "rustc"}
# What is said of the tools that remain open, and the other values (too-old, too-new), is the requirement's.
_BUGS = frozenset({"bug", "mismatch"})


def bindgen_suits(context: Context, variant: Variant) -> Step:
    """A named bindgen below the minimum is a no; beside one that the kernel pins, it cannot be told."""
    return _suits(context, variant, Tool.BINDGEN, context.asked.bindgen)


def libclang_suits(context: Context, variant: Variant) -> Step:
    """A named libclang below LLVM's minimum is a no where the kernel's check refuses it."""
    return _suits(context, variant, Tool.LIBCLANG, context.asked.libclang)


def _suits(context: Context, variant: Variant, tool: Tool, named: str) -> Step:
    linux = context.facts.get("linux")
    if not named or linux is None:
        return MET
    needed = context.minimum(tool, variant)
    if needed is None:
        because = f"what {tool.value} Linux {linux.revision.label} asks for is not stated"
        return not_read(context, "linux-min-tools", AVAILABLE) or Step(Truth.UNKNOWN, because)
    refused = refused_as_too_old(linux, tool)
    evidence = (needed.evidence, *((linux.evidence(refused),) if refused else ()))
    least, given = rustc_number(needed.version), _range(named)
    asks = f"Linux {linux.revision.label} needs {needed}, and {named} was named"
    if given.high is not None and given.high < least:
        return Step(Truth.NO, asks, evidence)
    if given.low < least:
        return Step(Truth.UNKNOWN, f"{asks}, of which some releases are older", evidence)
    if needed.policy is None:
        return policy_unknown(context, needed)
    if needed.exactly and (given.low, given.high) != (least, least):
        because = f"Linux {linux.revision.label} pins {needed}; whether {named} works is not said"
        return Step(Truth.UNKNOWN, because, (needed.evidence, needed.policy))
    return Step(Truth.YES, "", (needed.evidence, needed.policy))


def no_known_bug(context: Context, variant: Variant) -> Step:
    """What the kernel's check refuses is a no. What it warns of is a remark, and so is what a probe decides."""
    del variant
    if not context.asked.bindgen and not context.asked.libclang:
        return MET
    linux = context.known(AVAILABLE)
    if linux is None:
        return not_read(context, AVAILABLE) or MET
    evidence: list[Evidence] = []
    remarks: list[str] = []
    for item, remains in _holding(context, linux):
        stands = linux.evidence(item)
        if item.fact.attribute == "broken" and remains == YES:
            because = f"{item.path} of Linux {linux.revision.label} refuses {_named(context)}: {_what(item)}"
            return Step(Truth.NO, because, (stands,))
        evidence.append(stands)
        remarks.append(_remark(context, item, remains))
    return Step(Truth.YES, "", tuple(evidence), remarks=tuple(remarks))


def _holding(context: Context, linux: Facts) -> list[tuple[Located, Expr]]:
    """What the check says of these versions, with what remains open of it."""
    known = _known(context)
    told = []
    for tool in (Tool.BINDGEN, Tool.LIBCLANG):
        for attribute in ("broken", "warns"):
            for item in linux.about(AVAILABLE, tool.value, attribute):
                when = parse(item.fact.when)
                if item.fact.value not in _BUGS or not _concerns(when, known):
                    continue
                if (remains := fill(when, known)) != NO:
                    told.append((item, remains))
    return told


def _concerns(when: Expr, known: Known) -> bool:
    """Whether a condition rests on a version that was named."""
    text = show(when)
    return any(symbol in text for symbol in (*known.ranges, *known.texts))


def _known(context: Context) -> Known:
    asked = context.asked
    symbols = {"BINDGEN_VERSION": asked.bindgen, "LIBCLANG_VERSION": asked.libclang}
    ranges = {symbol: _range(named) for symbol, named in symbols.items() if named}
    texts: dict[str, tuple[str, ...]] = {}
    if asked.libclang:
        texts["LIBCLANG_VERSION_TEXT"] = (_text(asked.libclang),)
        if asked.cc == "clang" and asked.cc_version and _told_apart(asked.libclang, asked.cc_version):
            texts["CLANG_VERSION_TEXT"] = (_text(asked.cc_version),)

    def value(name: str) -> Expr | None:
        return {"gcc": NO, "clang": YES}.get(asked.cc) if name == "CC_IS_CLANG" else None

    return Known(value, ranges, texts)


def _range(named: str) -> Range:
    """The numbers that a version may have, as the check counts them."""
    version = parse_version(named)
    low = encode_rustc(version)
    return Range(low, low + _OPEN.get(len(version.numbers), 0))


def _text(named: str) -> str:
    return decode_rustc(encode_rustc(parse_version(named)))


def _told_apart(one: str, other: str) -> bool:
    """Whether two versions are equal can be told: both are whole, or no release is of both."""
    a, b = _range(one), _range(other)
    whole = a.low == a.high and b.low == b.high
    return whole or (a.high or a.low) < b.low or (b.high or b.low) < a.low


def _named(context: Context) -> str:
    named = {"bindgen": context.asked.bindgen, "libclang": context.asked.libclang}
    return " with ".join(f"{tool} {version}" for tool, version in named.items() if version)


def _what(item: Located) -> str:
    return "it does not match clang" if item.fact.value == "mismatch" else "a bug that the kernel knows of"


def _remark(context: Context, item: Located, remains: Expr) -> str:
    """What the check says, with what it still hangs on."""
    place = f"{item.path}:{item.fact.line}"
    if item.fact.value == "mismatch":
        libclang, clang = context.asked.libclang, context.asked.cc_version
        if context.asked.cc == "clang" and clang:
            maybe = "" if remains == YES else " where they differ"
            return f"the kernel warns{maybe} that libclang {libclang} does not match clang {clang} ({place})"
        return f"the kernel warns where clang compiles the C and is not of libclang's version, {libclang} ({place})"
    parts = remains.items if isinstance(remains, And) else (remains,)
    words = [_with(part) for part in parts if isinstance(part, Compare)]
    others = [part for part in parts if not isinstance(part, Compare) and part != YES and not is_probe(part)]
    words += [f"if {show(part)}" for part in others]
    also = f" {' and '.join(words)}" if words else ""
    perhaps = "; a probe of the bindgen at hand decides, since some are mended" if any(map(is_probe, parts)) else ""
    says = "refuses" if item.fact.attribute == "broken" else "warns of"
    return f"the kernel {says} {_named(context)}{also}: {_what(item)} ({place}){perhaps}"


def _with(part: Compare) -> str:
    """`LIBCLANG_VERSION >= 1900100` is `with libclang >= 19.1.0`."""
    if not part.right.isdigit():
        return f"if {show(part)}"
    return f"with {_NAMES.get(part.left, part.left)} {part.op} {decode_rustc(int(part.right))}"

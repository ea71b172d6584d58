"""The unstable Rust features that a kernel asks for -> what the chosen rustc says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from matrix.model import Evidence, Located
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

# Trees that the kernel carries from elsewhere and builds in its own way, or only shows: their features are not its own.
_CARRIED = (
    "rust/alloc/",
    "rust/proc-macro2/",
    "rust/quote/",
    "rust/syn/",
    "rust/zerocopy/",
    "rust/zerocopy-derive/",
    "rust/pin-init/examples/",
)
_LANGUAGE, _LIBRARY = "rust-features", "rust-library-features"
_LANGUAGE_STATES = ("accepted", "unstable", "removed")
# The attribute of a fact, and what it says of the feature; what says more of an item comes first.
_LIBRARY_STATES = {
    "library-stable": "stable since {}",
    "library-unstable": "unstable (tracking issue {})",
    "library-const-stable": "stable in constants since {}",
    "library-const-unstable": "unstable in constants (tracking issue {})",
    "library-default-body-unstable": "unstable as a default (tracking issue {})",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature. asked_by is "drivers" or a crate's root; when its cfg, "" for always.

    kind is "language" or "library", "" where rustc does not say. state is what this rustc says of it: "accepted since
    1.87.0" of the language, "stable since 1.92.0" of the library; a library feature can be both stable and unstable,
    item by item.
    """

    name: str
    asked_by: str
    when: str
    kind: str
    state: str
    evidence: tuple[Evidence, ...]


def features(context: Context) -> tuple[Feature, ...]:
    """The kernel's unstable features, drivers' first; () where neither file was read."""
    linux, rust = context.facts.get("linux"), context.facts.get("rust")
    if linux is None:
        return ()
    asked = []
    for source in ("linux-allowed-features", "linux-crate-features"):
        for item in linux.of(source):
            if item.fact.attribute != "unstable-feature" or item.path.startswith(_CARRIED):
                continue
            kind, state, stands = _said(context, rust, item.fact.value)
            asked.append(
                Feature(
                    name=item.fact.value,
                    asked_by=item.fact.subject,
                    when=item.fact.when,
                    kind=kind,
                    state=state,
                    evidence=(linux.evidence(item), *stands),
                )
            )
    return tuple(asked)


def _said(context: Context, rust: Facts | None, name: str) -> tuple[str, str, tuple[Evidence, ...]]:
    """The kind and the state of a feature, and where rustc says so."""
    if rust is None:
        return "", "not known", ()
    for word in _LANGUAGE_STATES:
        if said := rust.first(_LANGUAGE, name, word):
            return "language", f"{word} since {said.fact.value}", (rust.evidence(said),)
    held = [(words, item) for attribute, words in _LIBRARY_STATES.items() for item in _distinct(rust, name, attribute)]
    if held:
        state = "; ".join(words.format(_number(item)) for words, item in held)
        return "library", state, tuple(rust.evidence(item) for _, item in held)
    missing = [source for source in (_LANGUAGE, _LIBRARY) if not rust.has(source)]
    if missing:
        return "", f"not known: {context.unread(missing[0])}", ()
    return (
        "",
        "neither of the language nor of the library files that were read: gone, or of a crate that core includes",
        (),
    )


def _distinct(rust: Facts, name: str, attribute: str) -> list[Located]:
    """What the library says of a feature by one attribute, each value once: every file with an item of it says so."""
    once: dict[str, Located] = {}
    for item in rust.about(_LIBRARY, name, attribute):
        once.setdefault(item.fact.value, item)
    return list(once.values())


def _number(item: Located) -> str:
    return f"#{item.fact.value}" if item.fact.value.isdigit() else item.fact.value

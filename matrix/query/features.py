"""The unstable Rust features that a kernel asks for -> what the chosen rustc says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from matrix.model import Evidence
    from matrix.resolve.context import Context

# Trees that the kernel carries from elsewhere and builds in its own way, or only shows: their features are not its own.
_CARRIED = ("rust/alloc/", "rust/proc-macro2/", "rust/quote/", "rust/syn/", "rust/pin-init/examples/")
_STATES = ("accepted", "unstable", "removed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature. asked_by is "drivers" or a crate's root; when its cfg, "" for always.

    state is what rustc says ("accepted since 1.87.0"), or that it is no language feature: library features are
    declared in library/, which is not read.
    """

    name: str
    asked_by: str
    when: str
    state: str
    evidence: tuple[Evidence, ...]


def features(context: Context) -> tuple[Feature, ...]:
    """The kernel's unstable features, drivers' first; () where neither file was read."""
    linux, rust = context.facts.get("linux"), context.facts.get("rust")
    if linux is None:
        return ()
    found = []
    for source in ("linux-allowed-features", "linux-crate-features"):
        for item in linux.of(source):
            if item.fact.attribute != "unstable-feature" or item.path.startswith(_CARRIED):
                continue
            state = "not known"
            stands: tuple[Evidence, ...] = ()
            if rust is not None and rust.has("rust-features"):
                state = "a library feature, or gone: rustc lists language features alone"
                for word in _STATES:
                    if said := rust.first("rust-features", item.fact.value, word):
                        state, stands = f"{word} since {said.fact.value}", (rust.evidence(said),)
                        break
            found.append(
                Feature(
                    name=item.fact.value,
                    asked_by=item.fact.subject,
                    when=item.fact.when,
                    state=state,
                    evidence=(linux.evidence(item), *stands),
                )
            )
    return tuple(found)

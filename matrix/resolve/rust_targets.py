"""rustc facts -> what each target is: tier, arch, width, byte order, through the specifications it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from matrix.model import Located
    from matrix.resolve.facts import Facts

SPECS, LIST, PLATFORM_TIERS = "rust-target-specs", "rust-target-list", "rust-platform-support"
# A chain of specifications is two long in real trees; the bound ends a loop.
LONGEST_CHAIN = 8
LAST_TIER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One rustc target. Numbers and words are as rustc writes them; "" and 0 where the facts do not say."""

    name: str
    listed: Located | None
    tier: Located | None
    arch: str
    bits: int
    endian: str
    spec: Located | None

    @property
    def tier_number(self) -> int | None:
        """1, 2 or 3; None where the tier is not stated."""
        return int(self.tier.fact.value) if self.tier else None


def rust_target(rust: Facts, name: str) -> Target:
    """What rustc's files say of a target. `listed` and `tier` are None where its list and table do not have it."""
    listed = rust.first(LIST, name, "module")
    module = listed.fact.value if listed else ""
    arch = specified(rust, module, "arch")
    width = specified(rust, module, "pointer-width")
    endian = specified(rust, module, "endian")
    return Target(
        name=name,
        listed=listed,
        tier=rust.first(PLATFORM_TIERS, name, "tier"),
        arch=arch.fact.value if arch else "",
        bits=int(width.fact.value) if width and width.fact.value.isdigit() else 0,
        endian=endian.fact.value if endian else "",
        spec=arch,
    )


def specified(rust: Facts, module: str, attribute: str) -> Located | None:
    """What a specification says of an attribute, itself or through the one it starts from."""
    for _ in range(LONGEST_CHAIN):
        if not module:
            return None
        if found := rust.first(SPECS, module, attribute):
            return found
        inherited = rust.first(SPECS, module, "inherits")
        module = inherited.fact.value if inherited else ""
    return None


def listed_targets(rust: Facts, names: tuple[str, ...]) -> tuple[Target, ...]:
    """Those of the named targets that this rustc lists, best tier first, then in the order named."""
    targets = [t for t in (rust_target(rust, name) for name in names) if t.listed]
    return tuple(sorted(targets, key=lambda t: t.tier_number or LAST_TIER + 1))

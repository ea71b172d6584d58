"""All variants and the names that are asked about -> which of them a rule has to look at; what a rule is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Variant


class Scope(NamedTuple):
    """What a rule may compare with (all variants), and the subjects that are asked about; None asks about all.

    A rule is free to find more than is asked about, never less: what is beside the question is dropped after it.
    """

    variants: tuple[Variant, ...]
    names: frozenset[str] | None = None

    def takes(self, subject: str) -> bool:
        """Whether a contradiction with this subject is asked about."""
        return self.names is None or subject in self.names

    def asked(self) -> Iterator[Variant]:
        """The variants that are asked about themselves."""
        return (v for v in self.variants if self.takes(v.id))

    def every_port(self) -> dict[str, Variant]:
        """Each srcarch with the first of its variants."""
        return {v.srcarch: v for v in reversed(self.variants)}

    def ports(self) -> Iterator[tuple[str, Variant]]:
        """Each srcarch that is asked about, with the first of its variants."""
        return ((s, v) for s, v in self.every_port().items() if self.takes(s))


def rule_name(rule: object) -> str:
    """The name that a rule goes by in outputs: its function's, with dashes."""
    return str(getattr(rule, "__name__", rule)).replace("_", "-")

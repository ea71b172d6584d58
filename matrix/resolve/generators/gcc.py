"""GCC: what its config.gcc makes of the variant's GNU triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import Atom
from matrix.model import Truth
from matrix.resolve.gcc_triple import TripleState
from matrix.resolve.generators.rung import codegen_rung, codegen_unread
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context

_RULE = "codegen: config.gcc accepts a GNU triple of the variant"
GCC_CONFIG = "gcc-config"
OBSOLETE = Atom("--enable-obsolete")

_SAYS = {
    TripleState.SUPPORTED: "accepts {triple}",
    TripleState.OBSOLETE: "lists {triple} as obsolete",
    TripleState.DEPRECATED: "lists {triple} as deprecated",
    TripleState.UNSUPPORTED: "refuses {triple}",
    TripleState.NO_BACKEND: "has no entry for {triple}",
}


def gcc(context: Context, variant: Variant) -> Rung:
    """Yes where one triple is accepted; an obsolete one is a yes under a condition."""
    facts = context.known(GCC_CONFIG)
    if facts is None:
        return codegen_unread(context, _RULE, GCC_CONFIG)
    label = facts.revision.label
    starts = context.silence(GCC_CONFIG, "config.gcc's patterns start here")
    if not variant.gnu_triples:
        return codegen_rung(_RULE, starts.truth, f"there is no GNU triple for {variant.title}", starts.evidence)
    located = {id(item.fact): item for item in facts.of(GCC_CONFIG)}
    conditional: list[Rung] = []
    refused: list[Rung] = []
    for triple in variant.gnu_triples:
        status = context.triple(triple)
        if status is None:
            continue
        item = located.get(id(status.decided_by))
        evidence = (facts.evidence(item),) if item else starts.evidence
        because = f"GCC {label}'s config.gcc {_SAYS[status.state].format(triple=triple)}"
        if status.state is TripleState.SUPPORTED:
            return codegen_rung(_RULE, Truth.YES, because, evidence)
        if status.state in {TripleState.OBSOLETE, TripleState.DEPRECATED}:
            remark = f"GCC {label} calls {triple} {status.state.value}: it must be configured with --enable-obsolete"
            accepted = codegen_rung(_RULE, Truth.YES, because, evidence, (remark,))
            conditional.append(replace(accepted, condition=OBSOLETE))
        else:
            truth = Truth.NO if status.state is TripleState.UNSUPPORTED else starts.truth
            refused.append(codegen_rung(_RULE, truth, because, evidence))
    return (conditional or refused)[0]

"""Builds -> a matrix for a workflow of GitHub Actions, ready for fromJSON.

    {"include": [{"variant": "riscv64", "arch": "riscv", "cc": "clang", "llvm": "1", "make": "ARCH=riscv LLVM=1"}]}

Every value is a text, "" for nothing: in a workflow null, false and 0 are hard to tell apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.cell import Status
from matrix.expression import YES, show
from matrix.registry.packages import cross_package, plain_triple
from matrix.versions import decode_rustc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.query.builds import BuildJob
    from matrix.registry.packages import NamesThere

_LLVM = "LLVM=1"


def github_matrix(jobs: Iterable[BuildJob], packaged: NamesThere) -> dict[str, Any]:
    """The matrix. packaged is the distribution whose packages of cross compilers are named."""
    return {"include": [_job(job, packaged) for job in jobs]}


def _job(job: BuildJob, packaged: NamesThere) -> dict[str, str]:
    variant, whole = job.variant, _LLVM in job.compiler
    # With CC=clang alone the assembler and the linker are still GNU's.
    prefix = "" if whole or not job.triple else f"{plain_triple(job.triple)}-"
    words = {"ARCH": variant.make[0], "SUBARCH": job.subarch, "CROSS_COMPILE": prefix}
    make = [f"{name}={value}" for name, value in words.items() if value]
    last = job.rustcs.last if job.rustcs else None
    return {
        "variant": variant.id,
        "backend": job.cell.backend,
        "kernel": job.kernel,
        "arch": variant.make[0],
        "srcarch": variant.srcarch,
        "subarch": job.subarch,
        "target": job.target,
        "cc": job.cc,
        "llvm": "1" if whole else "",
        "cross_compile": prefix,
        "package": cross_package(packaged, job.triple) if prefix else "",
        "make": " ".join([*make, *job.compiler]),
        "defconfig": _defconfig(job),
        "rustc": job.rustc,
        "rustc_min": decode_rustc(job.rustcs.first) if job.rustcs else "",
        "rustc_max": decode_rustc(last) if last is not None else "",
        "condition": show(job.condition),
        "status": (Status.SUPPORTED if job.condition == YES else Status.CONDITIONAL).value,
    }


def _defconfig(job: BuildJob) -> str:
    """By name where arch/um/Makefile would ask the machine, which it does of a SUBARCH that stands for both widths."""
    variant = job.variant
    by_host = f"{variant.subarch}_defconfig" if job.subarch != variant.subarch else "defconfig"
    return variant.defconfig or by_host

"""What someone wishes to know -> what of it is worth building, with each C compiler that was not ruled out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.operations.ask import ask
from matrix.query.answer import is_too_old, last_checked
from matrix.query.builds import build_jobs
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.operations.ask import Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.builds import BuildJob

_COMPILERS = ("clang", "gcc")


class Builds(NamedTuple):
    """The builds, by variant in the order of data/. said are sentences on how versions were chosen.

    unread says that the kernel's facts are not known; too_old that what the builds rest on was last checked longer ago
    than the asker takes.
    """

    jobs: tuple[BuildJob, ...]
    said: tuple[str, ...]
    unread: bool
    too_old: bool


def builds(work: Workplace, wish: Wish, *, conditional: bool) -> Builds:
    """With the C compiler that was named, or each of both. Raises: as `ask` does."""
    found: list[BuildJob] = []
    for cc in [wish.cc] if wish.cc else _COMPILERS:
        with ask(work, replace(wish, cc=cc)) as question:
            scene = question.scene
            found += build_jobs(work.registry, scene, conditional=conditional)
    places = {id_: number for number, id_ in enumerate(work.registry.variants)}
    return Builds(
        jobs=tuple(sorted(found, key=lambda job: places[job.variant.id])),
        said=scene.said,
        unread=scene.revisions["linux"] is None and not scene.between,
        too_old=is_too_old(scene, last_checked(scene, (job.cell for job in found))),
    )

"""What a refresh did -> its words, and its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.render import style
from matrix.render.contract import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.model import Registry
    from matrix.operations.hosts import Foreseen, Probed
    from matrix.operations.refresh import Refreshed
    from matrix.poll.archive import Indexed
    from matrix.poll.clone import Walk
    from matrix.poll.network import Polled
    from matrix.poll.said import Told
    from matrix.poll.trees import RefreshedTrees


_LONGEST = 1000


def trees_text(known: Registry, done: RefreshedTrees, place: str) -> str:
    """What became of each tree, and whether anything was new."""
    lines = []
    for read in done.reads:
        revision = read.snapshot.revision
        files = sum(o.documents for o in read.outcomes)
        date = f" of {revision.date:%Y-%m-%d}" if revision.date else ""
        lines.append(f"{known.projects[revision.project].name} {revision.label}{date}: {files} files")
        lines += [f"  {o.source.id}: {_short(o.error)}" for o in read.failures]
    changed = f"{done.recorded.observations} new contents, {done.recorded.facts} facts read"
    unchanged = "nothing changed" if not (done.recorded.observations or done.recorded.readings) else changed
    return "\n".join([*lines, f"{unchanged}; recorded in {place}", ""])


def trees_json(done: RefreshedTrees) -> dict[str, object]:
    """The same as a document, with every source of each tree."""
    body = {
        "run": done.recorded.run,
        "generation": done.recorded.generation,
        "new_contents": done.recorded.observations,
        "facts_read": done.recorded.facts,
        "trees": [
            {
                "project": read.snapshot.revision.project,
                "version": read.snapshot.revision.label,
                "sources": [
                    {
                        "source": o.source.id,
                        "files": o.documents,
                        "outcome": "failed" if o.error else "absent" if o.absent else "read",
                        "error": str(o.error) if o.error else None,
                    }
                    for o in read.outcomes
                ],
            }
            for read in done.reads
        ],
    }
    return document("refresh-trees", body)


def walk_text(known: Registry, walk: Walk) -> str:
    """What became of a clone's releases."""
    name = known.projects[walk.project].name
    total = len(walk.held) + len(walk.read) + len(walk.refused)
    lines = [f"{name}: {total} releases, {len(walk.held)} known before, {len(walk.read)} read now"]
    for label, failures in walk.read:
        lines += [f"  {label} {source}: {_short(error)}" for source, error in failures.items()]
    lines += [f"  {label}: {_short(reason)}" for label, reason in walk.refused]
    return "\n".join(lines) + "\n"


def walks_json(walks: Sequence[Walk]) -> dict[str, object]:
    """The same as a document, with every label."""
    return document("refresh-clones", {"clones": [_walk(walk) for walk in walks]})


def _walk(walk: Walk) -> dict[str, object]:
    return {
        "project": walk.project,
        "known_before": list(walk.held),
        "read_now": [{"version": label, "failed_sources": _reasons(failures)} for label, failures in walk.read],
        "refused": [{"version": label, "reason": reason} for label, reason in walk.refused],
        "files": walk.documents,
        "facts_read": walk.facts,
    }


def _reasons(failures: Mapping[str, object]) -> list[dict[str, object]]:
    """Sources, each with why it failed or is held."""
    return [{"source": source, "reason": str(reason)} for source, reason in failures.items()]


def foreseen_json(foreseen: Foreseen) -> dict[str, object]:
    """What would be asked of which host, as a document."""
    refs = [{"url": url, "first_time": new} for url, new in foreseen.refs]
    return document(
        "refresh-foreseen", {"refs": refs, "questions": list(foreseen.status), "indexes": list(foreseen.indexes)}
    )


def probed_json(probed: Sequence[Probed]) -> dict[str, object]:
    """What each address answered to one request, as a document."""
    addresses = [{"url": one.url, "answers": one.good, "says": one.words} for one in probed]
    return document("refresh-probed", {"addresses": addresses})


def probed_text(probed: Probed) -> str:
    """What one address answered, in a line."""
    return f"{probed.url}: {_short(probed.words)}\n"


def foreseen_text(foreseen: Foreseen) -> str:
    """What would be asked of which host, and what of it needs a token."""
    lines = ["would ask, one request each where nothing moved (no token is needed):"] if foreseen.refs else []
    for url, new in foreseen.refs:
        first = "; and once what its host can do" if new else ""
        lines.append(f"  POST {url}/git-upload-pack: where its refs stand{first}")
    if foreseen.refs:
        lines.append("where something moved, two more at most: the commit with its trees, and the files that are read")
    if foreseen.status:
        lines += ["and then, what the projects say of themselves:", *(f"  {line}" for line in foreseen.status)]
    if foreseen.indexes:
        lines += ["the package indexes of distributions:", *(f"  {line}" for line in foreseen.indexes)]
    return "\n".join(lines) + "\n"


def refreshed_text(known: Registry, done: Refreshed) -> str:
    """What became of each repository, what the projects said of themselves, and the traffic."""
    polled = "".join(_polled_text(known, p) for p in done.polled)
    traffic = "".join(f"{h}: {t.requests} requests, {t.bytes} bytes\n" for h, t in done.traffic.items())
    indexed = [line for one in done.indexed for line in _indexed_lines(one)]
    return polled + style.safe_lines([*_told_lines(done.told), *indexed]) + traffic


def refreshed_json(done: Refreshed) -> dict[str, object]:
    """The same as a document, as the daemon reads it (daemon/outcome.py)."""
    hosts = [{"host": h, "requests": t.requests, "bytes": t.bytes} for h, t in done.traffic.items()]
    body = {
        "upstreams": [_polled_json(p) for p in done.polled],
        "said": [_told_json(t) for t in done.told],
        "distributions": [_indexed_json(one) for one in done.indexed],
        "hosts": hosts,
    }
    return document("refresh-network", body)


def _polled_text(known: Registry, polled: Polled) -> str:
    name = known.projects[polled.upstream.project].name
    lines = [f"{polled.upstream.id}: failed: {_short(polled.error)}"] if polled.error else []
    lines += [
        f"{polled.upstream.id}: tag {_short(r.name)} moved from {r.before[:12]} to {r.oid[:12]}"
        for r in polled.moved_tags
    ]
    if not (polled.reads or polled.error):
        lines.append(f"{polled.upstream.id}: nothing moved")
    for read in polled.reads:
        lines.append(f"{polled.upstream.id}: {name} {read.snapshot.revision.label} read")
        lines += [f"  {o.source.id}: {_short(o.error)}" for o in read.failures]
    lines += [f"  {h.source} held: {_short(h.reason)}; archmatrix accept {h.source}" for h in polled.held]
    return "\n".join(lines) + "\n"


def _short(said: object) -> str:
    """Strangers' words in one line, and no longer than a screen; --json has all of them."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in str(said))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _polled_json(polled: Polled) -> dict[str, object]:
    return {
        "upstream": polled.upstream.id,
        "url": polled.url or None,
        "error": polled.error or None,
        "moved_tags": [{"ref": r.name, "before": r.before, "after": r.oid} for r in polled.moved_tags],
        "versions_read": [read.snapshot.revision.label for read in polled.reads],
        "failed_sources": [
            {"source": o.source.id, "reason": str(o.error)} for read in polled.reads for o in read.failures
        ],
        "held": [{"source": h.source, "reason": h.reason} for h in polled.held],
        "facts_read": polled.facts,
    }


def _told_lines(told: Sequence[Told]) -> list[str]:
    """What projects said of themselves: how many answers, and of the rest each reason once."""
    if not told:
        return []
    failed = sum(len(t.errors) for t in told)
    lines = [f"project status: {sum(len(t.topics) for t in told)} answers, {failed} failed"]
    lines += [f"  {t.upstream}: {error}" for t in told for error in t.errors]
    for reason in dict.fromkeys(t.skipped for t in told if t.skipped):
        names = ", ".join(t.upstream for t in told if t.skipped == reason)
        lines.append(f"  not asked of {names}: milestones, CI or issues: {reason}")
    return lines


def _told_json(told: Told) -> dict[str, object]:
    return {
        "upstream": told.upstream,
        "answered": list(told.topics),
        "errors": list(told.errors),
        "skipped": told.skipped or None,
    }


def _indexed_lines(one: Indexed) -> list[str]:
    """What became of a distribution's index, and which of its architectures are not known here."""
    known = f"its index of {one.date:%Y-%m-%d}" if one.date else "what came along"
    if one.outcome == "failed":
        return [f"{one.distro}: failed: {one.error}; {known} stays"]
    if one.outcome == "not due":
        return [f"{one.distro}: {known} was checked lately; to ask again, name its archive with --project"]
    changed = f"{one.lists} lists of packages read" if one.lists else "no list of packages changed"
    words = "nothing changed" if one.outcome == "unchanged" else changed
    unknown = f"; not known here: {', '.join(one.unknown)}" if one.unknown else ""
    return [f"{one.distro}: {known}: {words}{unknown}"]


def _indexed_json(one: Indexed) -> dict[str, object]:
    return {
        "distro": one.distro,
        "outcome": one.outcome,
        "date": one.date.isoformat() if one.date else None,
        "lists_read": one.lists,
        "unknown_architectures": list(one.unknown),
        "error": one.error or None,
    }

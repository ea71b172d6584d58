"""Parsed arguments, the environment and the clock -> the values that operations take."""

from __future__ import annotations

import os
import re
import shlex
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli.output import complain
from matrix.errors import UsageError
from matrix.operations.workplace import Workplace
from matrix.project import HOME
from matrix.registry import data_folder, load_compiled
from matrix.store import default_path, is_there

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from matrix.fetch import Policy
    from matrix.machine.tools import Machine
    from matrix.model import Archive, Distro, Registry
    from matrix.operations.ask import Wish
    from matrix.trees import Spec

_LONGEST_TOKEN = 4096


def now() -> datetime:
    """The present moment (aware UTC). The one place where a command reads the clock."""
    return datetime.now(timezone.utc)


def registry() -> Registry:
    """What data/ declares. Raises: RegistryError."""
    return load_compiled(data_folder())


def store_of(args: argparse.Namespace) -> Path:
    """Where the user's store is, or would be."""
    chosen = getattr(args, "db", None)
    return Path(chosen).expanduser() if chosen else default_path()


def workplace(args: argparse.Namespace) -> Workplace:
    """Where a command works. Raises: RegistryError."""
    return Workplace(registry=registry(), data=data_folder(), store=store_of(args), clock=now, tell=complain)


def reading(args: argparse.Namespace) -> Workplace:
    """The same for a command that makes no store: one that was named must be there.

    Raises: RegistryError, UsageError.
    """
    work = workplace(args)
    if getattr(args, "db", None) and not is_there(work.store):
        raise no_store(work)
    return work


def no_store(work: Workplace) -> UsageError:
    """That there is none where one was named."""
    return UsageError(
        f"--db {work.store}: found no such file, expected a store; `archmatrix refresh --db` makes one",
        then=shlex.join(["archmatrix", "refresh", "--db", str(work.store)]),
    )


def wish(args: argparse.Namespace) -> Wish:
    """What is asked about; with --distro what that distribution has, where no other option names it.

    Raises: UsageError, RegistryError.
    """
    asked = plain_wish(args)
    if getattr(args, "distro", None) is None:
        return asked
    from matrix.operations.wishes import of_its_tools  # noqa: PLC0415

    names = getattr(args, "name", None)
    return of_its_tools(asked, named_distro(args), [names] if isinstance(names, str) else names or [])


def form(args: argparse.Namespace) -> str:
    """How to write it: --json is --format json. Raises: UsageError where both are given and differ."""
    written: str = args.format
    if args.json and written not in {"text", "json"}:
        raise UsageError(f"--json and --format {written}: found both, expected one of them")
    return "json" if args.json else written


def plain_wish(args: argparse.Namespace) -> Wish:
    """The same without the distribution's: what the options themselves name. Raises: UsageError."""
    from matrix.operations.wishes import AsWritten, read_wish  # noqa: PLC0415  # log, status and the like ask nothing

    written = AsWritten(
        versions=named(args),
        cc=getattr(args, "cc", None),
        tools=tools_named(args),
        settings=getattr(args, "set", ()),
        backend=getattr(args, "backend", None) or "",
        strict=getattr(args, "strict", False),
        exact=getattr(args, "exact", False),
        max_age=getattr(args, "max_age", None),
        as_of=getattr(args, "as_of", None),
        trees=getattr(args, "tree", ()),
    )
    return read_wish(written, now())


def distros(known: Registry) -> Mapping[str, Distro]:
    """What data/toolchains.toml declares. Raises: RegistryError."""
    from matrix.registry.distros import load_distros  # noqa: PLC0415  # few questions name a distribution

    return load_distros(data_folder(), known.variants)


def archives() -> Mapping[str, Archive]:
    """The archives whose suites a refresh reads. Raises: RegistryError."""
    from matrix.registry.distros import load_archives  # noqa: PLC0415

    return load_archives(data_folder())


def known_distros(args: argparse.Namespace) -> Mapping[str, Distro]:
    """What data/toolchains.toml declares, and over it what refreshes have read. Raises: RegistryError, StoreError."""
    from matrix.operations.distros import with_indexes  # noqa: PLC0415

    work = reading(args)
    return with_indexes(work, distros(work.registry), archives, as_of(args))


def named_distro(args: argparse.Namespace) -> Distro:
    """The distribution that --distro names. Raises: UsageError, RegistryError, StoreError."""
    from matrix.registry.distros import resolve_distro  # noqa: PLC0415

    return resolve_distro(known_distros(args), args.distro)


def named(args: argparse.Namespace) -> dict[str, str]:
    """The versions that options name, by project."""
    from matrix.operations.wishes import VERSION_OPTIONS  # noqa: PLC0415

    return {p: v for p, o in VERSION_OPTIONS.items() if (v := getattr(args, o, None))}


def tools_named(args: argparse.Namespace) -> dict[str, str]:
    """The versions of the other tools that options name, by tool."""
    from matrix.operations.wishes import TOOL_OPTIONS  # noqa: PLC0415

    return {tool: version for tool in TOOL_OPTIONS if (version := getattr(args, tool, None))}


def as_of(args: argparse.Namespace) -> datetime | None:
    """The moment that --as-of names, None for the present. Raises: UsageError."""
    from matrix.query.moments import parse_moment  # noqa: PLC0415

    written = getattr(args, "as_of", None)
    return None if written is None else parse_moment(written, now(), "--as-of")


def clones(written: list[str], known: Registry) -> tuple[Spec, ...]:
    """What stands after --git. Raises: UsageError."""
    from matrix.trees import parse_spec  # noqa: PLC0415

    projects = {u.project for u in known.upstreams.values() if u.versions}
    specs = tuple(parse_spec(one, projects) for one in written)
    for spec in specs:
        if spec.version is not None:
            raise UsageError(f"--git: got version {spec.version!r}, expected PROJECT=DIR: every release is read")
    return specs


def cache_folder() -> Path:
    """Where the objects of polled repositories are kept: nothing in it is precious."""
    if chosen := os.environ.get("ARCHMATRIX_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path  # noqa: PLC0415  # only a refresh needs it

    return user_cache_path("archmatrix", appauthor=False)


def network_policy() -> Policy:
    """The limits that every request keeps, and the name that it gives."""
    from matrix.fetch import Policy  # noqa: PLC0415  # only a refresh needs the network

    return Policy(home=HOME)


def api_token(args: argparse.Namespace) -> str:
    """The token for the REST API, from --token-file, else GITHUB_TOKEN; "" where none was given. Raises: UsageError."""
    written = args.token_file
    if written is None:
        origin, token = "GITHUB_TOKEN", os.environ.get("GITHUB_TOKEN", "").strip()
        if not token:
            return ""
    else:
        origin = f"--token-file {written}"
        try:
            with Path(written).expanduser().open("rb") as file:
                token = file.read(_LONGEST_TOKEN + 1).decode("ascii", "replace").strip()
        except OSError as error:
            raise UsageError(f"{origin}: found no readable file ({error.strerror}), expected one") from None
    # What is wrong with it is not shown: it may be a token but for a letter.
    if not re.fullmatch(r"[\x21-\x7e]+", token) or len(token) > _LONGEST_TOKEN:
        raise UsageError(f"{origin}: found no token, expected one line of letters, digits and signs")
    return token


def this_machine() -> str:
    """The machine's own name for itself, as `uname -m` says it."""
    import platform  # noqa: PLC0415

    return platform.machine() or os.uname().machine


_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_LARGEST_RELEASE = 65536


def machine() -> Machine:
    """Where this machine's tools are looked for, and what of our environment they get."""
    from matrix.machine.tools import Machine  # noqa: PLC0415  # questions run nothing

    return Machine(
        path=os.environ.get("PATH", os.defpath), environment=dict(os.environ), src=os.environ.get("RUST_LIB_SRC", "")
    )


def os_release() -> str:
    """The text of /etc/os-release, or of its other place; "" where there is none."""
    place = next((place for place in _OS_RELEASE if os.access(place, os.R_OK)), os.devnull)
    with Path(place).open("rb") as file:
        return file.read(_LARGEST_RELEASE).decode("utf-8", "replace")

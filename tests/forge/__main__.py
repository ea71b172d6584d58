"""Directories and repositories -> a forge to try things on.

    python -m tests.forge torvalds/linux=linux-7.0,linux-7.1 thepowersgang/mrustc=mrustc.git --latency 0.05

Directories of one name become its commits in order, each tagged with its folder's name ("v7.1.13" of "linux-7.1.13").
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.forge.repos import Repository
from tests.forge.server import Forge, serve_forever


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.forge")
    parser.add_argument("project", nargs="+", metavar="NAME=PLACE[,PLACE]")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--tag", default="v{version}", help="template of the tags made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Forge() as forge:
        forge.latency = options.latency
        for project in options.project:
            name, _, places = project.partition("=")
            forge.add(name, _repository([Path(place) for place in places.split(",")], Path(folder) / name, options.tag))
        authority = forge.write_authority(Path(folder) / "authority.pem")
        serve_forever(forge, lambda text: print(f"{text}\nauthority {authority}", flush=True))  # noqa: T201


def _repository(places: list[Path], made: Path, tag: str) -> Repository:
    if (places[0] / "HEAD").is_file():
        return Repository(places[0])
    repository = Repository.create(made)
    for place in places:
        repository.add_tree(place, tag=tag.format(version=place.name.rpartition("-")[2]))
    return repository


if __name__ == "__main__":
    main()

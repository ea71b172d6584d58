"""packaging/: what systemd and YAML readers say of it. Where there is no systemd, its part is skipped."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta

import pytest
import yaml

from matrix.cli.parser import build
from matrix.daemon.config_file import read_config
from matrix.model import Schedule
from tests.daemon.conftest import CHECKOUT

PACKAGING = CHECKOUT / "packaging"
UNITS = sorted((PACKAGING / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")


def installed(folder):
    """The units, as if this program were where they look for it."""
    for unit in UNITS:
        (folder / unit.name).write_text(unit.read_text().replace("/usr/bin/archmatrix", "/bin/true"))
    return [str(folder / unit.name) for unit in UNITS]


@analyze
def test_the_units_are_sound(tmp_path):
    done = subprocess.run(
        ["systemd-analyze", "verify", *installed(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@analyze
@pytest.mark.parametrize("name", [unit.name for unit in SERVICES])
def test_the_services_are_hardened(tmp_path, name):
    """An exposure of 1.2 at most: what is left is the network."""
    installed(tmp_path)
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=12", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_the_services_start_can_be_typed(unit):
    (line,) = [line for line in unit.read_text().split("\n") if line.startswith("ExecStart=")]
    assert build().parse_args(line.split()[1:]).command in ("daemon", "refresh")


def test_they_share_one_user_and_one_store():
    """Whoever has both must not end with a store that one of them cannot write."""

    def said(unit, *names):
        lines = unit.read_text().split("\n")
        return [line for line in lines if line.partition("=")[0] in names]

    keys = ("User", "DynamicUser", "StateDirectory", "CacheDirectory", "StateDirectoryMode", "UMask")
    first, second = SERVICES
    assert said(first, *keys) == said(second, *keys)
    assert len(said(first, *keys)) == len(keys)
    stores = {word for unit in SERVICES for line in said(unit, "Environment") for word in line.split() if "DB=" in word}
    assert stores == {"Environment=ARCHMATRIX_DB=%S/archmatrix/facts.db"}


def test_the_settings_to_begin_with(tmp_path):
    """They are sound as they stand, and with every line in force."""
    text = (PACKAGING / "daemon.toml").read_text()
    projects = {"linux": Schedule(every=timedelta(hours=6), budget=timedelta(days=2))}
    (tmp_path / "token").write_text("x")
    assert read_config(tmp_path / "daemon.toml", text, projects).listen == ("127.0.0.1", 8740)
    assert 'reports = "/var/lib/archmatrix/' in text
    whole = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)
    whole = re.sub("/run/credentials/[a-z.]*/", f"{tmp_path}/", whole)
    (tmp_path / "webhook").write_text("secret")
    assert read_config(tmp_path / "daemon.toml", whole, projects).webhook is not None


def test_the_workflow_is_yaml():
    (job,) = yaml.safe_load((PACKAGING / "ci/reports.yml").read_text())["jobs"].values()
    assert any("archmatrix report" in step.get("run", "") for step in job["steps"])

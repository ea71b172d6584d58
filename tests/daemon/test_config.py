"""The configuration file: every fault at once, with its place; secrets in no repr."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from matrix.daemon.config import Config, Exec, changed
from matrix.daemon.config_file import load_config, read_config
from matrix.daemon.config_shape import parse_listen
from matrix.errors import RegistryError
from matrix.model import Schedule

PROJECTS = {
    "linux": Schedule(every=timedelta(hours=6), jitter=timedelta(minutes=15), budget=timedelta(days=2)),
    "gcc": Schedule(),
}
FULL = """
[daemon]
listen = "127.0.0.1:8740"
reports = "out"
base_url = "https://example.org/rust"
commit = true
log = "json"
token_file = "/etc/token"

[schedule.linux]
every = "5m"

[schedule.gcc]
every = "12h"
budget = "2d"

[notify.exec]
command = ["/bin/tell", "--all", "--all"]
timeout = "10s"

[notify.webhook]
url = "https://example.org/hook"
secret_file = "secret"

[notify.email]
host = "mail.example.org"
from = "a@example.org"
to = ["b@example.org"]
user = "a"
password_file = "password"
"""
LOGIN = "user = 'u'\npassword_file = 'x'"


def read(tmp_path, text):
    return read_config(tmp_path / "daemon.toml", text, PROJECTS)


def faults(tmp_path, text):
    with pytest.raises(RegistryError) as caught:
        read(tmp_path, text)
    return [fault.removeprefix(f"{tmp_path / 'daemon.toml'}: ") for fault in caught.value.faults]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret").write_text("s3cr3t-s3cr3t\n")
    (tmp_path / "password").write_text("passw0rd!\n")
    (tmp_path / "x").write_text("passw0rd!\n")
    return tmp_path


def test_everything(folder):
    """Each key arrives; paths are relative to the file."""
    found = read(folder, FULL)
    assert (found.listen, found.reports, found.commit, found.log) == (("127.0.0.1", 8740), folder / "out", True, "json")
    assert found.token_file == Path("/etc/token")
    assert found.base_url == "https://example.org/rust"
    assert found.exec == Exec(("/bin/tell", "--all", "--all"), 10.0)
    assert found.schedules["linux"].every == timedelta(minutes=5)
    assert found.schedules["linux"].jitter == timedelta(seconds=30), "no longer out of proportion"
    assert (found.schedules["gcc"].every, found.schedules["gcc"].budget) == (timedelta(hours=12), timedelta(days=2))
    assert found.webhook.secret == "s3cr3t-s3cr3t"
    assert (found.email.port, found.email.starttls, found.email.password) == (587, True, "passw0rd!")


def test_secrets_are_in_no_repr(folder):
    found = read(folder, FULL)
    for secret in found.secrets:
        assert secret not in repr(found)
    assert set(found.secrets) == {"s3cr3t-s3cr3t", "passw0rd!", "https://example.org/hook"}


def test_nothing_is_needed(tmp_path):
    assert read(tmp_path, "") == Config()
    assert load_config(tmp_path / "daemon.toml", PROJECTS, needed=False) == Config()


def test_every_fault_at_once(folder):
    """Of every table, each with place, found, expected."""
    found = faults(
        folder,
        '[daemon]\nlisten = "8740"\ncommit = "yes"\nlog = "xml"\nshout = 1\n[schedule.hurd]\nevery = "6h"\n'
        '[schedule.linux]\nevery = "6h"\njitter = "7h"\n[schedule.gcc]\ncron = "17 */6 * * *"\n'
        '[notify.exec]\ncommand = []\n[notify.webhook]\nurl = "http://example.org/"\nsecret_file = "none"\n'
        '[notify.email]\nhost = "h"\nfrom = "x"\nto = []\nport = 0\nuser = "me"\n[notify.pigeon]\n',
    )
    places = sorted(fault.partition(": ")[0] for fault in found)
    assert places == sorted(
        [
            "daemon.listen", "daemon.commit", "daemon.log", "daemon.shout", "schedule.hurd",
            "schedule.linux.jitter", "schedule.gcc.cron", "notify.exec.command", "notify.webhook.url",
            "notify.webhook.secret_file", "notify.email.from", "notify.email.to", "notify.email.port",
            "notify.email.password_file", "notify.pigeon",
        ]
    )  # fmt: skip
    gone = "none: cron is gone, use every (or archmatrix-refresh.timer at a moment of the day)"
    assert f"schedule.gcc.cron: found '17 */6 * * *', expected {gone}" in found
    assert "schedule.hurd: found no such project, expected one of linux, gcc" in found
    assert all(", expected " in fault for fault in found)


@pytest.mark.parametrize(
    "text", ["notify = 3", "daemon = 3", "schedule = []", "[notify]\nexec = 3", "[daemon", "[[daemon]]", "x = 1"]
)
def test_wrong_shapes_are_faults(tmp_path, text):
    assert faults(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[daemon]\ncommit = true", "daemon.commit: found no reports, expected the folder that is to be committed"),
        ("[daemon]\nbase_url = 'https://e.org/?x'", "daemon.base_url: found 'https://e.org/?x', expected an https"),
        ("[notify.webhook]\nurl = 'https://u:p@example.org'\nsecret_file = 'secret'", "notify.webhook.url: found "),
        (
            "[notify.email]\nhost = 'h.org'\nfrom = 'a@b'\nto = ['c@d']\nstarttls = false\n" + LOGIN,
            "notify.email.starttls: found false, and a user, expected true: a password is not sent in the clear",
        ),
    ],
)
def test_what_does_not_go_together(folder, text, fault):
    assert [f for f in faults(folder, text) if f.startswith(fault)]


def test_a_secret_that_is_none(folder):
    """Empty, of several lines, too long: said without its words."""
    for words in ("", "two\nlines", "x" * 5000):
        (folder / "secret").write_text(words)
        (fault,) = faults(folder, "[notify.webhook]\nurl = 'https://e.org'\nsecret_file = 'secret'")
        assert (
            fault == "notify.webhook.secret_file: found no secret in secret, expected one line of printable characters"
        )


def test_a_file_that_cannot_be_read(tmp_path):
    place = tmp_path / "daemon.toml"
    with pytest.raises(RegistryError, match="found no such file"):
        load_config(place, PROJECTS, needed=True)
    place.write_bytes(b"\xff")
    with pytest.raises(RegistryError, match="byte 0xff, expected UTF-8"):
        load_config(place, PROJECTS, needed=True)


def test_options_stand_above_the_file(folder):
    found = changed(read(folder, FULL), listen=("::1", 0), commit=None)
    assert (found.listen, found.commit) == (("::1", 0), True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:0", ("::1", 0)), ("localhost:65535", ("localhost", 65535)),
        ("127.0.0.1", None), (":80", None), ("a b:80", None), ("h:65536", None), ("h:-1", None),
    ],
)  # fmt: skip
def test_addresses(text, found):
    assert parse_listen(text) == found

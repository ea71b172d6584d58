"""What projects say of themselves: from feeds and the API, on a forge; and that it costs the facts nothing."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from matrix.cli import output, surroundings
from matrix.cli.main import main
from matrix.fetch import Limits
from matrix.model import SelfDescription
from matrix.operations import compile as compiling
from matrix.poll.standing import standings
from matrix.store import Notice, Store
from tests.contract import breaches
from tests.forge import faults
from tests.forge.message import Response
from tests.poll.made import DAY, START
from tests.sampling import one_in

# Each polls a forge; what projects say of themselves decides no cell.
pytestmark = pytest.mark.slow

TOKEN = "good-token"
NAME = "llvm/llvm-project"
# The last is a colour that we use.
NASTY = "\x1b]0;owned\x07 \u202egnp.exe <b>\x9b31m \x1b[31mred"


def issue(label, **more):
    return {"labels": [{"name": label}], **more}


@pytest.fixture
def hosted(polled):
    """LLVM as its host knows it: CI at the head, two milestones, three open issues of two arches."""
    found = polled.forge.hosted[NAME]
    found.check_runs = {
        polled.llvm.head: [
            {"name": "build", "status": "completed", "conclusion": "success"},
            {"name": NASTY, "status": "completed", "conclusion": "failure"},
        ]
    }
    more = {"due_on": None, "html_url": "https://forge.example/milestone/1"}
    found.milestones = [
        {"title": f"core {NASTY}", "state": "open", "open_issues": 3, "closed_issues": 19, **more},
        {"title": "done", "state": "closed", "open_issues": 0, "closed_issues": 7, **more},
    ]
    found.issues = [
        *(issue("backend:ARM"), issue("backend:ARM"), issue("backend:X86"), issue("backend:X86", state="closed")),
        issue("backend:ARM", pull_request={}),
    ]
    return found


@pytest.fixture
def site(polled, hosted):
    """Everything that LLVM may say: feeds beside its git, the API on another host. Tests may change it."""
    home = f"{polled.forge.other.url}/{NAME}"
    return {
        "llvm": SelfDescription(
            commits=f"{home}/commits/main.atom",
            releases=f"{home}/releases.atom",
            api=f"{polled.forge.url}/api",
            repository=NAME,
            milestones=True,
            checks=True,
            labels=(("arm", "backend:ARM"), ("x86", "backend:X86")),
        )
    }


@pytest.fixture
def command(polled, site, monkeypatch, capsys):
    """A command on the world's store, a day after the last one: its exit code, and what it printed."""

    # One host is the API's alone, as with the large hosts.
    polled.asked = {"linux": (f"{polled.forge.other.url}/torvalds/linux.git",)}

    def registry():
        found = {id_: replace(u, site=site.get(id_, SelfDescription())) for id_, u in polled.upstreams.items()}
        return replace(polled.registry, upstreams=found)

    monkeypatch.setattr(surroundings, "registry", registry)
    monkeypatch.setattr(surroundings, "network_policy", lambda: polled.policy)
    monkeypatch.setattr(surroundings, "cache_folder", lambda: polled.caches)
    monkeypatch.setattr(surroundings, "now", lambda: polled.now)
    monkeypatch.setattr(compiling, "keep_answers", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    def run(*words, days=1):
        polled.now += days * DAY
        polled.forge.log.clear()
        code = main([*words, "--db", str(polled.store)])
        polled.forge.settle()
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def token(command, monkeypatch):
    """The one that the forge knows, in the environment that `command` cleared."""
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


def status(command):
    """LLVM's block, as JSON."""
    whole = json.loads(command("status", "--json", days=0)[1])
    assert breaches(whole) == []
    found = whole["projects"]
    return next(p for p in found if p["upstream"] == "llvm")


def said(polled):
    with Store.open(polled.store, readonly=True) as store:
        assert store.faults() == []
        return {s.topic: (json.loads(s.value), polled.now - s.checked_at) for s in store.polls.notices()}


def api(polled):
    return [entry for entry in polled.forge.log if entry.path.startswith("/api/")]


def feeds(polled):
    return [entry for entry in polled.forge.log if entry.path.endswith(".atom")]


# --- what git knows ------------------------------------------------------------------------------------------------


def test_head_and_release_come_from_git(polled, command, site):
    """Commits, dates and versions of every repository, without one request more than the refs."""
    site.clear()
    assert command("refresh")[0] == 0
    assert command("refresh")[0] == 0
    assert [entry.command for entry in polled.forge.log] == ["ls-refs", "ls-refs"]
    found = json.loads(command("status", "--json", days=0)[1])["projects"]
    assert [p["upstream"] for p in found] == ["linux", "llvm"]
    for project, repository, version in zip(found, (polled.linux, polled.llvm), ("7.1", "22.1.0"), strict=True):
        head, release = project["head"], project["release"]
        assert head["commit"] == repository.head
        assert head["date"] == repository.date(repository.head).isoformat()
        assert (release["version"], release["checked_at"]) == (version, polled.now.isoformat())
        assert release["date"] == repository.date(release["commit"]).isoformat()
    out = command("status", days=2)[1]
    assert "\nllvm (llvm/llvm-project)\n" in out
    assert f"  head        {polled.llvm.head[:12]} of 2026-01-02, checked 2 days ago\n" in out


# --- feeds ---------------------------------------------------------------------------------------------------------


def test_feeds_say_the_last_commit_and_release(polled, command):
    """Without a token too: then the API is asked nothing, and that is said."""
    code, out, err = command("refresh")
    assert (code, err, api(polled)) == (0, "", [])
    assert "project status: 2 answers, 0 failed\n" in out
    assert "not asked of llvm: milestones, CI or issues: no token was given (GITHUB_TOKEN or --token-file)\n" in out
    found = said(polled)
    assert found["commit"][0]["commit"] == polled.llvm.head
    assert found["release"][0]["title"] == "llvmorg-22.1.0"
    assert sorted(found) == ["commit", "release"]


def test_feeds_are_not_asked_where_nothing_moved(polled, command):
    """They could only say the same."""
    command("refresh")
    before = said(polled)
    command("refresh")
    assert feeds(polled) == []
    assert {topic: value for topic, (value, _) in said(polled).items()} == {t: v for t, (v, _) in before.items()}


def test_an_unchanged_feed_costs_no_body(polled, command):
    """304: a head that moved is news in the feed of commits alone."""
    command("refresh")
    polled.llvm.touch(1)
    command("refresh")
    assert sorted(entry.status for entry in feeds(polled)) == [200, 304]


def test_a_feed_that_changed_is_read_again(polled, command):
    """And its new ETag is the one that is sent next."""
    command("refresh")
    polled.llvm.commit({"more": "x"})
    command("refresh")
    assert sorted(entry.status for entry in feeds(polled)) == [200, 304]
    assert said(polled)["commit"][0]["commit"] == polled.llvm.head
    polled.llvm.commit({"more": "y"})
    command("refresh")
    assert sorted(entry.status for entry in feeds(polled)) == [200, 304]


ATOM = (("content-type", "application/atom+xml"),)


@pytest.mark.parametrize(
    ("fault", "told"),
    one_in(
        3,
        [
            (faults.html(), "found an HTML page, expected an Atom feed"),
            (faults.status(404), "answered 404 at /llvm/llvm-project/releases.atom"),
            (faults.says(Response(200, ATOM, b"just words")), "broken XML"),
            (faults.says(Response(200, ATOM, b"<rss/>")), "expected an Atom feed"),
            (faults.says(Response(200, ATOM, b"<!DOCTYPE a><feed/>")), "found a document type"),
            (faults.changed(lambda body: body[:-20]), "broken XML"),
            (faults.half(), "broke off"),
            (faults.elsewhere(), "redirect"),
        ],
        several=True,
    ),
    ids=["html", "gone", "no XML", "RSS", "entities", "cut XML", "cut", "another host"],
)
def test_a_feed_that_fails_is_told_and_fails_no_fact(polled, command, hosted, fault, told):
    """Exit 4, the reason; what it said before stays with its age; the facts are up to date; over when it is over."""
    command("refresh")
    hosted.releases = {"llvmorg-22.1.0": "another title"}
    polled.forge.faults.add(fault, "*/releases.atom", times=None, host="other")
    polled.llvm.commit({"more": "y"})
    code, out, _ = command("refresh")
    assert code == 4
    assert "project status: 1 answers, 1 failed\n" in out
    assert told in out
    assert "llvm: LLVM 23.1.0git-g" in out
    found = said(polled)
    assert found["release"][1] == DAY
    assert found["commit"] == (found["commit"][0], 0 * DAY)
    code, out, _ = command("status", days=0)
    assert code == 4
    assert "5 of 5 sources are up to date\n" in out
    assert " failed today: release: " in " ".join(out.split())
    polled.forge.faults.clear()
    assert command("refresh")[0] == 0
    assert "fault" not in said(polled)


def test_a_project_without_releases(polled, command, hosted):
    """An empty feed is an answer."""
    hosted.releases = {}
    assert command("refresh")[0] == 0
    assert "  announced   none, checked today\n" in command("status", days=0)[1]


# --- the API -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("token")
def test_the_api_says_the_rest(polled, command):
    """Milestones with their progress, CI at the head that git named, open issues (no pull requests) by label."""
    code, out, _ = command("refresh")
    assert code == 0
    assert "project status: 6 answers, 0 failed\n" in out
    found = status(command)
    topics = {one["topic"]: one["value"] for one in found["said"]}
    assert [(m["state"], m["closed"], m["open"]) for m in topics["milestones"]] == [
        ("open", 19, 3),
        ("closed", 7, 0),
    ]
    checks = topics["checks"]
    assert (checks["commit"], checks["conclusion"], checks["total"]) == (polled.llvm.head, "failure", 2)
    counted = {(i["arch"], i["label"], i["open"]) for i in found["open_issues"]}
    assert counted == {("arm", "backend:ARM", 2), ("x86", "backend:X86", 1)}


@pytest.mark.usefixtures("token")
def test_no_control_character_reaches_a_terminal(command, monkeypatch):
    """Titles and names of checks are strangers' words: in text, in JSON, and in what refresh says."""
    monkeypatch.setattr(output, "is_coloured", lambda _: True)
    outs = [command("refresh")[1], command("status", days=0)[1], command("status", "--json", days=0)[1]]
    assert all(line.isprintable() for out in outs for line in out.splitlines())
    assert "owned" in outs[1]
    assert "  milestones  core" in outs[1]
    assert "19 of 22 done" in outs[1].replace("\n              ", " ")
    assert "open issues arm 2, x86 1, checked today" in outs[1]


@pytest.mark.usefixtures("token")
def test_what_did_not_change_costs_no_quota(polled, command):
    """A 304 of the API is free; milestones come as one."""
    command("refresh")
    before = polled.forge.rest.quota(TOKEN).used
    command("refresh")
    assert [entry.status for entry in api(polled) if "milestones" in entry.path] == [304]
    assert polled.forge.rest.quota(TOKEN).used == before + 1  # the checks
    assert said(polled)["milestones"][1] == 0 * DAY


@pytest.mark.usefixtures("token")
def test_another_token_starts_anew(polled, command, monkeypatch):
    """An ETag belongs to who asked; the store holds no token, and no copy for each."""
    command("refresh")
    polled.forge.rest.tokens.add("other-token")
    monkeypatch.setenv("GITHUB_TOKEN", "other-token")
    command("refresh")
    assert [entry.status for entry in api(polled) if "milestones" in entry.path] == [200]
    body = polled.store.read_bytes() + b"".join(p.read_bytes() for p in polled.folder.glob("facts.db-*"))
    assert b"good-token" not in body
    assert b"other-token" not in body


@pytest.mark.usefixtures("token")
def test_a_quota_that_is_used_up_is_obeyed(polled, command):
    """Skipped with the moment, which is no failure; the next refresh before it asks nothing."""
    reset = int((polled.now + 2 * DAY).timestamp())
    polled.forge.rest.quota(TOKEN).used = 5000
    polled.forge.rest.quota(TOKEN).reset = reset - 3600
    code, out, _ = command("refresh")
    assert code == 0
    assert len(api(polled)) == 1
    moment = f"{polled.now + DAY:%Y-%m-%d} 11:00:00 UTC"
    assert "project status: 2 answers, 0 failed\n" in out
    assert f"it wants to be left alone until {moment}\n" in out
    code, out, _ = command("refresh", days=0)
    assert (code, api(polled)) == (0, [])
    assert f"was not asked: it wants to be left alone until {moment}\n" in out
    polled.forge.rest.quotas.clear()
    assert "4 answers, 0 failed" in command("refresh")[1]


@pytest.mark.usefixtures("token")
def test_searches_have_a_quota_of_their_own(polled, command):
    """The last one in it is made; the rest waits, and comes first the next time."""
    quota = polled.forge.rest.search(TOKEN)
    quota.used, quota.reset = 29, int((polled.now + DAY).timestamp()) + 60
    code, out, _ = command("refresh")
    assert code == 0
    assert "the quota of searches is used up until" in out
    assert [i["label"] for i in status(command)["open_issues"]] == ["backend:ARM"]
    quota.used, quota.reset = 29, int((polled.now + DAY).timestamp()) + 60
    command("refresh")
    ages = {topic: age for topic, (_, age) in said(polled).items() if topic.startswith("issues/")}
    assert ages == {"issues/backend:ARM": DAY, "issues/backend:X86": 0 * DAY}
    assert "open issues arm 2, x86 1, checked 1 day ago" in command("status", days=0)[1]


# --- the token -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("token")
def test_the_token_goes_to_the_api_alone(polled, command):
    """Not to git, not to a feed; and it is printed nowhere."""
    printed = "".join(command("refresh")[1:])
    with_token = {entry.path.split("/")[1] for entry in polled.forge.log if "authorization" in entry.headers}
    assert with_token == {"api"}
    for words in (("refresh", "--json"), ("refresh", "--dry-run"), ("refresh", "--probe"), ("status", "--json")):
        printed += "".join(command(*words)[1:])
    for words in (("refresh", "--dry-run", "--json"), ("refresh", "--probe", "--json")):
        told = command(*words)[1]
        assert breaches(json.loads(told)) == []
        printed += told
    assert TOKEN not in printed


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("fault", [faults.elsewhere(), faults.redirect("{target}&again=1")], ids=["other", "same"])
def test_the_token_follows_no_redirect(polled, command, fault):
    """To another host there is no second request; within the host it is made without the token."""
    polled.forge.faults.add(fault, "/api/repos/*/milestones*")
    command("refresh")
    hops = [e for e in polled.forge.log if "milestones" in e.path]
    assert ["authorization" in e.headers for e in hops] == [True, False][: len(hops)]
    assert {e.host for e in hops} == {"http"}


def test_a_token_file_is_read_and_stripped(polled, command, tmp_path):
    """Before GITHUB_TOKEN."""
    (tmp_path / "token").write_text(f"\n {TOKEN} \n")
    assert "6 answers, 0 failed" in command("refresh", "--token-file", str(tmp_path / "token"))[1]
    assert {entry.headers["authorization"] for entry in api(polled)} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("content", [b"", b"two words", b"a\nb", b"\xff\xfe", b"x" * 5000])
def test_what_is_no_token_is_a_usage_error(polled, command, tmp_path, content):
    """Before any request, and not shown."""
    (tmp_path / "token").write_bytes(content)
    code, out, err = command("refresh", "--token-file", str(tmp_path / "token"))
    assert (code, out, polled.forge.log) == (2, "", [])
    assert "found no token" in " ".join(err.split())
    assert "two words" not in err
    assert command("refresh", "--token-file", str(tmp_path / "none"))[0] == 2


def test_a_wrong_token_is_told(polled, command, monkeypatch):
    """After three refusals nothing more is asked; the feeds and the facts are unharmed."""
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    code, out, _ = command("refresh")
    assert (code, len(api(polled))) == (4, 3)
    assert "project status: 2 answers, 3 failed\n" in out
    assert "it does not accept the token" in out
    assert "wrong" not in out


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("fault", "told", "asked"),
    [
        (faults.html(), "found an HTML page, expected JSON", 4),
        (faults.status(500), "answered 500", 2),
        (faults.reset(), "the connection broke", 2),
    ],
    ids=["html", "500", "reset"],
)
def test_an_api_that_fails_fails_nothing_else(polled, command, fault, told, asked):
    """What may pass ends the questions of this refresh, for the rest would fare no better."""
    polled.forge.faults.add(fault, "/api/*/milestones*", times=2 if asked == 2 else 1)
    code, out, _ = command("refresh")
    assert code == 4
    assert told in out
    assert len(api(polled)) == asked
    assert "5 of 5 sources are up to date\n" in command("status", days=0)[1]


@pytest.mark.usefixtures("token")
def test_ctrl_c_while_the_api_is_waited_for(polled, command, monkeypatch):
    """130 at once; the facts that came before are recorded, and so is what was said so far."""
    monkeypatch.setattr(polled, "policy", replace(polled.policy, read=timedelta(minutes=5), api=Limits()))

    async def interrupted(exchange):
        os.kill(os.getpid(), signal.SIGINT)
        await exchange.wire.gone()

    polled.forge.faults.add(interrupted, "/api/*/check-runs*")
    polled.llvm.commit({"more": "z"})
    code, _, err = command("refresh")
    assert (code, err) == (130, "archmatrix: stopped\n")
    assert polled.revisions("llvm")[-1] == polled.label(polled.llvm)
    assert "milestones" in said(polled)


# --- before it is asked --------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_asked(polled, command, monkeypatch):
    """Each feed, how many requests the API would get, and whether they need a token that is not there."""
    code, out, _ = command("refresh", "--dry-run")
    assert (code, polled.forge.log) == (0, [])
    home = f"{polled.forge.other.url}/{NAME}"
    assert f"  GET {home}/releases.atom: the newest release, only if it changed\n" in out
    about = f"4 requests about {NAME}: milestones, checks, open issues by 2 labels"
    assert f"{about} (needs a token: skipped)\n" in out
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert f"{about} (with the token)\n" in command("refresh", "--dry-run")[1]


@pytest.mark.usefixtures("token")
def test_a_probe_asks_each_feed_and_the_api_once(polled, command):
    """The question to the API costs nothing of its quota."""
    code, out, _ = command("refresh", "--probe")
    assert code == 0
    assert [entry.path for entry in api(polled)] == ["/api/rate_limit"]
    assert len(feeds(polled)) == 2
    assert f"{polled.forge.url}/api: answers, and accepts the token\n" in out
    polled.forge.faults.add(faults.html(), "*/releases.atom")
    code, out, _ = command("refresh", "--probe")
    assert (code, "found an HTML page, expected an Atom feed" in out) == (4, True)


def test_it_is_logged(polled, command):
    """As a run of its own, with its requests and bytes."""
    command("refresh")
    with Store.open(polled.store, readonly=True) as store:
        run = store.facts.runs(1)[0]
    assert (run.kind, run.outcome, run.requests) == ("status", "complete", 2)
    assert run.bytes > 200


@pytest.mark.parametrize(
    ("topic", "value"),
    [
        ("commit", '{"commit": "c", "tktle": "T", "date": "2026-11-19"}'),
        ("release", '{"title": 7, "date": "2026-11-19"}'),
        ("milestones", '[{"title": "T"}]'),
        ("checks", "null"),
        ("issues/A-arm", '"12"'),
        ("fault", "{}"),
        ("fault", '{"'),
    ],
)
def test_what_has_another_shape_in_the_store_is_not_shown(registry, topic, value):
    """A bit has flipped, or another release wrote it: all else stands."""
    with Store.memory() as store:
        good = Notice("rust", "release", '{"title": "T", "date": "2026-11-19"}', "https://a.example", START)
        store.polls.record_notices([good, Notice("llvm", topic, value, "https://a.example", START)])
        assert [one.id for one in standings(registry, store)] == ["rust"]

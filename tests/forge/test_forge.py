"""The forge, seen by git, httpx and plain sockets: it behaves as a public host does, or tests on it prove nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.forge.repos import Repository, made_files

# It changes seldom, and every test that uses it would notice most of what it may do wrong.
pytestmark = pytest.mark.slow
ATOM = {"a": "http://www.w3.org/2005/Atom"}
LS_REFS = b"0014command=ls-refs\n0016object-format=sha100010009peel\n000csymrefs\n001bref-prefix refs/heads/\n0000"
POST = {"content-type": "application/x-git-upload-pack-request", "git-protocol": "version=2"}


@pytest.fixture
def linux(forge, tmp_path):
    """A small repository of two releases, served as torvalds/linux."""
    files = {"MAINTAINERS": "RUST\nS:\tSupported\n", "arch/riscv/Kconfig": "config RISCV\n" * 100, "old": "gone soon\n"}
    repository = Repository.create(tmp_path / "made" / "linux.git", files, tag="v7.0")
    repository.commit({"MAINTAINERS": "RUST\nS:\tMaintained\n", "old": None}, tag="v7.1", message="Linux 7.1\n")
    forge.add("torvalds/linux", repository)
    return repository


@pytest.fixture(params=["http", "https"])
def client(request, forge):
    """httpx over HTTP/1.1 in the open, and over HTTP/2 with a certificate."""
    host = forge.host(request.param)
    verify = forge.client_context() if request.param == "https" else False
    with httpx.Client(base_url=host.url, verify=verify, http2=True, trust_env=False) as client:
        yield client


def git(*arguments, cwd=None, **environment):
    """git as a user has it, but nobody's configuration and no questions."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, env={**clean, **fixed, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


# --- repositories -----------------------------------------------------------------------------------------------------


def test_equal_calls_make_equal_commits(tmp_path):
    """Author, dates and content are fixed, so commit names can be written into tests."""
    heads = {Repository.create(tmp_path / name, {"a": "b\n"}, tag="v1").touch(1) for name in ("one", "two")}
    assert len(heads) == 1


def test_a_tree_becomes_a_commit_of_exactly_its_files(tmp_path):
    """Odd names, links, modes and empty files as they are; what the next tree lacks is gone."""
    first, second = tmp_path / "x-1", tmp_path / "x-2"
    for root in (first, second):
        (root / "a dir").mkdir(parents=True)
        (root / "a dir" / 'quo"te ü.txt').write_text(f"{root.name}\n")
    (first / "link").symlink_to("a dir")
    (first / "only").write_bytes(b"")
    (first / "run").write_text("#!/bin/sh\n")
    (first / "run").chmod(0o755)
    repository = Repository.create(tmp_path / "x.git")
    repository.add_tree(first, tag="1")
    repository.add_tree(second, tag="2")
    modes = {row.split("\t")[1]: row.split()[0] for row in repository.git("ls-tree", "-rz", "1").split("\0") if row}
    assert modes["link"] == "120000"
    assert modes["run"] == "100755"
    assert repository.read("only", "1") == b""
    assert list(repository.tree(repository.head)) == ['a dir/quo"te ü.txt']
    assert repository.read('a dir/quo"te ü.txt') == b"x-2\n"


def test_each_way_to_change_a_repository_does_that(tmp_path):
    """touch, replace, remove, empty, rename, move_tag, move_branch, delete_ref, rewrite and prune."""
    made = Repository.create(tmp_path / "x.git", made_files(30), tag="v1")
    first = made.head
    made.touch(7, "table/*")
    assert len(made.git("diff", "--name-only", first, made.head).split()) == 7
    made.replace("table/a00/f0000.txt", "NAME  STATE", "NAME  STATUS")
    assert made.read("table/a00/f0000.txt").startswith(b"NAME  STATUS\n")
    made.remove("table/a01/f0001.txt")
    made.empty("table/a02/f0002.txt")
    was = made.read("table/a03/f0003.txt")
    made.rename("table/a03/f0003.txt", "table/other.txt")
    assert "table/a01/f0001.txt" not in made.tree(made.head)
    assert made.read("table/a02/f0002.txt") == b""
    assert made.read("table/other.txt") == was
    made.move_tag("v1", made.head)
    assert made.refs["refs/tags/v1"].commit == made.head
    assert made.refs["refs/tags/v1"].id != made.head
    made.move_tag("light", first, annotated=False)
    assert made.refs["refs/tags/light"].id == first
    made.delete_ref("refs/tags/light")
    assert made.resolve("light") is None
    made.move_branch("stable", first)
    assert made.resolve("stable") == first
    old = made.commit({"x": "1"})
    new = made.rewrite({"x": "2"})
    assert made.resolve(old) == old
    made.move_tag("v1", new)
    made.prune()
    assert made.resolve(old) is None
    assert made.read("x") == b"2"
    made.close()


def test_a_copy_changes_alone(tmp_path):
    """What costs long to make is made once and copied for each test."""
    made = Repository.create(tmp_path / "x.git", made_files(3))
    other = made.copy(tmp_path / "y.git")
    other.touch(3)
    assert other.head != made.head == Repository(made.path).head
    for repository in (made, other):
        repository.close()


@pytest.mark.trees
def test_real_trees_become_releases(trees, tmp_path):
    """Each tree at hand gives a commit whose listing is the tree's."""
    name, root = min(trees.items())
    made = Repository.create(tmp_path / "x.git")
    made.add_tree(root, tag=name)
    files = [place for place in root.rglob("*") if place.is_symlink() or place.is_file()]
    assert len(made.tree(made.head)) == len([place for place in files if ".git" not in place.parts])


# --- git --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["http", "https"])
def test_git_clones(forge, linux, tmp_path, host):
    """A whole clone over protocol v2 has all commits, files and tags; the log has what was asked."""
    authority = str(forge.write_authority(tmp_path / "ca.pem"))
    git("clone", "-q", f"{forge.host(host).url}/torvalds/linux.git", tmp_path / "clone", GIT_SSL_CAINFO=authority)
    assert git("rev-parse", "HEAD", cwd=tmp_path / "clone").strip() == linux.head
    assert (tmp_path / "clone" / "MAINTAINERS").read_bytes() == linux.read("MAINTAINERS")
    assert git("tag", cwd=tmp_path / "clone").split() == ["v7.0", "v7.1"]
    assert [entry.command for entry in forge.log] == ["", "ls-refs", "fetch"]
    assert {entry.protocol for entry in forge.log} == {"HTTP/2" if host == "https" else "HTTP/1.1"}


def test_git_fetches_one_commit_without_blobs_and_then_the_blobs_it_wants(forge, linux, tmp_path):
    """`--depth 1 --filter=blob:none` brings commit and trees; a blob asked for by its name comes alone."""
    git("init", "-q", "--bare", tmp_path / "x.git")
    url = f"{forge.url}/torvalds/linux.git"
    git("fetch", "-q", "--depth", "1", "--filter=blob:none", url, "refs/tags/v7.1", cwd=tmp_path / "x.git")
    kinds = git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", cwd=tmp_path / "x.git").split()
    assert sorted(set(kinds)) == ["commit", "tag", "tree"]
    assert kinds.count("commit") == 1
    blob = linux.tree(linux.head)["MAINTAINERS"]
    git("-c", "fetch.negotiationAlgorithm=noop", "fetch", "-q", url, blob, cwd=tmp_path / "x.git")
    assert git("cat-file", "blob", blob, cwd=tmp_path / "x.git").encode() == linux.read("MAINTAINERS")


def test_git_fetches_a_commit_that_no_ref_names_until_it_is_collected(forge, linux, tmp_path):
    """The head of before a forced push can still be had by name; after the host's garbage collection it cannot."""
    old = linux.head
    linux.rewrite({"MAINTAINERS": "RUST\nS:\tOrphan\n"})
    linux.move_tag("v7.1", linux.head)
    git("init", "-q", "--bare", tmp_path / "x.git")
    url = f"{forge.url}/torvalds/linux.git"
    git("fetch", "-q", "--depth", "1", url, old, cwd=tmp_path / "x.git")
    linux.prune()
    git("init", "-q", "--bare", tmp_path / "y.git")
    with pytest.raises(RuntimeError, match="not our ref"):
        git("fetch", "-q", "--depth", "1", url, old, cwd=tmp_path / "y.git")


def test_a_repository_that_is_not_there_asks_git_for_a_password(forge, linux, tmp_path):
    """As the large hosts do, lest one learn which private repositories there are."""
    with pytest.raises(RuntimeError, match="could not read Username"):
        git("ls-remote", f"{forge.url}/torvalds/none.git")
    assert {entry.status for entry in forge.log} == {401}


def test_a_host_without_partial_clone_sends_all(forge, tmp_path):
    """`allow_filter=False`: the capability is missing, git says so and takes every blob."""
    forge.add("gcc", Repository.create(tmp_path / "gcc.git", {"a": "a\n"}, allow_filter=False), service_line=False)
    git("init", "-q", "--bare", tmp_path / "x.git")
    git("fetch", "-q", "--filter=blob:none", f"{forge.url}/gcc.git", "main", cwd=tmp_path / "x.git")
    kinds = git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", cwd=tmp_path / "x.git").split()
    assert "blob" in kinds


def test_git_ends_when_its_listener_leaves(forge, tmp_path, caplog):
    """A client that goes in the middle of a pack leaves no process and no complaint behind."""
    repository = Repository.create(tmp_path / "big.git", {"file": os.urandom(30_000_000)})
    forge.add("big/one", repository)
    want = f"0032want {repository.head}\n".encode()
    ask = b"0012command=fetch\n0016object-format=sha10001" + want + b"0009done\n0000"
    address = f"{forge.url}/big/one.git/git-upload-pack"
    with httpx.stream("POST", address, content=ask, headers=POST, trust_env=False) as answer:
        assert answer.status_code == 200
        next(answer.iter_raw())
    forge.settle()
    assert forge.log[0].broken
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # others end meanwhile
            line = place.read_bytes()
            assert b"upload-pack" not in line or str(repository.path).encode() not in line
    assert not caplog.records


def test_capabilities_and_refs_by_hand(forge, linux, client):
    """Version 2 capabilities, with and without GitHub's service line; ls-refs under a prefix, tags peeled."""
    address = "/torvalds/linux.git/info/refs?service=git-upload-pack"
    body = client.get(address, headers={"git-protocol": "version=2"}).content
    assert body.startswith(b"001e# service=git-upload-pack\n0000000eversion 2\n")
    assert b"fetch=shallow wait-for-done filter" in body
    forge.hosted["torvalds/linux"].service_line = False
    assert client.get(address, headers={"git-protocol": "version=2"}).content.startswith(b"000eversion 2\n")
    assert b"refs/tags/v7.1^{}" in client.get(address).content  # version 0: all refs at once
    refs = client.post("/torvalds/linux/git-upload-pack", content=LS_REFS, headers=POST)
    assert refs.headers["content-type"] == "application/x-git-upload-pack-result"
    assert refs.content == b"%04x%b0000" % (len(linux.head) + 21, f"{linux.head} refs/heads/main\n".encode())
    packed = client.post(
        "/torvalds/linux.git/git-upload-pack",
        content=gzip.compress(LS_REFS),
        headers={**POST, "content-encoding": "gzip"},
    )
    assert packed.content == refs.content
    assert [entry.command for entry in forge.log] == ["", "", "", "ls-refs", "ls-refs"]
    assert client.post("/torvalds/linux.git/git-upload-pack", content=LS_REFS).status_code == 415
    assert client.get("/torvalds/linux.git/info/refs?service=git-receive-pack").status_code == 401
    assert client.get("/torvalds/linux.git/info/refs").status_code == 403


# --- files and feeds --------------------------------------------------------------------------------------------------


def test_a_raw_file_has_a_strong_etag_and_is_not_sent_twice(linux, client):
    """304 for the same content even under a moved head; 200 for other content; a tag is as good as a branch."""
    address = "/torvalds/linux/raw/main/MAINTAINERS"
    first = client.get(address)
    assert first.content == linux.read("MAINTAINERS")
    assert first.headers["etag"].startswith('"')
    assert first.headers["last-modified"] == "Fri, 02 Jan 2026 00:00:00 GMT"
    known = {"if-none-match": first.headers["etag"]}
    linux.commit({"new": "file\n"})
    again = client.get(address, headers=known)
    assert again.status_code == 304
    assert again.content == b""
    linux.replace("MAINTAINERS", "Maintained", "Orphan")
    assert client.get(address, headers=known).status_code == 200
    assert client.get("/torvalds/linux/raw/v7.0/MAINTAINERS").content == linux.read("MAINTAINERS", "v7.0")
    assert client.get(f"/torvalds/linux/raw/{linux.head}/new").text == "file\n"
    assert client.get("/torvalds/linux/raw/main/old").status_code == 404
    assert client.get("/torvalds/linux/raw/none/MAINTAINERS").status_code == 404
    assert client.head(address).headers["content-length"] == str(len(linux.read("MAINTAINERS")))
    linux.empty("new")
    assert client.get("/torvalds/linux/raw/main/new").content == b""


def test_a_condition_by_date_needs_the_servers_own_date(linux, client):
    """As nginx has it: another date, later too, gives the whole file; an ETag beside it decides alone."""
    address = "/torvalds/linux/raw/main/MAINTAINERS"
    own = client.get(address).headers["last-modified"]
    assert client.get(address, headers={"if-modified-since": own}).status_code == 304
    later = "Fri, 02 Jan 2032 00:00:00 GMT"
    assert client.get(address, headers={"if-modified-since": later}).status_code == 200
    assert client.get(address, headers={"if-modified-since": own, "if-none-match": '"other"'}).status_code == 200


def test_a_raw_file_is_compressed_for_whoever_takes_it(forge, linux, client):
    """Fewer bytes, another strong ETag (other bytes), the same content."""
    address = "/torvalds/linux/raw/main/arch/riscv/Kconfig"
    packed = client.get(address)
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content == linux.read("arch/riscv/Kconfig")
    assert packed.headers["etag"] != plain.headers["etag"]
    assert forge.log[0].bytes_out < 600 < forge.log[1].bytes_out
    assert client.get(address, headers={"if-none-match": plain.headers["etag"]}).status_code == 304


def test_a_ref_may_have_slashes(forge, linux, client):
    """releases/gcc-16.2.0/gcc/config.gcc: the longest prefix that is a ref."""
    linux.move_tag("releases/gcc-16.2.0", linux.resolve("v7.0"))
    forge.add("pub/scm/linux", linux)
    assert client.get("/pub/scm/linux/raw/releases/gcc-16.2.0/old").text == "gone soon\n"


def test_the_feeds_say_releases_and_commits(forge, linux, client):
    """Newest first, titles and dates; a weak ETag that holds until something moves."""
    releases = client.get("/torvalds/linux/releases.atom")
    titles = [node.text for node in ET.fromstring(releases.content).findall("a:entry/a:title", ATOM)]  # noqa: S314
    assert titles == ["v7.1", "v7.0"]
    commits = client.get("/torvalds/linux/commits/main.atom")
    entry = ET.fromstring(commits.content).find("a:entry", ATOM)  # noqa: S314
    assert entry.find("a:title", ATOM).text.strip() == "Linux 7.1"
    assert entry.find("a:updated", ATOM).text == "2026-01-02T00:00:00Z"
    assert entry.find("a:link", ATOM).get("href").endswith(f"/torvalds/linux/commit/{linux.head}")
    etag = commits.headers["etag"]
    assert etag.startswith('W/"')
    assert client.get("/torvalds/linux/commits/main.atom", headers={"if-none-match": etag}).status_code == 304
    linux.touch(1)
    assert client.get("/torvalds/linux/commits/main.atom", headers={"if-none-match": etag}).status_code == 200
    forge.hosted["torvalds/linux"].releases = {}
    empty = client.get("/torvalds/linux/releases.atom")
    assert not ET.fromstring(empty.content).findall("a:entry", ATOM)  # noqa: S314
    assert client.get("/torvalds/linux/commits/none.atom").status_code == 404


# --- REST -------------------------------------------------------------------------------------------------------------


def test_without_a_token_sixty_requests_pass_and_a_304_is_one_of_them(linux, client):
    """Then 403 with nothing remaining and the moment of renewal."""
    address = "/api/repos/torvalds/linux/milestones"
    etag = client.get(address).headers["etag"]
    for left in range(58, -1, -1):
        answer = client.get(address, headers={"if-none-match": etag})
        assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (304, str(left))
    refused = client.get(address)
    assert refused.status_code == 403
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert 0 < int(refused.headers["x-ratelimit-reset"]) - time.time() <= 3600
    assert client.get(address, headers={"authorization": "Bearer good-token"}).status_code == 200
    assert client.get("/torvalds/linux/releases.atom").status_code == 200


def test_with_a_token_a_304_is_free(forge, linux, client):
    """5000 an hour, ETags of its own, and 401 for a token that nobody knows."""
    address = "/api/repos/torvalds/linux/milestones"
    anonymous = client.get(address).headers["etag"]
    known = {"authorization": "Bearer good-token"}
    first = client.get(address, headers={**known, "if-none-match": anonymous})
    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (200, "4999")
    again = client.get(address, headers={**known, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.headers["x-ratelimit-remaining"]) == (304, "4999")
    assert client.get(address, headers={"authorization": "Bearer bad"}).status_code == 401
    assert forge.rest.quota("good-token").used == 1
    forge.rest.quota("good-token").used = 5000
    assert client.get(address, headers=known).status_code == 403
    assert client.get("/api/rate_limit", headers=known).json()["rate"]["remaining"] == 0


def test_rest_lists_are_filtered_and_come_in_pages(forge, linux, client):
    """State, labels (all of them), branch; total counts and Link headers."""
    hosted = forge.hosted["torvalds/linux"]
    hosted.milestones = [
        {"number": 1, "title": "done", "state": "closed", "open_issues": 0, "closed_issues": 9},
        {"number": 2, "title": "core 1.49", "state": "open", "open_issues": 3, "closed_issues": 7},
    ]
    labels = [{"name": "O-riscv"}, {"name": "C-bug"}]
    hosted.issues = [{"number": n, "state": "open", "labels": labels if n % 2 else labels[:1]} for n in range(75)]
    hosted.check_runs = {linux.head: [{"name": "build", "status": "completed", "conclusion": "success"}]}
    hosted.runs = [{"head_branch": "main", "conclusion": "failure"}, {"head_branch": "next", "conclusion": "success"}]
    base = "/api/repos/torvalds/linux"
    assert [row["title"] for row in client.get(f"{base}/milestones").json()] == ["core 1.49"]
    assert len(client.get(f"{base}/milestones?state=all").json()) == 2
    assert len(client.get(f"{base}/issues?labels=O-riscv,C-bug&per_page=100").json()) == 37
    one = client.get(f"{base}/issues?labels=O-riscv&per_page=1")
    assert one.links["last"]["url"] == f"{client.base_url}{base}/issues?labels=O-riscv&per_page=1&page=75"
    second = client.get(client.get(f"{base}/issues").links["next"]["url"])
    assert [row["number"] for row in second.json()] == list(range(30, 60))
    assert client.get(f"{base}/commits/{linux.head}/check-runs").json()["total_count"] == 1
    assert client.get(f"{base}/commits/main/check-runs").json()["check_runs"][0]["conclusion"] == "success"
    assert client.get(f"{base}/actions/runs?branch=main").json()["workflow_runs"] == hosted.runs[:1]
    assert client.get("/api/repos/none/none/issues").status_code == 404


def test_rest_counts_open_issues_by_label(forge, linux, client):
    """Pull requests are none; a quota of its own, thirty with a token."""
    label = {"labels": [{"name": "a b"}]}
    forge.hosted["torvalds/linux"].issues = [label, {**label, "state": "closed"}, {**label, "pull_request": {}}]
    query = {"q": 'repo:torvalds/linux is:issue is:open label:"a b"', "per_page": "1"}
    known = {"authorization": "Bearer good-token"}
    found = client.get("/api/search/issues", params=query, headers=known)
    assert (found.json()["total_count"], found.json()["incomplete_results"]) == (1, False)
    named = [found.headers[f"x-ratelimit-{name}"] for name in ("resource", "limit", "remaining")]
    assert named == ["search", "30", "29"]
    assert forge.rest.quota("good-token").used == 0
    assert client.get("/api/search/issues", params={"q": "else"}, headers=known).status_code == 404


def test_rest_wants_a_user_agent(forge, linux):
    """As GitHub's does; said by a plain socket, for httpx always sends one."""
    ask = "GET /api/repos/torvalds/linux/issues HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    answer = said(forge.http.port, ask)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert "User-Agent" in json.loads(answer.partition(b"\r\n\r\n")[2])["message"]


# --- the server itself ------------------------------------------------------------------------------------------------


def said(port, text):
    """All that comes back on a socket for a text."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(text.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def test_it_listens_on_loopback_only(forge):
    """Every host's socket is bound to 127.0.0.1."""
    for name in ("http", "other", "https", "untrusted", "misnamed", "expired"):
        assert {own.getsockname()[0] for own in forge.host(name).server.sockets} == {"127.0.0.1"}


def test_the_log_counts_the_bytes_of_the_wire(forge, linux):
    """Head and body, both ways, to the byte; several requests on one connection are told apart."""
    ask = "GET /torvalds/linux/raw/main/MAINTAINERS HTTP/1.1\r\nhost: x\r\n\r\n"
    last = ask.replace("host: x", "host: x\r\nconnection: close")
    answer = said(forge.http.port, ask + last)
    assert answer.count(b"RUST\nS:\tMaintained\n") == 2
    assert [entry.bytes_in for entry in forge.log] == [len(ask), len(last)]
    assert sum(entry.bytes_out for entry in forge.log) == len(answer) == forge.traffic.bytes_out
    assert forge.traffic.bytes_in == len(ask) + len(last)
    assert (forge.traffic.connections, forge.log[0].connection, forge.log[1].connection) == (1, 1, 1)
    forge.forget()
    assert (forge.log, forge.traffic.bytes_out) == ([], 0)


def test_http2_answers_side_by_side_on_one_connection(forge, linux):
    """Of thirty requests none is answered before six of them wait at once."""

    async def together(exchange):
        while forge.peak["https"] < 6:  # noqa: ASYNC110 - other requests raise it
            await asyncio.sleep(0.005)
        await exchange.wire.send(await exchange.truth())

    options = {"base_url": forge.https.url, "trust_env": False, "timeout": 300}
    with (
        httpx.Client(verify=forge.client_context(), http2=True, **options) as client,
        ThreadPoolExecutor(30) as pool,
    ):
        client.get("/")
        forge.faults.add(together, times=None)
        answers = list(pool.map(client.get, ["/torvalds/linux/raw/main/arch/riscv/Kconfig"] * 30))
    assert {(answer.status_code, answer.http_version) for answer in answers} == {(200, "HTTP/2")}
    assert forge.peak["https"] > 5
    assert len({entry.connection for entry in forge.log}) == 1


def test_latency_is_added_to_each_request(forge, linux):
    """Ten in a row with 20 ms take 200 ms at least."""
    forge.latency = 0.02
    began = time.monotonic()
    with httpx.Client(base_url=forge.url, trust_env=False) as client:
        for _ in range(10):
            client.get("/")
    assert time.monotonic() - began >= 0.2
    forge.settle()
    assert min(entry.ended - entry.began for entry in forge.requests("/", status=200)) >= 0.02


def test_a_body_larger_than_any_window_arrives_whole(forge, client, tmp_path):
    """5 MB that do not compress, over both protocols."""
    body = os.urandom(5_000_000)
    forge.add("big/one", Repository.create(tmp_path / "big.git", {"file": body}))
    assert client.get("/big/one/raw/main/file").content == body


def test_a_client_that_leaves_is_noted_and_harms_nobody(forge, client, tmp_path):
    """The entry is broken, the next request is answered."""
    forge.add("big/one", Repository.create(tmp_path / "big.git", {"file": os.urandom(20_000_000)}))
    with client.stream("GET", "/big/one/raw/main/file") as answer:
        next(answer.iter_raw())
    client.close()  # httpx resets no stream of HTTP/2: it leaves only with the connection
    assert httpx.get(forge.url, trust_env=False).status_code == 200
    forge.settle()
    assert forge.log[0].broken


def test_reset_leaves_nothing(forge, linux):
    """Repositories, faults, log, quotas and latency are as at the start."""
    forge.latency = 1
    forge.rest.quota().used = 60
    forge.reset()
    assert httpx.get(f"{forge.url}/torvalds/linux/raw/main/MAINTAINERS", trust_env=False).status_code == 404
    assert forge.rest.quota().remaining == 60
    assert len(forge.log) == 1

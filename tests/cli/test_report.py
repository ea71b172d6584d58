"""The reports, pages, feeds, badges and JSON: the same from the same facts, wherever they are made."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.operations import report
from matrix.registry import data_folder, load
from matrix.render.phrases import wrong_words
from tests.cli.conftest import CHECKOUT
from tests.sampling import one_in

REGISTRY = load(data_folder())
COMMITTED = CHECKOUT / "reports"


def texts(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module", autouse=True, params=["few", pytest.param("all", marks=pytest.mark.slow)])
def data(request, few_facts):
    """What finds the data folder: of few releases, or of all that ship."""
    find = data_folder if request.param == "all" else lambda: few_facts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surroundings, "data_folder", find)
        yield find


@pytest.fixture(scope="module", autouse=True)
def rendered():
    """A report, made once for the same registry and the same facts; written and compared each time."""
    kept, make = [], report._report  # noqa: SLF001

    def made(work, stores):
        facts = [(store.place, store.pages.stamp, store.facts.generation) for store in stores]
        for had, done in kept:
            if had == (work.registry, facts):
                return done
        kept.append(((work.registry, facts), make(work, stores)))
        return kept[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_report", made)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory, data):
    """A folder of reports, made once."""
    place = tmp_path_factory.mktemp("made") / "reports"
    assert main(["report", "--output", str(place), "--html", str(place.with_name("html"))]) == 0
    return place


@pytest.fixture(scope="module")
def site(made):
    """The same for a browser."""
    return made.with_name("html")


@pytest.fixture
def written(made, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "reports"))


def test_every_file_that_is_written_is_told(run, tmp_path):
    """A line each."""
    said = run("report", "--output", tmp_path / "new")
    assert said.code == 0
    assert said.out.count("written: ") == len(texts(tmp_path / "new"))


def test_there_is_a_file_for_everything(written, data):
    """The matrix, the contradictions, each arch, each backend; their feeds and badges; the steps between releases."""
    arches, backends = list(REGISTRY.arches), list(REGISTRY.backends)
    expected = {"README.md", "contradictions.md", "matrix.json", "matrix.schema.json", "feeds/all.atom"}
    expected |= {f"arch/{a}.md" for a in arches} | {f"backend/{b}.md" for b in backends}
    expected |= {f"feeds/arch/{a}.atom" for a in arches} | {f"feeds/backend/{b}.atom" for b in backends}
    expected |= {f"badges/{a}.svg" for a in arches} | {f"badges/{a}-{b}.svg" for a in arches for b in backends}
    found = set(texts(written))
    changes = {name for name in found if name.startswith("changes/")}
    assert found - changes == expected
    every = {"linux-6.18.15-7.1.13", "linux-7.1.13-7.2.6", "rust-1.90.0-1.95.0"}
    steps = every if data is data_folder else {"linux-6.12.107-7.1.13"}
    assert {"changes/README.md", *(f"changes/{step}.md" for step in steps)} <= changes


def test_every_page_says_how_to_report_what_is_wrong_on_it(written, site):
    """In the words of `why`."""
    words = wrong_words("`archmatrix why NAME`")
    pages = {p: p.read_text("utf-8") for p in (*written.rglob("*.md"), *site.rglob("*.html"))}
    assert len(pages) > 60
    for place, text in pages.items():
        plain = re.sub(r"</?code>", "`", text).replace("</p>", "").replace("\n</body></html>", "")
        assert plain.rstrip().endswith(words), place


def test_the_feeds_lead_to_where_the_pages_are_published(run, written):
    """With an address; any other is usage, and writes nothing."""
    before = texts(written)
    for wrong in (
        "example.org",
        "ftp://example.org/",
        "https://example.org/?x",
        "https://exa mple.org",
        "javascript:x",
    ):
        said = run("report", "--output", written, "--base-url", wrong)
        assert (said.code, said.out) == (2, "")
        assert "--base-url: got " in said.err
    assert texts(written) == before
    assert run("report", "--output", written, "--base-url", "https://example.org/rust").code == 0
    feed = (written / "feeds" / "arch" / "arm.atom").read_text("utf-8")
    assert 'href="https://example.org/rust/feeds/arch/arm.atom"' in feed
    assert 'href="https://example.org/rust/arch/arm.html"' in feed
    changed = {name for name, body in texts(written).items() if before[name] != body}
    assert changed == {name for name in before if name.endswith(".atom")}


def test_writing_again_changes_no_byte_and_touches_no_file(run, written):
    """It says so, with exit 0."""
    before = {p: p.stat().st_mtime_ns for p in written.rglob("*") if p.is_file()}
    said = run("report", "--output", written)
    assert (said.code, said.out) == (0, f"{written}: up to date, {len(before)} files\n")
    assert {p: p.stat().st_mtime_ns for p in written.rglob("*") if p.is_file()} == before


@pytest.mark.slow
def test_the_committed_reports_are_those_of_all_that_ships(written, data):
    """Made from the shipped facts of this checkout."""
    assert (texts(written) == texts(COMMITTED)) is (data is data_folder)


@pytest.mark.slow
def test_a_user_s_own_store_does_not_enter(run, written, kernel, db, monkeypatch, data):
    """What is committed must be the same wherever it is checked."""
    assert run("refresh", "--tree", f"linux@7.2={kernel.root}").code == 2  # the tree says 7.1.13
    kernel.change("Makefile", "PATCHLEVEL = 1", "PATCHLEVEL = 9")
    assert run("refresh", "--tree", f"linux={kernel.root}").code == 0
    assert db.exists()
    assert "Linux 7.9.13" in run("is", "arm64").out
    # All ports again, not those of the small kernel alone.
    monkeypatch.setattr(surroundings, "registry", lambda: REGISTRY)
    monkeypatch.setattr(surroundings, "data_folder", data)
    kernel_free = run("report", "--check", "--output", written)
    assert kernel_free.code == 0


@pytest.mark.parametrize("change", one_in(2, ["edited", "gone", "extra", "empty folder"]))
def test_check_tells_what_is_out_of_date_and_writes_nothing(run, written, change):
    """Exit 1 and the page's name."""
    page = written / "arch" / "riscv.md"
    if change == "edited":
        page.write_text(page.read_text("utf-8").replace("riscv64", "riscv46", 1), "utf-8")
    elif change == "gone":
        page.unlink()
    elif change == "extra":
        (written / "arch" / "vax.md").write_text("# vax\n", "utf-8")
    else:
        for path in sorted(written.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    before = texts(written)
    said = run("report", "--check", "--output", written)
    assert said.code == 1
    name = "arch/vax.md" if change == "extra" else "arch/riscv.md"
    assert f"out of date: {written}/{name}\n" in said.out
    assert texts(written) == before
    # And writing mends it, whatever it was.
    assert run("report", "--output", written).code == 0
    assert (change == "extra") is not (written / name).exists()
    assert "riscv46" not in page.read_text("utf-8")


def test_other_files_are_left_alone(run, written):
    """Only files go that are no longer made: those beside ours with the same ending."""
    kept = [written / name for name in ("logo.svg", "arch/notes.txt", "own/page.md", "own/feed.atom")]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", "utf-8")
    (written / "badges" / "vax.svg").write_text("<svg/>", "utf-8")
    assert run("report", "--output", written).code == 0
    assert all(path.exists() for path in kept)
    assert not (written / "badges" / "vax.svg").exists()


def test_links_lead_to_pages_that_are_there(written):
    """Every relative link of every page."""
    for path in written.rglob("*.md"):
        text = path.read_text("utf-8")
        for target in re.findall(r"\]\(<?([^)>#]+?)>?(?:#[^)>]*)?\)", text):
            if not target.startswith("https://"):
                assert (path.parent / target).resolve().is_file(), f"{path.name}: {target}"


class Reader(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.links, self.ids, self.open = set(), set(), [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.tags.add(tag)
        self.attributes |= said.keys()
        self.links += [said[name] for name in ("href", "src") if name in said]
        self.ids += [said["id"]] if "id" in said else []
        if tag not in {"meta", "img", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_each_page_is_there_for_a_browser(made, site):
    """And with it all that is no page."""
    expected = {re.sub(r"(^|/)README.html$", r"\1index.html", name.replace(".md", ".html")) for name in texts(made)}
    assert set(texts(site)) == {*expected, "style.css"}


def test_links_between_pages_for_a_browser_lead_somewhere(site):
    """To files of the folder, and to what there is in them: no server is needed, nothing is loaded from elsewhere."""
    pages = {path.resolve(): Reader(path.read_text("utf-8")) for path in site.rglob("*.html")}
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path.name
        for link in page.links:
            if link.startswith("https://"):
                continue
            place, _, name = link.partition("#")
            target = (path.parent / place).resolve() if place else path
            assert target.is_file(), f"{path.name}: {link}"
            assert not name or name in pages[target].ids, f"{path.name}: {link}"
            assert target.suffix != ".md", f"{path.name}: {link}"


def test_pages_for_a_browser_hold_nothing_that_runs(site):
    """A policy that allows a style sheet and images of the same place is enough."""
    tags = "html head meta link title body h1 h2 h3 p ul li table thead tbody tr th td a img code strong sup"
    attributes = "lang charset name content rel href src alt id"
    for path in site.rglob("*.html"):
        page = Reader(path.read_text("utf-8"))
        assert page.tags <= {*tags.split(" ")}, path.name
        assert page.attributes <= {*attributes.split(" ")}, path.name


def test_feeds_lead_to_pages_of_their_folder(made, site):
    for folder, kind in ((made, "text/markdown"), (site, "text/html")):
        for path in folder.rglob("*.atom"):
            links = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', path.read_text("utf-8"))
            assert {found for found, _ in links} == {kind}
            assert all((path.parent / href).resolve().is_file() for _, href in links), path.name


def test_tables_have_as_many_cells_in_every_row(written):
    """A bar in upstream's words must not open a column."""
    for path in written.rglob("*.md"):
        table: list[int] = []
        for line in [*path.read_text("utf-8").split("\n"), ""]:
            if line.startswith("|"):
                table.append(len(re.split(r"(?<!\\)\|", line)))
            else:
                assert len(set(table)) <= 1, path.name
                table = []


def test_pages_end_with_one_newline_and_hold_no_clock(written):
    """Dates are upstream's and absolute; nothing says when the page was made."""
    for path in written.rglob("*.md"):
        text = path.read_text("utf-8")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not re.search(r"\bdays? ago\b|\btoday\b|\x1e|\x1b", text), path.name


def test_a_place_that_cannot_be_written_is_exit_5(run, tmp_path):
    """With its name."""
    (tmp_path / "file").write_text("x")
    said = run("report", "--output", tmp_path / "file" / "reports")
    assert (said.code, said.out) == (5, "")
    assert str(tmp_path / "file") in said.complaint

"""The matrix in each format: the same cells."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from matrix.registry import data_folder, load

REGISTRY = load(data_folder())
BACKENDS = tuple(REGISTRY.backends)


@pytest.fixture
def values(run):
    """The table as JSON."""

    def read(*words):
        return json.loads(run("table", "--format", "json", *words).out)

    return read


def cells(line: str) -> list[str]:
    """The cells of a row of Markdown, which may hold escaped bars."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_json_is_json_either_way(run, values):
    """--json and --format json are one."""
    assert json.loads(run("table", "--json").out) == values()


def test_a_row_for_every_variant_and_a_cell_for_every_backend(values):
    """In the order of data/."""
    rows = values()["rows"]
    assert [row["id"] for row in rows] == list(REGISTRY.variants)
    assert all([cell["backend"] for cell in row["cells"]] == list(BACKENDS) for row in rows)


def test_by_arch_counts_variants_and_names_them(values):
    """The best status, "n of m", and which."""
    rows = {row["id"]: of_llvm(row) for row in values("--by", "arch")["rows"]}
    assert list(rows) == list(REGISTRY.arches)
    assert (rows["riscv"]["status"], rows["riscv"]["of"], rows["riscv"]["variant_ids"]) == (
        "conditional", 2, ["riscv64"],
    )  # fmt: skip
    for arch, cell in rows.items():
        own = [v.id for v in REGISTRY.variants.values() if v.arch == arch]
        assert cell["of"] == len(own)
        assert {*cell["variant_ids"]} <= {*own}


def of_llvm(row):
    return next(cell for cell in row["cells"] if cell["backend"] == "rustc-llvm")


def beside(cell):
    """Count, condition and note of a line of CSV: of several variants each has its own condition."""
    if cell["of"] > 1:
        return f"{len(cell['variant_ids'])} of {cell['of']}", "", ", ".join(cell["variant_ids"])
    return "", cell["condition"] or "", cell["because"]


def bare(status):
    """A status without what is unknown below it."""
    return re.sub(r" \(.*", "", status)


@pytest.mark.parametrize("by", ["variant", "arch"])
def test_csv_holds_the_same_cells(run, values, by):
    """A line a cell, as RFC 4180 quotes."""
    said = run("table", "--format", "csv", "--by", by)
    rows = list(csv.DictReader(io.StringIO(said.out), strict=True))
    expected = [
        (row["arch"], row["id"], cell["backend"], cell["status"], *beside(cell))
        for row in values("--by", by)["rows"]
        for cell in row["cells"]
    ]
    assert [tuple(row.values()) for row in rows] == expected


@pytest.mark.parametrize("by", ["variant", "arch"])
def test_markdown_holds_the_same_cells(run, values, by):
    """As many columns in every row, every footnote defined once and used."""
    said = run("table", "--format", "markdown", "--by", by).out
    lines = [line for line in said.split("\n") if line.startswith("|")]
    assert {len(cells(line)) for line in lines} == {2 + len(BACKENDS)}
    words = [[re.sub(r" [(\[].*", "", cell) for cell in cells(line)] for line in lines[2:]]
    rows = values("--by", by)["rows"]
    assert words == [[r["arch"], r["id"], *(bare(c["status"]) for c in r["cells"])] for r in rows]
    used = set(re.findall(r"\[\^(\d+)\] ", said.replace(" |", "  |")))
    defined = re.findall(r"^\[\^(\d+)\]: ", said, re.MULTILINE)
    assert sorted(used, key=int) == defined
    conditions = {c["condition"] for r in rows for c in r["cells"] if c["condition"] and c["of"] == 1}
    assert len(defined) == len(conditions)


def test_text_holds_the_same_statuses(run, values):
    """A line a variant, under its arch where that has several."""
    said = run("table").out
    for row in values()["rows"]:
        line = next(line for line in said.split("\n") if line.split()[:1] == [row["id"]] and len(line.split()) > 1)
        words = [line[15:][start : start + 13].strip() for start in range(1, 66, 13)]
        assert [word.removesuffix("?") for word in words] == [bare(cell["status"]) for cell in row["cells"]]
        assert [word[-1:] == "?" for word in words] == [bool(cell["unknown_before"]) for cell in row["cells"]]


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_one_backend_and_one_status(run, form):
    """Fewer columns, fewer rows; an alias of the backend will do."""
    said = run("table", "--backend", "rustc-llvm", "--status", "supported", "--format", form)
    assert said.code == 0
    assert "arm64" in said.out
    assert "alpha" not in said.out
    assert "gccrs" not in said.out


def test_several_statuses_add_up(values):
    """A row with a cell of either."""
    one, other = (
        {r["id"] for r in values("--status", s, "--backend", "rustc-llvm")["rows"]}
        for s in ("supported", "conditional")
    )
    both = values("--status", "supported", "--status", "conditional", "--backend", "rustc-llvm")["rows"]
    assert {r["id"] for r in both} == one | other
    assert not one & other


def test_an_unknown_kernel_is_a_table_that_cannot_tell(values):
    """Where nothing is known of the kernel, nothing is no for its sake."""
    found = values("--kernel", "7.9", "--backend", "rustc-llvm")
    assert any("7.9" in note for note in found["notes"])
    cells = [of_llvm(row) for row in found["rows"]]
    assert {c["answer"] for c in cells} == {"unknown", "no"}
    assert {c["rung"] for c in cells if c["answer"] == "no"} <= {"codegen", "target"}
    assert next(of_llvm(r) for r in found["rows"] if r["id"] == "arm64")["rung"] == "port"

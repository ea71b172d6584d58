"""What may stand after --tree."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import UsageError
from matrix.trees import parse_spec


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("linux=/src/linux", ("linux", None, "/src/linux")),
        ("linux@7.1.13=~/linux", ("linux", "7.1.13", "~/linux")),
        ("linux@v7.1.13=linux.git", ("linux", "v7.1.13", "linux.git")),
        ("gcc@releases/gcc-16.2.0=gcc", ("gcc", "releases/gcc-16.2.0", "gcc")),
        ("mrustc@HEAD@{1}=m", ("mrustc", "HEAD@{1}", "m")),
        ("linux=a=b@c", ("linux", None, "a=b@c")),
    ],
)
def test_project_version_and_place(spec, expected):
    """The first = ends the version, the first @ the project."""
    assert parse_spec(spec, ("gcc", "linux", "mrustc")) == expected


@pytest.mark.parametrize(
    "spec", ["", "linux", "linux=", "=x", "@7=x", "linux@=x", "linux@-h=x", "linux@7 1=x", "/src/linux", "Linux=x"]
)
def test_other_shapes_are_usage_errors(spec):
    """That show the shape."""
    with pytest.raises(UsageError, match=r"such as linux@7\.1\.13="):
        parse_spec(spec)


def test_an_unknown_project_names_the_known_ones():
    """Sorted."""
    with pytest.raises(UsageError, match="got project 'bsd', expected one of gcc, linux"):
        parse_spec("bsd=x", ("linux", "gcc"))


@given(st.text(max_size=30))
def test_any_text_is_a_spec_or_a_usage_error(text):
    """Nothing else is raised."""
    with suppress(UsageError):
        assert parse_spec(text).place

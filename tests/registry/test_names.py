"""Variants and listed meanings -> names; a name -> what it means."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import UsageError
from matrix.model import Variant
from matrix.registry import data_folder, load, resolve_backend, resolve_name
from matrix.registry.names import index_names


@pytest.fixture(scope="module")
def registry():
    return load(data_folder())


def variant(id_, arch="a", rustc=(), **names):
    return Variant(
        id=id_, arch=arch, title=id_, bits=32, endian="big", on=(), off=(), free=(), rustc=rustc, names=names
    )


def index(*variants, **meanings):
    return index_names({v.id: v for v in variants}, meanings)


def test_a_name_of_one_holder_needs_no_list():
    """It means that variant, in the systems that call it so."""
    names, faults = index(variant("one", debian=("n",), go=("n",)), variant("two", arch="b"))
    assert faults == []
    assert names["n"].variants == ("one",)
    assert names["n"].systems == ("debian", "go")
    assert names["n"].see_also == ()


def test_a_name_of_several_holders_needs_a_list():
    """Without one it is a fault of the data, for nobody can know which is meant; with one, that decides."""
    both = variant("one", debian=("n",)), variant("two", gentoo=("n",))
    assert index(*both)[1] == ["arches.toml: meanings.n: found nothing, expected a list, for one, two have this name"]
    names, faults = index(*both, n=("two",))
    assert faults == []
    assert names["n"].variants == ("two",)
    assert names["n"].systems == ("gentoo",)
    assert names["n"].see_also == ("one",)


def test_an_id_is_its_variant_alone():
    """Whoever else holds the name is a see-also, and no list is needed."""
    names, faults = index(variant("one"), variant("two", arch="b", uname=("one",)))
    assert faults == []
    assert names["one"].variants == ("one",)
    assert names["one"].see_also == ("two",)


@pytest.mark.parametrize("held", [{"gcc": ("n",)}, {"llvm": ("n",)}, {"rustc": ("n",)}])
def test_names_of_compilers_parts_resolve_only_if_listed(held):
    """A folder of GCC, an LLVM name or a target_arch of rustc is no name by itself."""
    assert "n" not in index(variant("one", **held))[0]
    assert index(variant("one", **held), n=("one",))[0]["n"].systems == tuple(held)


def test_siblings_are_see_also():
    """The other variants of the same port follow, in the order of the data."""
    names, _ = index(variant("one"), variant("two"), variant("three"), variant("four", arch="b"))
    assert names["two"].see_also == ("one", "three")


def test_names_are_found_in_any_case(registry):
    """AMD64 is amd64, and upper case in the data is no hurdle."""
    assert resolve_name(registry, "AMD64") == resolve_name(registry, "amd64")
    names, _ = index(variant("one", debian=("MixEd",)))
    assert "mixed" in names


def test_an_unknown_name_says_what_is_near(registry):
    """A typing error is answered with the names that look like it."""
    with pytest.raises(UsageError, match=r"found 'amr64', expected a name such as .*arm64"):
        resolve_name(registry, "amr64")


@pytest.mark.parametrize("name", ["", "qqqqqqq", "rs6000", "pa"])
def test_a_name_like_no_other_is_answered_with_the_ports(registry, name):
    """Where nothing is near, the ports are what a person can start from."""
    with pytest.raises(UsageError) as caught:
        resolve_name(registry, name)
    assert str(caught.value).startswith(f"architecture: found {name!r}, expected a name such as ")


@given(name=st.text(max_size=30))
def test_any_name_is_resolved_or_refused(registry, name):
    """Nothing but UsageError comes of a strange name."""
    with suppress(UsageError):
        assert resolve_name(registry, name).variants


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        ("llvm", "rustc-llvm"),
        ("rustc", "rustc-llvm"),
        ("rustc_codegen_gcc", "rustc-gcc"),
        ("CG_GCC", "rustc-gcc"),
        ("cranelift", "rustc-cranelift"),
        ("cg_clif", "rustc-cranelift"),
        ("gccrs", "gccrs"),
        ("mrustc", "mrustc"),
    ],
)
def test_backends_have_aliases(registry, name, backend):
    """An id or an alias, in any case, is the backend."""
    assert resolve_backend(registry, name).id == backend


def test_an_unknown_backend_says_what_is_near(registry):
    """As for architectures."""
    with pytest.raises(UsageError, match=r"backend: found 'gcrs', expected a name such as .*gccrs"):
        resolve_backend(registry, "gcrs")

"""/etc/os-release is read as a shell would, and whatever else stands there is nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matrix.machine.distribution import distribution


def test_ids_and_names():
    """Its own id first, then those it is like; quotes and their escapes are gone."""
    found = distribution('NAME=x\nID=Pop\nID_LIKE="ubuntu debian"\nVERSION_ID=\'24.04\'\nPRETTY_NAME="A \\"b\\""\n')
    assert (found.ids, found.name, found.version) == (("pop", "ubuntu", "debian"), 'A "b"', "24.04")


def test_a_file_that_says_nothing():
    """No distribution is none, and not an error."""
    assert distribution("").ids == ()
    assert distribution("# ID=debian\n").ids == ()


@given(st.one_of(st.text(max_size=100), st.text(max_size=40).map(lambda text: f'ID="{text}"\nID_LIKE={text}\n')))
def test_anything_is_read_without_a_fault(text):
    """The file is a machine's own, and may hold anything."""
    assert all(isinstance(id_, str) for id_ in distribution(text).ids)

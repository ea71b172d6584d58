"""A port whose Kconfig is written in the test, and a configuration of it."""

from __future__ import annotations

import pytest

from matrix.dotconfig import read_dotconfig
from matrix.resolve.concrete.definitions import Definitions
from matrix.resolve.concrete.evaluation import Evaluation, Inputs
from matrix.resolve.concrete.tools import Assumed, Subject
from matrix.resolve.kconfig import Port

DUNE = "arch/dune/Kconfig"
INIT = 'config MODULES\n\tbool "Modules"\n'


@pytest.fixture
def definitions(port_facts):
    """The symbols of arch/dune/Kconfig, or of several files."""

    def make(files):
        files = {DUNE: files} if isinstance(files, str) else files
        return Definitions(Port(port_facts(files), "dune", {"REEF": "reef"}))

    return make


@pytest.fixture
def evaluate(definitions):
    """`evaluate(kconfig, "CONFIG_A=y ...", names)`: what each name comes to, as letters and texts."""

    def make(files, config, names, *, whole=True, **more):
        read = read_dotconfig("\n".join(["# x", *config.split(), "CONFIG_ZZ=y"]).replace("~", " ").encode())
        inputs = Inputs(values=read.values, places=read.lines, whole=whole, **more)
        evaluation = Evaluation(definitions(files), inputs)
        return " ".join(evaluation.shown(name) for name in names.split())

    return make


@pytest.fixture
def subject(definitions):
    """A configuration to be examined: `subject(kconfig, "CONFIG_A=y ...")`."""

    def make(files, config, *, whole=True, own=True, **assumed):
        read = read_dotconfig("\n".join([*config.split(), "CONFIG_ZZ=y"]).encode())
        return Subject(
            definitions=definitions(files),
            values=read.values,
            places=read.lines,
            whole=whole,
            own=own,
            texts={"$(SRCARCH)": "dune"},
            assumed=Assumed(**assumed),
        )

    return make

"""Whether config RUST can be y, what stands in the way, and which settings take it away."""

from __future__ import annotations

from matrix.resolve.concrete.changes import remedies
from matrix.resolve.concrete.verdict import RustState, judge

RUST = """\
config CC_IS_GCC
	def_bool $(success,gcc)
config CC_IS_CLANG
	def_bool $(success,clang)
config RUSTC_VERSION
	int
	default $(rustc-version)
config RUST_IS_AVAILABLE
	def_bool $(success,rust)
config HAVE_RUST
	bool
"""
DUNE = RUST + (
    "config DUNE\n\tdef_bool y\n\tselect HAVE_RUST if NEW_ENOUGH\n"
    "config NEW_ENOUGH\n\tdef_bool y\n\tdepends on LITTLE\n\tdepends on !SHADOW || RUSTC_VERSION >= 108200\n"
    'config BIG\n\tbool "Big"\nconfig LITTLE\n\tdef_bool !BIG\nconfig SHADOW\n\tbool "Shadow"\n'
    'config VERSIONS\n\tbool "Versions"\n'
    'choice\n\tprompt "Versions by"\n\tdepends on VERSIONS\nconfig BY_SOURCE\n\tbool "Source"\n'
    'config BY_DEBUG\n\tbool "Debug"\n\tdepends on DEBUG\nendchoice\n'
    'config DEBUG\n\tbool "Debug"\n'
    'config RANDOM\n\tbool "Random"\n\tselect VERSIONS\n'
    'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n\tdepends on RUST_IS_AVAILABLE\n'
    "\tdepends on !VERSIONS || BY_DEBUG\n"
)
PLAIN = "CONFIG_CC_IS_GCC=y CONFIG_HAVE_RUST=y CONFIG_LITTLE=y CONFIG_NEW_ENOUGH=y CONFIG_RUSTC_VERSION=108500"


def found(one):
    return judge(one.now(), one.recorded())


def said(one):
    """Each set in a line, as settings and tools."""
    return [" ".join(f"{t.name}={t.value}" for t in (*remedy.tools, *remedy.settings)) for remedy in remedies(one)]


def test_nothing_blocks_where_every_clause_holds(subject):
    """RUST_IS_AVAILABLE is the machine's: it decides nothing here."""
    assert found(subject(DUNE, PLAIN)).state is RustState.POSSIBLE
    assert found(subject(DUNE, f"{PLAIN} CONFIG_RUST=y")).state is RustState.ON


def test_a_clause_that_is_n_is_named_with_its_line_and_values(subject):
    """Also where the file says RUST=y: Kconfig would take it out."""
    finding = found(subject(DUNE, f"{PLAIN} CONFIG_RUST=y CONFIG_VERSIONS=y"))
    assert finding.state is RustState.BLOCKED
    (clause,) = finding.blocking
    assert clause.clause == "!VERSIONS || BY_DEBUG"
    assert clause.values == (("VERSIONS", "y"), ("BY_DEBUG", "n"))
    assert (clause.evidence.path, clause.evidence.line) == ("arch/dune/Kconfig", DUNE.count("\n"))


def test_the_ports_no_is_explained_down_to_the_helper(subject):
    """The select, and the demand of the helper symbol that is n."""
    finding = found(subject(DUNE, "CONFIG_BIG=y CONFIG_RUSTC_VERSION=108500"))
    (gate,) = finding.gates
    (line,) = gate.declaring
    assert (line.selector, line.value.letter) == ("DUNE", "n")
    assert [helper.clause for helper in line.helpers] == ["LITTLE"]
    assert not finding.architecture


def test_a_port_that_selects_nothing_says_no_itself(subject):
    """No setting changes that, and none is proposed."""
    text = DUNE.replace("\tselect HAVE_RUST if NEW_ENOUGH\n", "")
    one = subject(text, PLAIN)
    assert found(one).architecture
    assert said(one) == []


def test_what_was_recorded_without_a_rustc_is_evaluated_with_the_assumed_one(subject):
    """SHADOW asks for a newer one than none."""
    config = "CONFIG_LITTLE=y CONFIG_SHADOW=y CONFIG_RUSTC_VERSION=0"
    finding = found(subject(DUNE, config, rustc="1.85.0"))
    assert finding.state is RustState.POSSIBLE
    assert [c.recorded.letter for c in finding.clauses if c.clause == "HAVE_RUST"] == ["n"]


def test_the_smallest_sets_come_first_and_needs_come_with_them(subject):
    """VERSIONS off; or another member of the choice, which needs its own dependency."""
    assert said(subject(DUNE, f"{PLAIN} CONFIG_VERSIONS=y CONFIG_BY_SOURCE=y")) == [
        "VERSIONS=n",
        "BY_SOURCE=n BY_DEBUG=y DEBUG=y",
    ]


def test_a_selected_symbol_goes_off_with_what_selects_it(subject):
    """And the line that selects it is told."""
    one = subject(DUNE, f"{PLAIN} CONFIG_VERSIONS=y CONFIG_RANDOM=y CONFIG_BY_SOURCE=y")
    assert said(one)[0] == "RANDOM=n VERSIONS=n"
    (raised,) = remedies(one)[0].raised
    assert (raised.selector, raised.symbol) == ("RANDOM", "VERSIONS")


def test_a_tool_that_is_too_old_is_asked_for_newer_or_the_option_turned_off(subject):
    """A newer rustc costs more than a setting, and stands behind it."""
    config = f"{PLAIN} CONFIG_SHADOW=y".replace("108500", "108100")
    assert said(subject(DUNE, config)) == ["SHADOW=n", "RUSTC_VERSION=108200"]


def test_another_compiler_is_a_tool_and_no_setting(subject):
    """CC_IS_CLANG has no prompt: clang is what turns it on."""
    text = DUNE.replace("if NEW_ENOUGH", "if CC_IS_CLANG")
    assert said(subject(text, PLAIN)) == ["cc=clang"]


def test_what_follows_is_told_and_what_rust_brings_is_not(subject):
    """EXTRA needs VERSIONS, so it goes off with it; DRIVER comes with Rust."""
    text = DUNE + (
        'config EXTRA\n\tbool "Extra"\n\tdepends on VERSIONS\n'
        'config DRIVER\n\tbool "D"\n\tdepends on RUST\n\tdefault y\n'
    )
    one = subject(text, f"{PLAIN} CONFIG_VERSIONS=y CONFIG_BY_SOURCE=y CONFIG_EXTRA=y")
    assert remedies(one)[0].follow == (("BY_SOURCE", "y", "n"), ("EXTRA", "y", "n"))


def test_what_leaves_something_open_stands_behind_what_does_not(subject):
    """With HEAVY off only the build machine knows whether HAS_X; with CFI off nothing is left to know."""
    text = RUST + (
        "config DUNE\n\tdef_bool y\n\tselect HAVE_RUST\n"
        'config CFI\n\tbool "CFI"\nconfig HEAVY\n\tbool "Heavy"\n'
        "config HAS_X\n\tdef_bool $(cc-option,-x)\n\tdepends on !HEAVY\n"
        'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n\tdepends on !CFI || HAS_X\n'
    )
    assert said(subject(text, f"{PLAIN} CONFIG_CFI=y CONFIG_HEAVY=y")) == ["CFI=n"]


def test_a_fragment_that_says_too_little_cannot_be_told(subject):
    """Unknown is never no; one clause that is n is a no all the same."""
    assert found(subject(DUNE, "CONFIG_RUST=y", whole=False, rustc="1.85.0")).state is RustState.UNKNOWN
    blocked = subject(DUNE, "CONFIG_VERSIONS=y CONFIG_BY_SOURCE=y CONFIG_BY_DEBUG=n", whole=False, rustc="1.85.0")
    assert found(blocked).state is RustState.BLOCKED
    assert said(blocked)[0] == "VERSIONS=n"


def test_a_kernel_without_config_rust_blocks(subject):
    """There is nothing to turn on."""
    finding = found(subject("config DUNE\n\tdef_bool y\n", "CONFIG_DUNE=y"))
    assert (finding.state, finding.defined) == (RustState.BLOCKED, False)

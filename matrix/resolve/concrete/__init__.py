"""One configuration of a kernel, evaluated as scripts/kconfig does: values in, values out.

tristate.py      n, m, y and what lies between while something is open; comparisons of numbers and strings
definitions.py   what the Kconfig facts of a port say of each symbol, expressions read exactly
evaluation.py    what each symbol comes to for the values that a .config holds
verdict.py       whether config RUST can be y, and which of its clauses stand in the way
ways.py          which settings would make an expression y or n
changes.py       the smallest sets of settings that make config RUST possible
fits.py          which variants a configuration is one of
"""

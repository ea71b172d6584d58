"""A running oracle and a variant -> complete .config files, made by the tree's own conf, in every way that matters.

Kinds:
  defconfig  one of the port's arch/*/configs
  flip       one symbol that config RUST rests on, changed on a base and completed by olddefconfig
  pair       two to four of them at once
  rand       conf --randconfig with a seed, some of those symbols fixed by that seed
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from judge.oracle import Oracle

# What a variant needs besides its own symbols, where those have no prompt and something else selects them.
HELD = {
    "arm-v4": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V4": "y", "ARCH_MULTI_V7": "n", "ARCH_MULTI_V6": "n"},
    "arm-v4t": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V4T": "y", "ARCH_MULTI_V7": "n", "ARCH_MULTI_V6": "n"},
    "arm-v5": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V5": "y", "ARCH_MULTI_V7": "n", "ARCH_MULTI_V6": "n"},
    "arm-v6": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V6": "y", "ARCH_MULTI_V7": "n"},
    "arm-v7": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V7": "y", "ARCH_VIRT": "y"},
    "arm-v7-be": {"ARCH_MULTIPLATFORM": "y", "ARCH_MULTI_V7": "y", "ARCH_VIRT": "y", "ARCH_MULTI_V6": "n"},
    "mips32r6-be": {"MIPS_GENERIC_KERNEL": "y", "CPU_MIPS32_R6": "y"},
    "mips32r6-le": {"MIPS_GENERIC_KERNEL": "y", "CPU_MIPS32_R6": "y"},
    "arm-v7m": {"ARM_SINGLE_ARMV7M": "y", "ARCH_STM32": "y"},
}
# What stands in Rust's way, out of it: the second base for flips.
OPEN = {
    "MODULES": "y",
    "MODVERSIONS": "n",
    "RANDSTRUCT_NONE": "y",
    "DEBUG_INFO_NONE": "y",
    "CFI": "n",
    "CFI_CLANG": "n",
    "KASAN": "n",
    "LTO_NONE": "y",
    "SHADOW_CALL_STACK": "n",
    "EXPOLINE": "n",
    "MITIGATION_RETHUNK": "n",
    "MITIGATION_SLS": "n",
    "FINEIBT": "n",
}
# The other end: what a base of flips has when each blocker can be there at all.
FULL = {
    "MODULES": "y",
    "MODVERSIONS": "y",
    "DEBUG_INFO_DWARF5": "y",
    "DEBUG_INFO_NONE": "n",
    "BPF_SYSCALL": "y",
    "DEBUG_INFO_BTF": "y",
    "COMPILE_TEST": "n",
}
# Symbols that are no part of config RUST's own tree and decide, further off, what it rests on.
FURTHER = ("COMPILE_TEST", "MODULES", "EXPERT", "DEBUG_KERNEL", "SHADOW_CALL_STACK", "FUNCTION_TRACER", "RUST")


class Made(NamedTuple):
    """One written .config and how it came about."""

    path: Path
    kind: str
    how: str


def lines(values: Mapping[str, str]) -> str:
    """Symbols and values as .config lines."""
    return "".join(
        f"# CONFIG_{name} is not set\n" if value == "n" else f"CONFIG_{name}={value}\n"
        for name, value in values.items()
    )


def changed(config: str, values: Mapping[str, str]) -> str:
    """A .config with these symbols set, as scripts/config leaves it: their old lines are gone."""
    gone = {f"CONFIG_{name}=" for name in values} | {f"# CONFIG_{name} is not set" for name in values}
    kept = [
        line
        for line in config.splitlines(keepends=True)
        if line.split("=", 1)[0] + "=" not in gone and line.rstrip("\n") not in gone
    ]
    return "".join(kept) + lines(values)


def movable(closure: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Symbols that a person can set, with the values they can have."""
    found: dict[str, tuple[str, ...]] = {
        str(row["name"]): ("y", "m", "n") if row["type"] == "tristate" else ("y", "n")
        for row in closure
        if row["prompt"] and row["type"] in {"bool", "tristate"}
    }
    for name in FURTHER:
        found.setdefault(name, ("y", "n"))
    return found


class Generator:
    """Makes the files of one variant with one set of tools into one folder."""

    def __init__(self, oracle: Oracle, folder: Path, variant: str, fixed: Mapping[str, str], *, depth: int = 3) -> None:
        """`fixed` are the symbols that make the variant."""
        self.oracle, self.folder = oracle, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.fixed = {**fixed, **HELD.get(variant, {})}
        self.movable = {k: v for k, v in movable(oracle.closure(depth)).items() if k not in self.fixed}
        self._count = 0

    def defconfigs(self, paths: Sequence[Path]) -> Iterator[Made]:
        """Each defconfig, with the variant's symbols set."""
        for path in paths:
            out = self._next()
            given = self._beside("given", path.read_text(encoding="utf-8", errors="replace") + lines(self.fixed))
            self.oracle.run(out, f"--defconfig={given}")
            yield Made(out, "defconfig", path.name)

    def base(self, defconfig: Path | None, values: Mapping[str, str]) -> Path:
        """A base for flips: a defconfig (or all defaults) with values on top."""
        text = defconfig.read_text(encoding="utf-8", errors="replace") if defconfig else ""
        given = self._beside("given", text + lines({**values, **self.fixed}))
        out = self._beside("base", "")
        self.oracle.run(out, f"--defconfig={given}")
        return out

    def flips(self, base: Path, seed: int, most: int) -> Iterator[Made]:
        """Single flips of what is movable, at most so many, in an order that the seed decides."""
        text = base.read_text(encoding="utf-8")
        all_of = [(name, value) for name, values in self.movable.items() for value in values]
        random.Random(seed).shuffle(all_of)  # noqa: S311  # which configurations are tried
        before = _values(text)
        for name, value in [one for one in all_of if before.get(one[0], "n") != one[1]][:most]:
            yield self._with(text, {name: value}, "flip")

    def pairs(self, base: Path, seed: int, count: int) -> Iterator[Made]:
        """Two to four flips at once."""
        text = base.read_text(encoding="utf-8")
        chance = random.Random(seed)  # noqa: S311
        for _ in range(count):
            names = chance.sample(sorted(self.movable), min(chance.randint(2, 4), len(self.movable)))
            yield self._with(text, {name: chance.choice(self.movable[name]) for name in names}, "pair")

    def rands(self, seeds: range) -> Iterator[Made]:
        """randconfig, with a half of what is movable fixed by the same seed."""
        for seed in seeds:
            chance = random.Random(seed)  # noqa: S311
            pins = {n: chance.choice(values) for n, values in self.movable.items() if chance.random() < 0.5}
            out = self._next()
            fixed = self._beside("fixed", lines({**pins, **self.fixed}))
            self.oracle.run(out, "--randconfig", seed=seed, fixed=fixed)
            yield Made(out, "rand", f"seed {seed}, {' '.join(f'{n}={v}' for n, v in pins.items())}")

    def _with(self, text: str, values: Mapping[str, str], kind: str) -> Made:
        out = self._next()
        out.write_text(changed(text, values), encoding="utf-8")
        self.oracle.run(out, "--olddefconfig")
        out.with_name(out.name + ".old").unlink(missing_ok=True)
        return Made(out, kind, " ".join(f"{name}={value}" for name, value in values.items()))

    def _next(self) -> Path:
        self._count += 1
        return self.folder / f"{self._count:04}.config"

    def _beside(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def _values(config: str) -> dict[str, str]:
    found = {}
    for line in config.splitlines():
        if line.startswith("CONFIG_") and "=" in line:
            name, _, value = line[7:].partition("=")
            found[name] = value
    return found


def holds(symbols: Mapping[str, Mapping[str, str] | None], fixed: Mapping[str, str]) -> bool:
    """Whether a .config is of the variant: every fixed symbol has its value; one that is not defined is n."""
    return all((symbols[name] or {}).get("value", "n") == value for name, value in fixed.items())

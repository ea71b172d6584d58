"""Rung 2, codegen: whether a code generator knows the instruction set of a variant. One file a generator."""

"""Rung 3, target: whether a front end can be asked for the variant, in the language that the kernel needs."""

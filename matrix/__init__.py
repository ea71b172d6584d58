"""Which compilers can build Rust code in the Linux kernel, for which architecture, and what stands in the way."""

__version__ = "0.1.0"

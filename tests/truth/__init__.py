"""A file of values read independently from real trees -> where what archmatrix says of the same trees differs.

    truth     truth.json, named by ARCHMATRIX_TRUTH; not part of this repository
    reading   the trees, read by the extractors
    said_*    what archmatrix says, through facts, registry and resolver, in the shape of truth.json
    shape     truth.json's own ways of writing, taken into that shape
    leaves    both sides as leaves; compare holds leaf against leaf

A leaf that cannot be compared stands in not_tracked.toml with its reason.
"""

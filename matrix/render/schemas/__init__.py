"""A JSON Schema (2020-12) for each document that we write, as data: render/schema.py reads them."""

"""Bring upstream up to date: documents in, facts recorded, each source's outcome told."""

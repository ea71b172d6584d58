"""A table -> text, Markdown, CSV, JSON and badges."""

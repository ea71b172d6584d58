"""Changes -> text, Markdown pages, JSON and Atom feeds."""

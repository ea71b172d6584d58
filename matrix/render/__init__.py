"""Answers and tables -> text for a terminal, Markdown, JSON and CSV. Nothing here decides anything."""

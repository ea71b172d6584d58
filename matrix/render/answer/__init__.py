"""An answer, and what is known beside it -> text and JSON."""

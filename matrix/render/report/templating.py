"""The templates of matrix/render/report/templates, ready to be filled with values."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from matrix.render import markdown


def templates() -> Environment:
    """All templates write Markdown, which is no HTML: its own escape (`esc`) stands where words of upstream do."""
    environment = Environment(  # noqa: S701
        loader=PackageLoader("matrix.render.report"), undefined=StrictUndefined, keep_trailing_newline=False
    )
    environment.filters["esc"] = markdown.escape
    return environment


def fill(environment: Environment, name: str, **values: object) -> str:
    """A filled template, ending in one newline."""
    return environment.get_template(name).render(**values).strip("\n") + "\n"

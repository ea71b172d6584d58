"""YAML -> its nodes, each with the line on which it begins.

PyYAML reads the text; nothing is made of its words but text. What has an alias is refused, and what is larger or nests
deeper than the asker allows: aliases unfold to any size, and composing recurses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    import yaml

    from matrix.text import Text


class YamlWord(NamedTuple):
    """A scalar as it is written. block: it stands below its `|`, line by line."""

    line: int
    value: str
    block: bool


class YamlList(NamedTuple):
    line: int
    items: tuple[YamlNode, ...]


class YamlFields(NamedTuple):
    """A mapping's keys and values in their order; a key may stand twice, and be no word."""

    line: int
    pairs: tuple[tuple[YamlNode, YamlNode], ...]


YamlNode = Union[YamlWord, YamlList, YamlFields]


def read_yaml(text: Text, *, largest: int, deepest: int) -> YamlNode | None:
    """The document's node, None for an empty one. largest is in characters.

    Raises: ShapeError, also for what is no YAML; ModuleNotFoundError where PyYAML is not installed.
    """
    import yaml  # noqa: PLC0415  # the extra `refresh` brings it, and questions do without

    if len(text.content) > largest:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {largest}")
    depth = 0
    try:
        for event in yaml.parse(text.content, yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):
                raise text.drift(_line(event), f"the alias *{event.anchor}", "YAML without aliases")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > deepest:
                raise text.drift(_line(event), f"nesting {depth} deep", f"at most {deepest}")
        root = yaml.compose(text.content, yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML turns numbers in directives and escapes without checking them.
        raise text.drift(0, f"no YAML ({' '.join(str(error).split())})", "a file in YAML") from None
    return None if root is None else _node(root)


def _line(place: yaml.Node | yaml.Event) -> int:
    return place.start_mark.line + 1 if place.start_mark else 0


def _node(node: yaml.Node) -> YamlNode:
    import yaml  # noqa: PLC0415

    line = _line(node)
    if isinstance(node, yaml.MappingNode):
        return YamlFields(line, tuple((_node(key), _node(value)) for key, value in node.value))
    if isinstance(node, yaml.SequenceNode):
        return YamlList(line, tuple(map(_node, node.value)))
    return YamlWord(line, str(node.value), block=getattr(node, "style", None) == "|")

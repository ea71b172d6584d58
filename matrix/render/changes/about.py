"""A change -> the arches and the backends that it concerns: which page and which feed it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.change import Change, Topic
    from matrix.model import Registry

# The families of which the subject is a variant, in the order in which a variant's changes are told.
OF_VARIANTS = ("support", "port", "kernel", "codegen", "target", "passed")
# Which backends write machine code with a generator.
_USERS = {"llvm": ("rustc-llvm",), "gcc": ("rustc-gcc", "gccrs"), "cranelift": ("rustc-cranelift",)}


def arches(registry: Registry, change: Change) -> tuple[str, ...]:
    """The ports of the kernel that a change is about, in the order of data/arches.toml; () where it is about all."""
    topics = {change.before.topic, change.after.topic}
    ports = {arch for topic in topics for arch in _of_topic(registry, topic)}
    return tuple(arch for arch in registry.arches if arch in ports)


def backends(change: Change) -> tuple[str, ...]:
    """The backends that a change is about; () where it is about all, or about none."""
    topic = change.topic
    if topic.about in {"support", "target"}:
        return (topic.attribute,)
    return _USERS.get(topic.attribute, ()) if topic.about == "codegen" else ()


def concerning(registry: Registry, changes: Iterable[Change], arch: str) -> tuple[Change, ...]:
    """The changes about one port."""
    return tuple(c for c in changes if arch in arches(registry, c))


def _of_topic(registry: Registry, topic: Topic) -> Iterable[str]:
    if topic.about in {*OF_VARIANTS, "level", "constraint"}:
        return _named(registry, topic.subject)
    if topic.about == "requirement":  # "SRCARCH = loongarch"
        return _named(registry, topic.attribute.rpartition("= ")[2])
    if topic.about == "rust-target":
        return _of_target(registry, topic.subject)
    if topic.about == "contradiction":
        return [*_named(registry, topic.attribute), *_of_target(registry, topic.attribute)]
    return ()


def _named(registry: Registry, name: str) -> Iterable[str]:
    if name in registry.arches:
        return [name]
    if name in registry.variants:
        return [registry.variants[name].arch]
    meaning = registry.names.get(name.lower())
    return [registry.variants[id_].arch for id_ in meaning.variants] if meaning else ()


def _of_target(registry: Registry, triple: str) -> Iterable[str]:
    return [v.arch for v in registry.variants.values() if triple in v.rust_targets]

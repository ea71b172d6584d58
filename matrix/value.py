"""A class of annotated fields -> a slotted value: what dataclasses makes, without compiling a line when it is imported.

dataclasses compiles six functions for every class that it makes, half a millisecond each time, and imports inspect:
for the seventy values behind one answer that is several times Python's own start. Here `__init__` is compiled when the
first value of a class is made, and all else serves every class. Modules on the way of a question take `dataclass`,
`field` and `replace` from here; to a type checker, and to whoever uses the values, they are those of dataclasses,
limited to slots=True. dataclasses' own functions (fields, asdict, replace) take these values too.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass, field, replace

__all__ = ["dataclass", "field", "replace"]

_NOTHING = object()


class _Field:
    """What a field starts with, _NOTHING for nothing, and whether values are compared by it and show it."""

    def __init__(
        self,
        default: object,
        default_factory: Any = _NOTHING,  # noqa: ANN401
        *,
        compare: bool = True,
        repr: bool = True,  # noqa: A002  # dataclasses' own word
    ) -> None:
        self.default, self.default_factory, self.compare, self.repr = default, default_factory, compare, repr


class _Plan:
    """The fields of a class, in order, and whether they are given by name alone."""

    def __init__(self, fields: dict[str, _Field], *, kw_only: bool) -> None:
        self.fields, self.kw_only = fields, kw_only


class _Fields:
    """`__dataclass_fields__`, made when somebody asks first: dataclasses is imported no sooner."""

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        import dataclasses  # noqa: PLC0415

        plan: _Plan = owner.__plan__  # type: ignore[attr-defined]
        listed: list[tuple[str, Any, Any]] = []
        for name, field_ in plan.fields.items():
            starts = {"default": field_.default, "default_factory": field_.default_factory}
            given: dict[str, Any] = {key: start for key, start in starts.items() if start is not _NOTHING}
            listed.append((name, Any, dataclasses.field(compare=field_.compare, repr=field_.repr, **given)))
        made = dataclasses.make_dataclass(owner.__name__, listed, kw_only=plan.kw_only)
        fields: dict[str, Any] = vars(made)["__dataclass_fields__"]
        # dataclasses.replace asks for every value: what it takes to make them is paid once.
        owner.__dataclass_fields__ = fields  # type: ignore[attr-defined]
        return fields


def _dataclass(
    *, slots: bool, frozen: bool = False, kw_only: bool = False, order: bool = False
) -> Callable[[type], type]:
    if not slots:
        raise TypeError("dataclass: found no slots=True, expected it: what is no small value is for dataclasses")

    def make(cls: type) -> type:
        if cls.__bases__ != (object,):
            raise TypeError(f"dataclass: found {cls.__name__} with bases, expected none: those are for dataclasses")
        names = tuple(cls.__annotations__)
        members = {key: value for key, value in vars(cls).items() if key not in {"__dict__", "__weakref__"}}
        starts = {name: members.pop(name, _NOTHING) for name in names}
        fields = {name: start if isinstance(start, _Field) else _Field(start) for name, start in starts.items()}
        compared = tuple(name for name, field_ in fields.items() if field_.compare)
        members |= {"__slots__": names, "__match_args__": () if kw_only else names}
        members |= {"__plan__": _Plan(fields, kw_only=kw_only)}
        members |= {"__dataclass_fields__": _Fields()}
        methods = {"__init__": _first_init, "__repr__": _repr, **_comparing(compared, order=order, frozen=frozen)}
        if frozen:
            methods |= {
                "__setattr__": _refuse,
                "__delattr__": _refuse,
                "__getstate__": _state,
                "__setstate__": _restore,
            }
        made = type(cls)(cls.__name__, cls.__bases__, {**methods, **members})
        made.__qualname__ = cls.__qualname__
        return made

    return make


def _comparing(names: tuple[str, ...], *, order: bool, frozen: bool) -> dict[str, Any]:
    """Values of one class compare by their fields. What can change has no hash."""
    key: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    methods: dict[str, Any] = {"__eq__": equal, "__hash__": (lambda self: hash(key(self))) if frozen else None}
    if order:
        methods |= {
            "__lt__": lambda self, o: key(self) < key(o) if o.__class__ is self.__class__ else NotImplemented,
            "__le__": lambda self, o: key(self) <= key(o) if o.__class__ is self.__class__ else NotImplemented,
            "__gt__": lambda self, o: key(self) > key(o) if o.__class__ is self.__class__ else NotImplemented,
            "__ge__": lambda self, o: key(self) >= key(o) if o.__class__ is self.__class__ else NotImplemented,
        }
    return methods


def _first_init(self: Any, *args: object, **keywords: object) -> None:  # noqa: ANN401
    """Compile the real one, which takes its place."""
    owner = next(cls for cls in type(self).__mro__ if "__plan__" in vars(cls))
    init = _compiled(owner)
    owner.__init__ = init  # type: ignore[misc]
    init(self, *args, **keywords)


def _compiled(owner: type) -> Callable[..., None]:
    plan: _Plan = owner.__plan__  # type: ignore[attr-defined]
    scope: dict[str, Any] = {"_nothing": _NOTHING}
    head, body = ["self", "*"] if plan.kw_only and plan.fields else ["self"], []
    for name, field_ in plan.fields.items():
        scope[f"_set_{name}"] = vars(owner)[name].__set__
        word, value = name, name
        if field_.default_factory is not _NOTHING:
            scope[f"_make_{name}"] = field_.default_factory
            word, value = f"{name}=_nothing", f"_make_{name}() if {name} is _nothing else {name}"
        elif field_.default is not _NOTHING:
            scope[f"_default_{name}"] = field_.default
            word = f"{name}=_default_{name}"
        head.append(word)
        body.append(f"  _set_{name}(self, {value})")
    text = f"def __init__({', '.join(head)}):\n" + "\n".join(body or ["  pass"])
    exec(text, scope)  # noqa: S102 - the names are those of annotations in this package
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{owner.__qualname__}.__init__"
    return init


def _repr(self: Any) -> str:  # noqa: ANN401
    shown = (f"{name}={getattr(self, name)!r}" for name, field_ in self.__plan__.fields.items() if field_.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: object, name: str, *_: object) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    raise FrozenInstanceError(f"{type(self).__qualname__}: cannot change {name!r}")


def _state(self: Any) -> list[object]:  # noqa: ANN401
    return [getattr(self, name) for name in self.__plan__.fields]


def _restore(self: Any, state: list[object]) -> None:  # noqa: ANN401
    for name, value in zip(self.__plan__.fields, state, strict=True):
        object.__setattr__(self, name, value)


def _replace(value: Any, /, **changes: object) -> Any:  # noqa: ANN401
    if not hasattr(value, "__plan__"):
        import dataclasses  # noqa: PLC0415

        return dataclasses.replace(value, **changes)
    return value.__class__(**{name: getattr(value, name) for name in value.__plan__.fields} | changes)


def _field(
    *,
    default: object = _NOTHING,
    default_factory: object = _NOTHING,
    compare: bool = True,
    repr: bool = True,  # noqa: A002
) -> object:
    return _Field(default, default_factory, compare=compare, repr=repr)


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace

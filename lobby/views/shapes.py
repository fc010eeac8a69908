"""The model of a view's shape: what OpenAPI documents is what mypy checks."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model


@cache
def shape(view: type) -> type[BaseModel]:
    """The model of a TypedDict, named as the view with Out for View. A text beside a field's type describes it; a field
    that is not named is refused."""
    fields: dict[str, Any] = {
        name: _field(hint) for name, hint in get_type_hints(view, include_extras=True).items()
    }
    config = ConfigDict(extra="forbid")
    return create_model(
        _name(view), __config__=config, __doc__=view.__doc__, __module__=view.__module__, **fields
    )


@cache
def list_shape(view: type) -> type[BaseModel]:
    """The model of a list of these views."""
    root: Any = (list.__class_getitem__(shape(view)), ...)
    return create_model(f"{_name(view)}List", __base__=RootModel, root=root)


def _name(view: type) -> str:
    return view.__name__.removesuffix("View") + "Out"


def _field(hint: Any) -> tuple[Any, Any]:
    default: Any = ...
    if get_origin(hint) is NotRequired:
        default = None
        (hint,) = get_args(hint)
    description = None
    if get_origin(hint) is Annotated:
        hint, description = get_args(hint)
    return _model(hint), Field(default, description=description)


def _model(hint: Any) -> Any:
    """The type, with the models of all views in it."""
    if is_typeddict(hint):
        return shape(hint)
    parts = [_model(part) for part in get_args(hint)]
    if get_origin(hint) in (Union, UnionType):
        return reduce(or_, parts)
    if get_origin(hint) in (list, dict):
        return get_origin(hint)[tuple(parts)]
    return hint

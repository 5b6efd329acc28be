"""Fields that the evidence does not have, and references that lead where nothing is known about fields."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import pairwise

from gatekeeper.model.checking import Problem, Unfollowed
from gatekeeper.model.json import Json
from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.inference import literal_path
from gatekeeper.policy.checking.nodes import nodes
from gatekeeper.policy.checking.program import Module, chain, constant_key, key_node
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.rego import syntax

CHECK = "reference"
SHOWN_FIELDS = 12
_PROBES = ("is_object", "is_array", "is_set", "type_name")


def judge(module: Module, seen: Mapping[int, Shape]) -> Iterator[Problem | Unfollowed]:
    """What is wrong with the references of a module, and which of them cannot be followed."""
    probed = _probed(module)
    inner: set[int] = set()  # what a reference that was looked at stands upon
    for node in nodes(module.tree):
        kind, parts = syntax.only(node)
        if kind in ("RefDot", "RefBrack") and id(node) not in inner:
            steps = chain(node)
            inner.update(id(step) for step in steps)
            yield from _reference(module, steps, seen, probed)
        elif kind == "Call" and syntax.flatten(parts["fcn"])[1] == ("get",) and len(parts["params"]) > 1:
            yield from _lookup(module, parts, seen)


def _reference(
    module: Module, steps: list[Json], seen: Mapping[int, Shape], probed: set[str]
) -> Iterator[Problem | Unfollowed]:
    for base, step in pairwise(steps):
        key, shape = constant_key(step), seen.get(id(base))
        if key is None or shape is None:
            continue
        if shape.untracked:
            yield Unfollowed(module.path, *module.position(steps[0]), _text(module, step))
            return
        if _misses(shape, key) and _text(module, base) not in probed:
            yield _problem(module, key_node(step), _text(module, base), key, shape)
            return


def _lookup(module: Module, parts: Json, seen: Mapping[int, Shape]) -> Iterator[Problem | Unfollowed]:
    """``object.get`` with a literal path."""
    if syntax.name_of(syntax.flatten(parts["fcn"])[0]) != "object":
        return
    node, path = parts["params"][:2]
    shape = seen.get(id(node))
    literal = literal_path(path)
    if shape is None or literal is None:
        return
    keys = syntax.only(path)[1]["items"] if len(literal) > 1 or syntax.only(path)[0] == "Array" else [path]
    text = _text(module, node)
    for key, key_at in zip(literal, keys, strict=True):
        if shape.untracked:
            yield Unfollowed(module.path, *module.position(node), text)
            return
        if key is not None and _misses(shape, key):
            yield _problem(module, key_at, text, key, shape)
            return
        shape = shapes.elements(shape) if key is None else shapes.step(shape, key)
        text = f"{text}.{key or '_'}"


def _misses(shape: Shape, key: str) -> bool:
    """Whether no value of the shape has that key; of a shape without values nothing is said."""
    return shape.is_known and shapes.step(shape, key) is shapes.NOTHING and shape.field(key) is None


def _problem(module: Module, at: Json, base: str, key: str, shape: Shape) -> Problem:
    line, column = module.position(at)
    shown = " ".join(base.split())
    fields = [name for name, _ in shape.fields]
    if not shape.is_object:
        inside = shapes.elements(shape)
        message = f"{shown} is {shapes.describe(shape)}, which has no field {key}"
        hint = "iterate over it: `some item in ...`" if inside.is_object else "correct the reference"
        return Problem(module.path, line, column, CHECK, message, hint)
    near = difflib.get_close_matches(key, fields, 1)
    known = ", ".join(fields[:SHOWN_FIELDS]) + (", ..." if len(fields) > SHOWN_FIELDS else "")
    hint = f"did you mean {near[0]}?" if near else f"it has {known}" if fields else "it has no fields"
    return Problem(module.path, line, column, CHECK, f"{shown} has no field {key}", hint)


def _probed(module: Module) -> set[str]:
    """What the module itself asks about: reading further is safe there, whatever the schema says."""
    found = set()
    for node in nodes(module.tree):
        kind, parts = syntax.only(node)
        if kind == "Call" and syntax.name_of(parts["fcn"]) in _PROBES and parts["params"]:
            found.add(_text(module, parts["params"][0]))
    return found


def _text(module: Module, node: Json) -> str:
    span = syntax.first_span(node)
    return module.source.cut(span) if span else ""

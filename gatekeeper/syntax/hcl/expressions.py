"""Expressions of HCL's native syntax as plain JSON.

Every expression is an object with its form under ``node`` and, but for literals, its text under ``source``::

    literal      value
    template     parts: strings, expressions, {"node": "if", condition, then, else} and
                 {"node": "each", key_name, value_name, in, parts}
    traversal    root (a name) or of (an expression), steps: a name | an expression (an index) |
                 {"splat": how many of the following steps are for each element}
    call         name, arguments, expand (whether the last argument ends in ``...``)
    conditional  condition, then, else
    for          key_name (or null), value_name, in, if (or null), result_key (null: a tuple), result, group
    object       keys, values: two lists of expressions, a bare name as key is a literal; places
    tuple        items, places: offsets in bytes, start and end of each element in turn
    unary        operator, of
    binary       operands, operators (one less): of equal precedence, from left to right
    invalid      a number that is out of bounds

Nothing nests deeper than two levels of JSON for each level of HCL.
"""

from __future__ import annotations

import re

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.syntax.hcl import templates
from gatekeeper.syntax.hcl.stream import NEWLINE, Stream

_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}


def parse_expression(stream: Stream) -> JsonObject:
    """The expression that starts at the next token.

    Raises:
        UnreadableInput: there is none, or it nests too deeply.
    """
    with stream.deeper():
        start = stream.token.start
        condition = _binary(stream, 0)
        if not stream.skip("?"):
            return condition
        then = parse_expression(stream)
        stream.expect(":", "between the results of a conditional")
        otherwise = parse_expression(stream)
        return _node(stream, start, "conditional", condition=condition, then=then, **{"else": otherwise})


def literal(value: Json) -> JsonObject:
    """A literal."""
    return {"node": "literal", "value": value}


def _node(stream: Stream, start: int, node: str, **fields: Json) -> JsonObject:
    return {"node": node, "source": stream.source.quote(start, stream.end), **fields}


def _binary(stream: Stream, minimum: int) -> JsonObject:
    """Operators whose precedence is at least ``minimum``."""
    start = stream.token.start
    left = _unary(stream)
    level = -1
    while (found := _PRECEDENCE.get(stream.kind, -1)) >= minimum:
        operator = stream.text
        stream.read()
        right = _binary(stream, found + 1)
        if found == level:
            left["operands"].append(right)
            left["operators"].append(operator)
            left["source"] = stream.source.quote(start, stream.end)
        else:
            left = _node(stream, start, "binary", operands=[left, right], operators=[operator])
        level = found
    return left


def _unary(stream: Stream) -> JsonObject:
    if stream.kind not in {"-", "!"}:
        return _postfix(stream)
    with stream.deeper():
        token = stream.read()
        operand = _unary(stream)
        return _node(stream, token.start, "unary", operator=stream.text_of(token), of=operand)


def _postfix(stream: Stream) -> JsonObject:
    """A term and the steps into it."""
    token = stream.token
    if stream.kind == "identifier" and stream.behind() != "(" and stream.text not in _WORDS:
        stream.read()
        name = stream.text_of(token)
        if "::" in name:
            raise stream.source.error(token.start, f"{name} is a function, its arguments are missing")
        base: JsonObject = {"root": name}
    else:
        term = _term(stream)
        if stream.kind not in {".", "[", ".*", "[*]", "legacy_index"}:
            return term
        base = {"of": term}
    steps: list[Json] = []
    splat: JsonObject | None = None
    while (kind := stream.kind) in {".", "[", ".*", "[*]", "legacy_index"}:
        if kind in {".*", "[*]"}:
            if splat is not None and splat["attributes"] and kind == ".*":
                raise stream.error("a splat inside an attribute splat")
            stream.read()
            splat = {"splat": 0, "attributes": kind == ".*"}
            steps.append(splat)
            continue
        if splat is not None and splat["attributes"] and kind == "[":
            splat = None
        steps.append(_step(stream, kind))
        if splat is not None:
            splat["splat"] += 1
    return _node(stream, token.start, "traversal", **base, steps=steps)


def _step(stream: Stream, kind: str) -> Json:
    token = stream.read()
    if kind == ".":
        return stream.text_of(stream.expect("identifier", "behind the dot"))
    if kind == "legacy_index":
        if stream.kind == "legacy_index":
            raise stream.error("two indexes behind dots", "write [0][1]")
        return literal(int(stream.text_of(token).lstrip(". \t")[:20]))
    with stream.lines(False):
        index = parse_expression(stream)
        stream.expect("]", "behind the index")
    return index


def _term(stream: Stream) -> JsonObject:
    kind, token = stream.kind, stream.token
    if kind == "number":
        stream.read()
        return _number(stream, token.start)
    if kind == "identifier":
        stream.read()
        return _call(stream, token.start) if stream.kind == "(" else literal(_WORDS[stream.text_of(token)])
    if kind == "quote_start":
        return _template(stream, templates.parse_quoted(stream, parse_expression), token.start)
    if kind in {"<<", "<<-"}:
        return _template(stream, templates.parse_heredoc(stream, parse_expression), token.start)
    if kind == "(":
        stream.read()
        with stream.lines(False):
            inner = parse_expression(stream)
            stream.expect(")", "behind the expression")
        # Parentheses make an object's key an expression: they must stay visible there.
        return {**inner, "grouped": True} if inner["node"] == "traversal" else inner
    if kind == "[":
        return _tuple(stream)
    if kind == "{":
        return _object(stream)
    raise stream.error(f"an expression is expected, not {stream.found}")


def _number(stream: Stream, start: int) -> JsonObject:
    text = stream.source.data[start : stream.end].decode()
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise stream.source.error(start, f"{text[:40]!r} is no number", "HCL knows decimal numbers only")
    value = number(text)
    return literal(value) if value is not None else _node(stream, start, "invalid")


def number(text: str) -> int | float | None:
    """The value of a decimal number; None where 64 bits or 15 digits do not hold it exactly."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > 40 or abs(int(match[3] or 0)) > 40:
        return None
    fraction = match[2] or ""
    digits, shift = int(match[1] + fraction), int(match[3] or 0) - len(fraction)
    while shift < 0 and digits % 10 == 0 and digits:
        digits, shift = digits // 10, shift + 1
    if digits == 0:
        return 0
    if shift >= 0:
        whole = digits * 10**shift
        return whole if whole < 1 << 63 else None
    return float(text) if digits < 10**15 else None


def _template(stream: Stream, parts: list[Json], start: int) -> JsonObject:
    if all(isinstance(part, str) for part in parts):
        return literal("".join(parts))
    if len(parts) == 1 and parts[0]["node"] not in {"if", "each"}:
        only: JsonObject = parts[0]
        # "${x}" is x itself, but never a bare name as an object's key.
        return {**only, "grouped": True} if only["node"] == "traversal" else only
    return _node(stream, start, "template", parts=parts)


def _call(stream: Stream, start: int) -> JsonObject:
    name = stream.source.data[start : stream.end].decode()
    arguments, expand = list[JsonObject](), False
    with stream.lines(False):
        stream.expect("(", "behind the function's name")
        while not stream.skip(")"):
            arguments.append(parse_expression(stream))
            expand = stream.skip("...")
            if expand or not stream.skip(","):
                stream.expect(")", "behind the arguments")
                break
    return _node(stream, start, "call", name=name, arguments=arguments, expand=expand)


def _tuple(stream: Stream) -> JsonObject:
    start, items, places = stream.read().start, list[JsonObject](), list[int]()
    with stream.lines(False):
        if stream.kind == "identifier" and stream.text == "for":
            return _for(stream, start, "]")
        while not stream.skip("]"):
            places.append(stream.token.start)
            items.append(parse_expression(stream))
            places.append(stream.end)
            if not stream.skip(","):
                stream.expect("]", "behind the elements")
                break
    return _node(stream, start, "tuple", items=items, places=places)


def _object(stream: Stream) -> JsonObject:
    start, keys, values, places = stream.read().start, list[JsonObject](), list[JsonObject](), list[int]()
    with stream.lines(False):
        # As in HCL itself: a key called "for" needs quotes, or = or : behind it.
        if stream.kind == "identifier" and stream.text == "for" and stream.behind() not in {"=", ":"}:
            return _for(stream, start, "}")
    with stream.lines(True):
        while True:
            while stream.skip(NEWLINE):
                pass
            if stream.skip("}"):
                break
            places.append(stream.token.start)
            keys.append(_key(stream))
            if not stream.skip("="):
                stream.expect(":", "behind the key, or =,")
            values.append(parse_expression(stream))
            places.append(stream.end)
            if not stream.skip(",") and stream.kind not in {NEWLINE, "}"}:
                raise stream.error(f"a comma or an end of line is expected behind the value, not {stream.found}")
    return _node(stream, start, "object", keys=keys, values=values, places=places)


def _key(stream: Stream) -> JsonObject:
    word = stream.text
    if stream.kind == "identifier" and word in _WORDS and stream.behind() in {"=", ":"}:
        stream.read()
        return literal(word)
    key = parse_expression(stream)
    if key["node"] == "traversal" and not key["steps"] and "grouped" not in key and "root" in key:
        return literal(key["root"])
    return key


def _for(stream: Stream, start: int, closing: str) -> JsonObject:
    stream.read()
    value: str = stream.text_of(stream.expect("identifier", "behind for"))
    key: str | None = None
    if stream.skip(","):
        key, value = value, stream.text_of(stream.expect("identifier", "behind the comma"))
    if not stream.skip_word("in"):
        raise stream.error(f"'in' is expected, not {stream.found}")
    collection = parse_expression(stream)
    stream.expect(":", "behind the collection")
    result, result_key, group, condition = parse_expression(stream), None, False, None
    if closing == "}":
        result_key = result
        stream.expect("=>", "behind the key")
        result = parse_expression(stream)
        group = stream.skip("...")
    if stream.skip_word("if"):
        condition = parse_expression(stream)
    stream.expect(closing, "at the end of the for expression")
    fields = {"key_name": key, "value_name": value, "in": collection, "if": condition, "result": result}
    return _node(stream, start, "for", **fields, result_key=result_key, group=group)

"""Small files made of pieces that formats care about, from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

_WORDS = ("a", "b", "c1", "x-y", "é", "long word", "0", "-1", "1.5", "1e3", "0x1f", "007", "true", "no", "null", "~")
_ODD = ("", " ", "#", " # c", "'", '"', "\\", "\\n", "$a", "${a}", "${A}", ":", "=", ",", "[", "]", "{", "}", "%", ";")
_SPACES = ("", " ", "  ", "\t")


def _text(rng: random.Random, pieces: Sequence[str], most: int) -> str:
    return "".join(rng.choice(pieces) for _ in range(rng.randint(0, most)))


def _yaml(rng: random.Random) -> str:
    scalars = (*_WORDS, "y", "On", "1_0", "0o7", "2001-01-01", ".5", "'q'", '"q\\t"', "!x 5", "!!str 5", "[1, z]")

    def block(depth: int) -> list[str]:
        if depth == 0 or rng.random() < 0.3:
            return [rng.choice((*scalars, "{k: v, w}", "&r s", ""))]
        lines: list[str] = []
        is_list = rng.random() < 0.4
        for _ in range(rng.randint(1, 4)):
            inner = block(depth - 1)
            head = "-" if is_list else f"{rng.choice((*_WORDS[:-2], '<<', 'k', 'l', 'm'))}:"
            lines += [f"{head} {inner[0]}"] if len(inner) == 1 else [head, *(f"  {line}" for line in inner)]
        return lines

    separator = rng.choice(("\n---\n", "\n--- \n", "\n---\n# c\n"))
    return separator.join("\n".join(block(3)) for _ in range(rng.choice((1, 1, 1, 2, 3)))) + "\n"


def _value(rng: random.Random, depth: int) -> object:
    if depth and rng.random() < 0.6:
        items = [_value(rng, depth - 1) for _ in range(rng.randint(0, 4))]
        return items if rng.random() < 0.5 else {rng.choice(_WORDS): item for item in items}
    return rng.choice((*_WORDS, *_ODD, 0, -1.5, 1e25, 12345678901234567890, 0.1, True, None, "\u2028\U0001f600"))


def _json(rng: random.Random) -> str:
    text = json.dumps(_value(rng, 3), ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 1)))
    if rng.random() < 0.2:
        place = rng.randrange(len(text))
        text = text[:place] + rng.choice((*_ODD, "1", "\n", "\\u00", "\x01")) + text[place + 1 :]
    return text


def _jsonc(rng: random.Random) -> str:
    comments = ("", "", " // x\n", " /* y */ ", "# z\n", "/**/", " // a \\\\ b\n", "\n")
    return "".join(character + (rng.choice(comments) if character in ",[{" else "") for character in _json(rng))


def _toml(rng: random.Random) -> str:
    values = ("1", "-2.5", "'x'", '"a\\tb"', "true", "[1, 2]", "{k = 1}", "2001-01-01", "07:32:00", "1_000", "0xff")
    lines = []
    for _ in range(rng.randint(0, 6)):
        key = rng.choice(("a", "b", "c.d", '"e f"', "g"))
        lines.append(rng.choice((f"{key} = {rng.choice(values)}", f"[{key}]", f"[[{key}]]", "# c", "", f"{key} =")))
    return "\n".join(lines) + "\n"


def _lines(make: Callable[[random.Random], str], ends: Sequence[str] = ("\n",)) -> Callable[[random.Random], str]:
    def lines(rng: random.Random) -> str:
        end = rng.choice(ends)
        return "".join(make(rng) + end for _ in range(rng.randint(0, 6)))

    return lines


def _ini_line(rng: random.Random) -> str:
    key = rng.choice((*_WORDS, '"k"', "`k`", "-", "[s]", "[t.u]", "[DEFAULT]", "# c", "; c", ""))
    if key.startswith(("[", "#", ";")) or not key:
        return key
    return key + rng.choice((" = ", "=", ": ")) + _text(rng, (*_WORDS, *_ODD, " ; d", "`", '"""'), 3)


def _dotenv_line(rng: random.Random) -> str:
    key = rng.choice(("A", "B", "export C", "d.e", "F_1", "# c", ""))
    if key.startswith("#") or not key:
        return key
    quote = rng.choice(("", "", "'", '"'))
    value = _text(rng, (*_WORDS, *_ODD, "$A", "${B}", "\\$A", "\\"), 3)
    return f"{key}{rng.choice(('=', ' = ', ': '))}{quote}{value}{quote}{rng.choice(('', '', ' # e'))}"


def _properties_line(rng: random.Random) -> str:
    pieces = (*_WORDS, *_ODD, "\\u00e9", "\\:", "\\=", "\\ ", "\\\n ", "\\x", "\f")
    sign = rng.choice(("=", ":", " ", " = ", ""))
    return (
        rng.choice(_SPACES)
        + rng.choice(("k", "l", "m", "!", "#"))
        + _text(rng, pieces, 2)
        + sign
        + _text(rng, pieces, 3)
    )


def _ignore_line(rng: random.Random) -> str:
    return _text(rng, ("*", "a", "/", "!", "#", " ", "\\\\", "é", "**", "b.c"), 6)


def _owners_line(rng: random.Random) -> str:
    pattern = _text(rng, ("*", "/", "a", ".js", "\\ ", "docs", "@", "(", "-"), 3)
    return " ".join([pattern, *(rng.choice(("@a", "@a/b", "a@b.co", "", "# c")) for _ in range(rng.randint(0, 3)))])


def _dockerfile_line(rng: random.Random) -> str:
    name = rng.choice(("RUN", "ENV", "LABEL", "CMD", "COPY", "USER", "ARG", "EXPOSE", "ONBUILD RUN", "HEALTHCHECK CMD"))
    rest = rng.choice(("a b", "a=b", "a=b c=d", '["x", "y"]', "a='b c' d=\\ e", "--x=y z w", 'a "b c"', "x \\\n  y"))
    return rng.choice((f"{name} {rest}", f"{name.lower()} {rest}", "# c", "#", "", "FROM b AS c"))


def _hcl(rng: random.Random) -> str:
    def expression(depth: int) -> str:
        simple = ("1", "-2", "1.50", '"s"', "true", "null", "var.x", "a[0].b", "f(1, x)", "x.*.y", "!true", "-x", '""')
        if not depth:
            return rng.choice(simple)
        inner = [expression(depth - 1) for _ in range(3)]
        return rng.choice(
            (
                f"[{inner[0]}, {inner[1]}]",
                f'{{a = {inner[0]}, (x) = {inner[1]}, "k" : 1}}',
                f"({inner[0]})",
                f"{inner[0]} + {inner[1]}",
                f"{inner[0]} ? {inner[1]} : {inner[2]}",
                f'"${{{inner[0]}}}"',
                f'"a ${{{inner[0]}}} $${{b}}"',
                f'"%{{ if {inner[0]} }}x%{{ else }}${{{inner[1]}}}%{{ endif }}"',
                f'"%{{ for k, v in {inner[0]} }}-${{{inner[1]}}}%{{ endfor }}"',
                f"<<E\nx ${{{inner[0]}}}\n  y\nE\n",
                f"[for v in {inner[0]} : {inner[1]}]",
                f"f({inner[0]}, {inner[1]})",
            )
        )

    lines = []
    for number in range(rng.randint(1, 4)):
        value = expression(rng.randint(0, 3))
        attribute = f"k{number} = {value}".rstrip("\n")
        lines.append(rng.choice((attribute, f'b "l" {{\n  {attribute}\n}}', f"c {{\n  {attribute}\n}}")))
    return "\n".join(lines) + "\n"


def _xml(rng: random.Random) -> str:
    def element(depth: int) -> str:
        name = rng.choice(("a", "b", "n:c"))
        attributes = rng.choice(("", "", ' x="1"', " y='&lt; z'", ' n:z="a\n b"'))
        inside = (
            "".join(element(depth - 1) for _ in range(rng.randint(0, 3))) if depth else rng.choice(("", " t ", "&#65;"))
        )
        return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"

    return rng.choice(("", '<?xml version="1.0"?>\n', "<!-- c -->")) + element(3)


GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "codeowners": _lines(_owners_line),
    "dockerfile": lambda rng: "FROM a\n" + _lines(_dockerfile_line)(rng),
    "dotenv": _lines(_dotenv_line, ("\n", "\r\n")),
    "hcl2": _hcl,
    "ignore": _lines(_ignore_line),
    "ini": _lines(_ini_line, ("\n", "\r\n")),
    "json": _json,
    "jsonc": _jsonc,
    "properties": _lines(_properties_line, ("\n", "\r\n", "\r")),
    "toml": _toml,
    "xml": _xml,
    "yaml": _yaml,
}

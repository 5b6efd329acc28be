"""YAML for a comparison with conftest."""

from __future__ import annotations


def _bomb(levels: int) -> str:
    """Aliases that each stand for nine of the one before."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]\n"]
    for level in range(levels):
        aliases = ", ".join([f"*a{level}"] * 9)
        lines.append(f"a{level + 1}: &a{level + 1} [{aliases}]\n")
    return "".join(lines)


CASES: dict[str, str | bytes] = {
    "anchors.yaml": ("a: &x [1, 2]\nb: *x\nc: &y yes\nd: *y\n*y : k\n"),
    "at.yaml": "a: @x\n",
    "backtick.yaml": "a: `x\n",
    "bad.yaml": "a: [1\n",
    "bad2.yaml": "a: b: c\n",
    "bad_binary.yaml": "a: !!binary '*'\n",
    "bad_bool.yaml": "a: !!bool 5\n",
    "bad_float_tag.yaml": "a: !!float abc\n",
    "bad_indent.yaml": ("a:\n  b: 1\n c: 2\n"),
    "bad_int_tag.yaml": "a: !!int abc\n",
    "bad_null.yaml": "a: !!null foo\n",
    "bom.yaml": "\ufeffa: 1\n",
    "bomb.yaml": _bomb(8),
    "bomb_small.yaml": (
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    ),
    "collision.yaml": "1: a\n",
    "complex.yaml": ("- - a\n  - b\n- - c\n"),
    "crlf.yaml": ("a: 1\r\n---\r\nb: 2\r\n"),
    "cycle.yaml": "a: &x [*x]\n",
    "dates.yaml": (
        "a: 2001-12-14\n"
        "b: 2001-12-14t21:59:43.10-05:00\n"
        "c: 2001-12-14 21:59:43.10 -5\n"
        "d: !!timestamp 2001-12-14\n"
        "2001-12-14: key\n"
    ),
    "deep100.yaml": "[" * 100 + "]" * 100 + "\n",
    "directive.yaml": ("%YAML 1.1\n---\na: 1\n"),
    "directive12.yaml": ("%YAML 1.2\n---\na: 1\n"),
    "directive2.yaml": ("%YAML 1.1\n---\na: 1\n---\nb: 2\n"),
    "dots.yaml": ("a: 1\n...\nb: 2\n"),
    "duplicates.yaml": ("a: 1\na: 2\nb: {c: 1, c: 2}\n"),
    "empty.yaml": "",
    "empty_docs.yaml": ("---\n---\n---\n"),
    "empty_key.yaml": ": a\n",
    "float_key_big.yaml": "3.4e39: f\n",
    "float_keys.yaml": ("100000.0: a\n1000000.0: b\n0.0001: c\n-0.0: d\n1.5e-5: e\n"),
    "flow.yaml": "{a: [1, 2,], b: {c: d}, e}\n",
    "flow_adj.yaml": '{"a":1, b: 2}\n',
    "flow_colon.yaml": "{a:b, c: d}\n",
    "inf.yaml": "a: .inf\n",
    "inline_doc.yaml": ("--- {a: 1}\n--- {b: 2}\n"),
    "keys.yaml": (
        "1: a\n"
        "1.5: b\n"
        "true: c\n"
        "yes: d\n"
        "0777: e\n"
        "'x y': f\n"
        "1e10: g\n"
        "1e25: h\n"
        "0.1: i\n"
        "123456789.0: j\n"
        "0.00001: k\n"
        "16777217.0: l\n"
        "-5: m\n"
    ),
    "kustomize.yaml": ("apiVersion: v1\nkind: List\nitems:\n- kind: A\n"),
    "latin1.yaml": b"a: \xe9\n",
    "leading.yaml": ("---\na: 1\n---\nb: 2\n"),
    "leading_comment.yaml": ("# c\n---\na: 1\n"),
    "list.yaml": ("- 1\n- a: b\n-\n- [x]\n"),
    "list_key.yaml": ("? [a]\n: b\n"),
    "long_key.yaml": "a" * 1100 + ": 1\n",
    "map_key.yaml": ("? {a: b}\n: c\n"),
    "merge.yaml": (
        "base: &b {x: 1, y: 2}\n"
        "other: &o {x: 5, z: 6}\n"
        "a:\n"
        "  <<: *b\n"
        "  x: 9\n"
        "b:\n"
        "  x: 9\n"
        "  <<: *b\n"
        "c:\n"
        "  <<: [*b, *o]\n"
        "d:\n"
        "  <<: {q: 1}\n"
        "e: {'<<': 1}\n"
        'f: {"<<": *b}\n'
    ),
    "merge_list_alias.yaml": ("l: &l [{x: 1}]\na:\n  <<: *l\n"),
    "merge_scalar.yaml": "a: {<<: 1}\n",
    "merge_twice.yaml": ("b: &b {x: 1}\no: &o {x: 2}\na:\n  <<: *b\n  <<: *o\n"),
    "mixed_ends.yaml": ("a: 1\n---\nb: 2\r\n"),
    "multi.yaml": ("a: 1\n---\nb: 2\n---\n- c\n"),
    "multi_numbers.yaml": ("a: 12345678901234567890\nb: 1e25\nc: 1.5\n---\nx: 0777\n"),
    "nan.yaml": "a: .nan\n",
    "nan_key.yaml": ".nan: a\n",
    "not_split.yaml": ("a: 1\n--- \nb: 2\n"),
    "not_split2.yaml": ("a: 1\n--- # c\nb: 2\n"),
    "nul.yaml": "a: \x00\n",
    "null_key.yaml": "~: a\n",
    "nulls.yaml": "null\n",
    "number.yaml": "42\n",
    "numbers.yaml": (
        "octal: 0777\n"
        "octal2: 0o17\n"
        "bad_octal: 08\n"
        "hex: 0x1F\n"
        "binary: 0b101\n"
        "neg_binary: -0b11\n"
        "under: 1_000\n"
        "plus: +5\n"
        "float: 1.0\n"
        "float2: 1.\n"
        "float3: .5\n"
        "float4: -.5e3\n"
        "exp: 1e3\n"
        "exp2: 1E+3\n"
        "big: 12345678901234567890\n"
        "bigger: 123456789012345678901234567890\n"
        "neg: -9223372036854775808\n"
        "neg2: -9223372036854775809\n"
        "sexagesimal: 22:22\n"
        "under_float: 1_0.5\n"
        "zero: 0\n"
        "minus_zero: -0\n"
        "minus_zero_float: -0.0\n"
        "hexneg: -0x1F\n"
        "ver: 1.2.3\n"
        "dot: .\n"
        "plusonly: +\n"
        "minusonly: '-'\n"
        "max: 9007199254740993\n"
        "tiny: 1e-7\n"
        "huge: 1e300\n"
        "over: 1e400\n"
        "five: .5_5\n"
        "under2: _1\n"
        "under3: 1_\n"
        "hexunder: 0x_1\n"
        "octunder: 0_7\n"
        "hex_upper: 0XAB\n"
        "b_upper: 0B11\n"
    ),
    "only_comment.yaml": "# x\n",
    "percent.yaml": "a: %x\n",
    "questions.yaml": ("? a\n: b\n? c\n"),
    "redefined.yaml": ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n"),
    "scalar.yaml": "hello\n",
    "second_broken.yaml": ("a: 1\n---\nb: [\n"),
    "second_broken_unsplit.yaml": ("a: 1\n--- \nb: [\n"),
    "special.yaml": ('a: "\\x7f\\u0085\\u2028"\n---\nb: "x"\n'),
    "strings.yaml": (
        "a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"\\u00e9\\x41\\n\"\nd: 'it''s'\ne: a#b\nf: a #b\ng: \"\\ud83d\\ude00\"\n"
    ),
    "surrogate.yaml": 'a: "\\ud800"\n',
    "tab.yaml": ("a:\n\tb: 1\n"),
    "tab_after.yaml": "a:\t1\n",
    "tagdir.yaml": ("%TAG ! tag:x,2000:\n---\na: !b c\n"),
    "tags.yaml": (
        "a: !Ref foo\n"
        "b: !Sub '${x}'\n"
        "c: !GetAtt [a, b]\n"
        "d: !Map {x: 1}\n"
        "e: !!str 123\n"
        'f: !!int "5"\n'
        "g: !!float 1\n"
        "h: !Num 5\n"
        "i: ! 5\n"
        "j: !!binary aGVsbG8=\n"
        "k: !!null ''\n"
        "l: !!bool yes\n"
        "m: !!set {a, b}\n"
        "n: !!omap [a: 1]\n"
        "o: !<tag:yaml.org,2002:str> 5\n"
    ),
    "trailing.yaml": ("a: 1\n---\n"),
    "uint_key.yaml": "18446744073709551615: a\n",
    "unknown_alias.yaml": "a: *nope\n",
    "url.yaml": ("a: http://x:80/\nb: [http://x, y]\n"),
    "utf16.yaml": b"\xff\xfea\x00:\x00 \x00\xe9\x00\n\x00",
    "words.yaml": (
        "y: y\n"
        "n: n\n"
        "yes: Yes\n"
        "no: NO\n"
        "on: on\n"
        "off: Off\n"
        "true: TRUE\n"
        "null_: ~\n"
        "empty:\n"
        'quoted: "yes"\n'
        "single: 'no'\n"
        "folded: >\n"
        "  yes\n"
    ),
}

"""TOML for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "bad.toml": "a = \n",
    "bom.toml": "\ufeffa = 1\n",
    "crlf.toml": ("a = 1\r\nb = 2\r\n"),
    "dateempty.toml": ("a = []\nb = {}\n"),
    "dates.toml": (
        "a = 1979-05-27T07:32:00Z\n"
        "b = 1979-05-27T00:32:00.999999-07:00\n"
        "c = 1979-05-27T07:32:00\n"
        "d = 1979-05-27\n"
        "e = 07:32:00\n"
        "f = 00:32:00.999\n"
        "g = 07:32\n"
        "h = 1979-05-27 07:32Z\n"
        "i = 1979-05-27T07:32:00+00:00\n"
    ),
    "dotted.toml": ('a.b.c = 1\n"x y".z = 2\n'),
    "dup.toml": ("a = 1\na = 2\n"),
    "empty.toml": "",
    "floats.toml": ("a = 1.0\nb = 1e3\nc = -0.0\nd = 6.626e-34\n"),
    "inf.toml": "a = inf\n",
    "ints.toml": ("a = 9223372036854775807\nb = 0xFF\nc = 0o17\nd = 0b11\ne = 1_000\nf = 9007199254740993\n"),
    "latin.toml": b"a = '\xe9'\n",
    "leap.toml": "a = 2023-02-29\n",
    "mixed.toml": "a = [1, 'x', {b = 2}]\n",
    "nano.toml": "a = 1979-05-27T07:32:00.123456789Z\n",
    "neg.toml": ("a = -1.5\nb = +2\n"),
    "nul.toml": "a = 'x\x00'\n",
    "redefine.toml": ("[a]\n[a]\n"),
    "strings.toml": ("a = '''\nx\n'''\nb = \"\"\"\\\n  y\"\"\"\nc = 'it''s'\n"),
    "strings2.toml": ("a = '''\nx\n'''\nb = \"\"\"\\\n  y\"\"\"\n"),
    "tables.toml": ("[a]\nx = 1\n[[b]]\ny = 1\n[[b]]\ny = 2\n[b.c]\nz = 1\n[a.d]\n"),
    "toobig.toml": "a = 9223372036854775808\n",
    "utf16.toml": b"\xff\xfea\x00 \x00=\x00 \x001\x00\n\x00",
    "v11.toml": ('a = "\\e\\x41"\nb = {x = 1,\n y = 2,}\n'),
    "year0.toml": "a = 0000-01-01\n",
}

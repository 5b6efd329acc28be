"""JSON for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "blank.json": "  \n",
    "bom.json": '\ufeff{"a":1}',
    "comment.json": "[1] // x",
    "ctrl.json": '["\x01"]',
    "del.json": '["\x7f"]',
    "dotend.json": "[1.]",
    "dup.json": '{"a":1,"a":2}',
    "dupnest.json": '{"a":{"x":1},"a":{"y":2}}',
    "empty.json": "",
    "esc.json": '["\\a"]',
    "hex.json": '["\\u00e9\\/"]',
    "inf.json": "[Infinity]",
    "invalid_utf8.json": b'["\xff\xe2\x82A"]',
    "leading_zero.json": "[01]",
    "list.json": ('[\n {"a": 1},\n {"b": 2}\n]'),
    "minus.json": "[-]",
    "nan.json": "[NaN]",
    "nbsp.json": "\xa01",
    "nested.json": "[" * 100 + "]" * 100,
    "null.json": "null",
    "numbers.json": (
        "[1.0, 1e2, -0, -0.0, 12345678901234567890, 1e21, 9007199254740993, 1E-7, 0.1, 123456789012345678]"
    ),
    "plus.json": "[+1]",
    "single.json": "'a'",
    "str.json": '"x"',
    "surrogate.json": '["\\ud800", "\\ud83d\\ude00", "\\udc00x"]',
    "toobig.json": "[1e400]",
    "trailing_comma.json": "[1,]",
    "two.json": "1 2",
    "utf16.json": b'\xff\xfe{\x00"\x00a\x00"\x00:\x001\x00}\x00',
    "vt.json": "\x0b1",
}

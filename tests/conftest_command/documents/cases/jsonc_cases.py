"""JSON with comments for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "after.jsonc": '{"a":/*x*/1/*y*/,"b":/*z*/2}',
    "backslash_eol.jsonc": ('{\n// a \\\n"a": 1}'),
    "backslash_in_comment.jsonc": ('{\n// a \\ b\n"a": 1}'),
    "bad.jsonc": ('{"a": \n\n tru}'),
    "bom.jsonc": '\ufeff{"a":1}',
    "crlf.jsonc": ('{\r\n// c\r\n"a": 1\r\n}'),
    "empty.jsonc": "",
    "escaped.jsonc": '{"a": "\\"// x"}',
    "line.jsonc": ('{\n// c\n"a": 1, # d\n"b": 2 /* e */\n}'),
    "multi.jsonc": ('{"a": "x\ny"}'),
    "open.jsonc": '/* {"a":1}',
    "quote_in_comment.jsonc": ('{\n// it\'s "odd\n"a": 1}'),
    "quotes_in_comment.jsonc": ('{\n// "ok"\n"a": 1}'),
    "slash.jsonc": '{"a": 1 / 2}',
    "spaces.jsonc": '{"a b" : " c\td "}',
    "star.jsonc": '/*/ {"a":1} */ {"b":2}',
    "star2.jsonc": '/** x **/ {"b":2}',
    "trailing_comma.jsonc": '{"a": 1,}',
    "two_slash_block.jsonc": '{"a":1} // x /* y\n',
    "url.jsonc": '{"a": "http://x/y", "b": "a # b"}',
}

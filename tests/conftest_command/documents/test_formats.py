"""What policies are given, by example. That conftest gives the same is shown by test_agreement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.conftest.documents import FORMATS, format_named
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json

READ = [format_.name for format_ in FORMATS if format_.module]


def _value(name: str, text: str) -> Json:
    return format_named(name).parse("", text.encode()).value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        (
            "yaml",
            "y: on\n0777: 0777\nd: 2001-01-01\na: 1\na: 2\n",
            {"true": True, "511": 511, "d": "2001-01-01", "a": 2},
        ),
        ("yaml", "a: !Ref b\nc: 1_000\nd: 22:22\n", {"a": "b", "c": 1000, "d": "22:22"}),
        ("yaml", "a: &x {b: 1, c: 2}\nd: {b: 9, <<: *x}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 2}}),
        ("yaml", "a: 1\n--- # not a cut\nb: 2\n", {"a": 1}),
        ("json", "[1.0, 9007199254740993, 1e2]", [1, 9007199254740992, 100]),
        ("jsonc", '{"a": 1, // "b": 2\n "c d": /* x */ 3}', {"a": 1, "c d": 3}),
        ("toml", "a = 1979-05-27\nb = 07:32:00\n", {"a": "1979-05-27T00:00:00Z", "b": "0000-01-01T07:32:00Z"}),
        (
            "hcl2",
            'a "b" "c" {\n x = 1 + 2\n y = "${1}-${v}%{ if z }!%{ endif }"\n}\n',
            {"a": {"b": {"c": [{"x": "${1 + 2}", "y": "1-${v}%{if z}!%{endif}"}]}}},
        ),
        ("dotenv", "A=1\nB=\"${A} x\" # c\nC='$A'\n", {"A": "1", "B": "1 x", "C": "$A"}),
        ("ini", "lost = 1\n[s]\ni = 1\nt = t\nq = 'a b' ; c\n", {"s": {"i": 1, "t": True, "q": "a b"}}),
        ("properties", "a.b : c \\\n  d\ne=\\u00e9${x}\n", {"a.b": "c d", "e": "é${x}"}),
        (
            "ignore",
            "# c\n!a",
            [
                [
                    {"Kind": "Comment", "Value": "c", "Original": "# c"},
                    {"Kind": "NegatedPath", "Value": "a", "Original": "!a"},
                ]
            ],
        ),
        (
            "codeowners",
            "* @o/t a@b.co # c\n",
            {
                "rules": [
                    {
                        "pattern": "*",
                        "owners": [{"type": "team", "value": "o/t"}, {"type": "email", "value": "a@b.co"}],
                        "comment": "c",
                        "lineNumber": 1,
                    }
                ]
            },
        ),
        ("xml", "<n:a x='1'><b>1</b><b/> </n:a>", {"a": {"-x": "1", "b": ["1", ""]}}),
        ("cyclonedx", '{"specVersion": "1.5", "x": 1.0}', {"specVersion": "1.5", "x": 1}),
    ],
)
def test_values(name: str, text: str, value: Json) -> None:
    assert _value(name, text) == value


def test_commands_of_a_dockerfile() -> None:
    commands = _value("dockerfile", '# first\nFROM a AS b\nENV x=1 y="2 3"\nONBUILD RUN ["z"]\n')[0]
    assert [(command["Cmd"], command["SubCmd"], command["JSON"], command["Value"]) for command in commands] == [
        ("comment", "", False, ["first"]),
        ("from", "", False, ["a", "AS", "b"]),
        ("env", "", False, ["x", "1", "=", "y", '"2 3"', "="]),
        ("onbuild", "RUN", True, ["z"]),
    ]


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("yaml", "a: 1\n---\nb: .inf\n", 3, "JSON has no number"),
        ("yaml", "a:\n  ~: 1\n", 2, "a mapping key must be"),
        ("json", '{\n"a": NaN}', 0, "NaN"),
        ("jsonc", '{\n// c\n"a": x}', 3, "is not valid JSON"),
        ("toml", "a = 1\na = 2\n", 2, "is not valid TOML"),
        ("hcl2", "a = 1\nb {\n  c = \n}\n", 3, "expression"),
        ("dockerfile", "FROM a\nCOPY --foo=1 b c\n", 2, "--foo is not known"),
        ("dotenv", "A=1\nB='x\n", 2, "has no end"),
        ("ini", "[a]\nb\n", 2, "no = or :"),
        ("properties", "a=1\nb=${c\n", 2, "has no end"),
        ("ignore", "a\nb\\", 2, "backslash"),
        ("codeowners", "* @a\n* nobody\n", 2, "is no owner"),
        ("xml", "<a>\n<b>x<c/></b></a>", 2, "of which conftest keeps only a part"),
        ("xml", "<a>\n<b></a>", 2, "closes nothing"),
        ("spdx", "SPDXVersion: SPDX-2.3\nFoo: x\n", 2, "'Foo' is not known"),
        ("cyclonedx", "<bom><definitions/></bom>", 1, "not read from XML"),
        ("cyclonedx", '{"components": {}}', 0, "components must be an array"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(name: str, text: str, line: int, message: str) -> None:
    with pytest.raises(UnreadableInput, match=message) as error:
        _value(name, text)
    assert error.value.line == line


@pytest.mark.parametrize("name", READ)
@given(
    data=st.one_of(st.binary(max_size=60), st.text("aA1 \t\n\r:=-#'\"\\${}[]<>/&!,.é|", max_size=60).map(str.encode))
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    try:
        parsed = format_named(name).parse("x", data)
    except UnreadableInput as error:
        assert error.path == "x"
    else:
        jsonable.dumps(parsed)
        assert parsed.lines


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize(
    "piece",
    ["a", " ", "\n", "'", '"', "\\", "a=", "a: ", "- ", "<a>", "&a;", "[", "{", "${", "#", "a.", "a = '\n", "/*"],
)
def test_long_files_take_no_more_than_linear_time(name: str, piece: str) -> None:
    # A quadratic step over so many repetitions would take minutes.
    try:
        format_named(name).parse("x", (piece * 100_000).encode())
    except UnreadableInput as error:
        assert error.message

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax import hcl


def expression(text: str) -> Json:
    return hcl.parse(f"x = {text}\n".encode())["attributes"]["x"]


def value(text: str) -> Json:
    node = expression(text)
    assert node["node"] == "literal"
    return node["value"]


def shape(node: Json) -> Json:
    """An expression as nested tuples, to see how it was grouped."""
    match node["node"]:
        case "literal":
            return node["value"]
        case "traversal":
            return node["root"]
        case "binary":
            operands = [shape(operand) for operand in node["operands"]]
            return (operands[0], *(part for pair in zip(node["operators"], operands[1:], strict=True) for part in pair))
        case "unary":
            return (node["operator"], shape(node["of"]))
        case "conditional":
            return (shape(node["condition"]), "?", shape(node["then"]), ":", shape(node["else"]))
        case other:
            raise AssertionError(other)


class TestBodies:
    def test_attributes_and_blocks(self) -> None:
        body = hcl.parse(b'a = 1\nresource "aws_vpc" main {\n  b = 2\n  inner {\n  }\n}\n')
        assert list(body["attributes"]) == ["a"]
        (block,) = body["blocks"]
        assert (block["type"], block["labels"], block["ordinal"]) == ("resource", ["aws_vpc", "main"], 0)
        assert [inner["type"] for inner in block["blocks"]] == ["inner"]

    def test_ordinals_count_blocks_of_the_same_type_and_labels(self) -> None:
        body = hcl.parse(b'p "a" {}\np "b" {}\np "a" {}\n')
        assert [block["ordinal"] for block in body["blocks"]] == [0, 0, 1]

    @pytest.mark.parametrize(
        "data", [b"", b"\n", b"   ", b"# only a comment", b"\xef\xbb\xbfa = 1\n", b"a = 1\r\nb = 2\r\n"]
    )
    def test_what_is_valid_though_it_looks_odd(self, data: bytes) -> None:
        hcl.parse(data)

    def test_keywords_are_names_where_names_stand(self) -> None:
        body = hcl.parse(b"for = 1\nif = 2\nnull = 3\nin {\n  endif = x.for.null\n}\n")
        assert list(body["attributes"]) == ["for", "if", "null"]

    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ("a = 1 b = 2\n", 1, 7, "end of line"),
            ("a = 1\na = 2\n", 2, 1, "set twice"),
            ("a = 0x1F\n", 1, 5, "no number"),
            ("a { b = 1\n}\n", 1, 10, "only argument"),
            ("a { b { } }\n", 1, 5, "one argument"),
            ("a {\n} b {\n}\n", 2, 3, "end of line"),
            ("a {\n  b = 1\n", 3, 1, "a name is expected"),
            ("a = \n1\n", 1, 4, "an expression is expected"),
            ("a = 1 +\n2\n", 1, 8, "an expression is expected"),
            ("a = { b = 1 c = 2 }\n", 1, 13, "comma or an end of line"),
            ("a = [1 2]\n", 1, 8, "no HCL"),
            ('a = "é" "x"\n', 1, 9, "end of line"),
            ('a = "x\ny"\n', 1, 6, "quoted string"),
            ('a = "\\q"\n', 1, 6, "no HCL"),
            ('a = "\\ud800"\n', 1, 6, "escape"),
            ('a "${x}" {\n}\n', 1, 4, "cannot stand here"),
            ("a = 1\x0c\n", 1, 6, "no HCL"),
            ("a = x.0.1\n", 1, 8, "two indexes"),
            ("a = x.*.y.*.z\n", 1, 10, "splat"),
            ("a = <<EOT\nx\n", 3, 1, "here-document"),
            ("a = << EOT\nx\nEOT\n", 1, 8, "here-document"),
            ('a = "%{ if x }y"\n', 1, 15, "no HCL"),
            ('a = "${x y}"\n', 1, 10, "expected"),
            ("a = x::y\n", 1, 5, "function"),
            ("a = 1\x00\n", 1, 6, "NUL"),
        ],
    )
    def test_what_hcl_refuses(self, text: str, line: int, column: int, message: str) -> None:
        with pytest.raises(UnreadableInput, match=message) as caught:
            hcl.parse(text.encode())
        assert (caught.value.line, caught.value.column) == (line, column)

    def test_bytes_that_are_not_utf8_are_refused_with_their_place(self) -> None:
        with pytest.raises(UnreadableInput, match="not UTF-8") as caught:
            hcl.parse(b'a = 1\nb = "\xc3\xa9\xff"\n')
        assert (caught.value.line, caught.value.column) == (2, 7)

    def test_large_files_are_refused(self) -> None:
        with pytest.raises(UnreadableInput, match="larger than 1 MiB"):
            hcl.parse(b"#" * (hcl.MAX_BYTES + 1))

    @pytest.mark.parametrize("unit", ["(", "[", "{a=", "!", "-", 'f("${', "x ? y : ", "[for a in "])
    def test_depth_is_refused_not_survived_by_luck(self, unit: str) -> None:
        with pytest.raises(UnreadableInput):
            hcl.parse(("a = " + unit * 5_000 + "1\n").encode())

    def test_nested_blocks_and_directives_are_bounded(self) -> None:
        with pytest.raises(UnreadableInput, match="nests deeper than 100"):
            hcl.parse(("a {\n" * 5_000 + "}\n" * 5_000).encode())
        with pytest.raises(UnreadableInput, match="nests deeper than 100"):
            hcl.parse(('a = "' + "%{if a}" * 500 + "%{endif}" * 500 + '"\n').encode())


class TestExpressions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("1e5", 100_000),
            ("1.5e-3", 0.0015),
            ("1.50", 1.5),
            ("1.0", 1),
            ("12345678901234567", 12345678901234567),
            ("true", True),
            ("null", None),
            ('"a"', "a"),
            ('""', ""),
            ('"a\\tb\\u00e9\\U0001F600\\""', 'a\tbé😀"'),
            ('"$${x} %%{y} $ % $a"', "${x} %{y} $ % $a"),
            ('"  a  "', "  a  "),
            ('"# no // comment"', "# no // comment"),
        ],
    )
    def test_literals(self, text: str, expected: Json) -> None:
        assert value(text) == expected
        assert type(value(text)) is type(expected)

    def test_names_that_look_like_exponents_keep_their_text(self) -> None:
        assert expression("local.v1e5")["steps"] == ["v1e5"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a ? b : c ? d : e", ("a", "?", "b", ":", ("c", "?", "d", ":", "e"))),
            ("a + b * c - d", ("a", "+", ("b", "*", "c"), "-", "d")),
            ("a || b && c == d < e", ("a", "||", ("b", "&&", ("c", "==", ("d", "<", "e"))))),
            ("a == b ? c : d", (("a", "==", "b"), "?", "c", ":", "d")),
            ("-a + b", (("-", "a"), "+", "b")),
            ("(a + b) * c", (("a", "+", "b"), "*", "c")),
            ("!a && b", (("!", "a"), "&&", "b")),
            ("a - b - c", ("a", "-", "b", "-", "c")),
        ],
    )
    def test_precedence(self, text: str, expected: Json) -> None:
        assert shape(expression(text)) == expected

    def test_traversals(self) -> None:
        node = expression('a.b[0].c["d"].0.e')
        assert node["root"] == "a"
        assert [step if isinstance(step, str) else step["value"] for step in node["steps"]] == [
            "b",
            0,
            "c",
            "d",
            0,
            "e",
        ]

    def test_a_full_splat_takes_indexes_along_an_attribute_splat_does_not(self) -> None:
        full, attributes = expression("a[*].b[0]"), expression("a.*.b[0]")
        assert full["steps"][0]["splat"] == 2
        assert attributes["steps"][0]["splat"] == 1

    def test_object_keys(self) -> None:
        node = expression('{ a = 1, "b" : 2, (c) = 3, "${d}" = 4, null = 5, for = 6\n}')
        kinds = [key["node"] for key in node["keys"]]
        assert kinds == ["literal", "literal", "traversal", "traversal", "literal", "literal"]

    def test_for(self) -> None:
        node = expression("{ for k, v in x : k => v... if v }")
        assert (node["key_name"], node["value_name"], node["group"]) == ("k", "v", True)
        assert node["if"]["root"] == "v"

    def test_calls(self) -> None:
        node = expression("f(\n  1, # one\n  x...\n)")
        assert (node["name"], len(node["arguments"]), node["expand"]) == ("f", 2, True)

    def test_every_expression_can_be_quoted(self) -> None:
        assert expression("concat(\n  var.a,\n  [1]\n)")["source"] == "concat( var.a, [1] )"
        assert len(expression("[" + "var.x, " * 1000 + "]")["source"]) == 200

    def test_a_lone_interpolation_is_its_value(self) -> None:
        assert expression('"${a}"')["node"] == "traversal"
        assert expression('" ${~ a}"')["parts"][0] == ""


class TestTemplates:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("<<EOT\nEOT", ""),
            ("<<EOT\n\n  a \n\tb\nEOT", "\n  a \n\tb\n"),
            ("<<EOT\r\na\r\nEOT", "a\r\n"),
            ('<<EOT\n\\n $${x} "q"\nEOT', '\\n ${x} "q"\n'),
            ("<<EOT\n EOTX\n  EOT", " EOTX\n"),
            ("<<-EOT\n    a\n      b\n\n    c\n  EOT", "a\n  b\n\nc\n"),
            ("<<-EOT\n\ta\n\t\tb\nEOT", "a\n\tb\n"),
            ("<<-EOT\n  a\nb\nEOT", "  a\nb\n"),
        ],
    )
    def test_here_documents(self, text: str, expected: str) -> None:
        assert value(text) == expected

    def test_an_interpolation_at_the_start_of_a_line_has_no_indentation(self) -> None:
        assert expression("<<-EOT\n    a\n${b}\n  EOT")["parts"] == ["    a\n", expression("b"), "\n"]

    def test_white_space_around_sequences_is_kept(self) -> None:
        assert expression('" a ${ x }  b "')["parts"] == [" a ", expression("x"), "  b "]

    def test_strip_markers_reach_to_the_end_of_a_line(self) -> None:
        parts = expression("<<EOT\na\n\n  ${~ x ~}\n\nb\nEOT")["parts"]
        assert parts == ["a\n\n", expression("x"), "\nb\n"]

    def test_directives(self) -> None:
        (directive,) = expression('"%{ if a }y${b}%{ else }n%{ endif }"')["parts"]
        assert directive["then"] == ["y", expression("b")]
        assert directive["else"] == ["n"]
        (loop,) = expression('"%{ for k, v in a }${v},%{ endfor }"')["parts"]
        assert (loop["key_name"], loop["value_name"], loop["parts"][1]) == ("k", "v", ",")


SNIPPETS = st.lists(
    st.sampled_from(
        [
            "a",
            "=",
            "1",
            '"',
            "${",
            "}",
            "{",
            "[",
            "]",
            "(",
            ")",
            "\n",
            " ",
            "<<EOT\n",
            "EOT\n",
            "%{ if x }",
            "%{ endif }",
            ",",
            ".",
            "*",
            "?",
            ":",
            "#",
            "/*",
            "*/",
            "~",
            "é",
            "\r\n",
            "\\",
            "for x in y : x",
            "!",
            "-",
            "=>",
            "...",
            "\x00",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), SNIPPETS.map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (hcl.parse, hcl.parse_json, hcl.parse_json_variables):
        try:
            parse(data)
        except UnreadableInput as error:
            assert error.message


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00")))
def test_a_quoted_string_gives_back_what_was_put_in(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    try:
        read = value(f'"{escaped}"')
    except UnreadableInput:
        return  # $$${ and the like are read as HCL reads them
    if "$$" not in text and "%%" not in text and text.isascii():
        assert read == text

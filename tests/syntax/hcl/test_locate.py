from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.collect.terraform import TerraformReader
from gatekeeper.model.json import JsonObject
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax import hcl

SOURCE = """\
resource "aws_security_group" "web" {
  name = "é" # ü
  tags = {
    "Name" = "web", Owner = "team"
    cost   = 1
  }
  ingress {
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
  ingress {
    from_port = 22
  }
  dynamic "ingress" {
    for_each = [80, 443]
    content {
      from_port = ingress.value
    }
  }
  dynamic "egress" {
    for_each = var.ports
    content {
      to_port = egress.value
    }
  }
}
provider "aws" {}
provider "aws" {
  alias = "west"
}
""".encode()
GROUP = ("resource", "aws_security_group", "web")


def find(*keys: Key) -> Span | None:
    (span,) = hcl.find_many(SOURCE, [keys])
    return span


def test_a_block_is_its_header() -> None:
    assert find(*GROUP) == Span(1, 1, 1, 38)
    assert find(*GROUP, 0) == Span(1, 1, 1, 38)


def test_columns_count_code_points() -> None:
    assert find(*GROUP, "name") == Span(2, 3, 2, 13)


def test_an_attribute_on_several_lines_is_its_first_line() -> None:
    assert find(*GROUP, "tags") == Span(3, 3, 3, 11)


def test_keys_go_into_objects_and_lists() -> None:
    assert find(*GROUP, "tags", "Owner") == Span(4, 21, 4, 35)
    assert find(*GROUP, "ingress", 0, "cidr_blocks", 1) == Span(8, 34, 8, 45)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("ingress",), 7),
        (("ingress", 1), 10),
        (("ingress", 1, "from_port"), 11),
        (("ingress", 2), 13),
        (("ingress", 2, "from_port"), 16),
        (("ingress", 3, "from_port"), 16),
        (("dynamic", "ingress", 0, "content", 0, "from_port"), 16),
        (("egress", 0, "to_port"), 22),
        (("egress", 0, "nothing"), 19),
    ],
)
def test_generated_blocks_are_found_in_their_dynamic_block(keys: tuple[Key, ...], line: int) -> None:
    span = find(*GROUP, *keys)
    assert span is not None
    assert span.line == line


def test_ordinals_tell_blocks_with_the_same_labels_apart() -> None:
    assert find("provider", "aws") == Span(26, 1, 26, 17)
    assert find("provider", "aws", 1, "alias") == Span(28, 3, 28, 17)


def test_the_deepest_part_that_exists_wins() -> None:
    assert find(*GROUP, "ingress", 0, "cidr_blocks", 7) == Span(8, 5, 8, 46)
    assert find(*GROUP, "no_such", 0, "thing") == Span(1, 1, 1, 38)
    assert find("resource", "aws_security_group", "other") is None
    assert find() is None


def test_keys_go_into_what_is_encoded_as_json() -> None:
    data = b'policy = jsonencode({\n  Statement = [{\n    Action = "*"\n  }]\n})\n'
    keys = [("policy", "Statement", 0, "Action"), ("policy", "Statement", 0, "Nothing"), ("policy",)]
    assert hcl.find_many(data, keys) == [Span(3, 5, 3, 17), Span(2, 16, 2, 17), Span(1, 1, 1, 22)]


def test_lines_end_at_lf_and_crlf_only() -> None:
    data = 'a = "\u2028 \x85"\r\nb = 1\r\n'.encode()
    assert hcl.find_many(data, [("a",), ("b",)]) == [Span(1, 1, 1, 10), Span(2, 1, 2, 6)]


def test_a_byte_order_mark_is_no_column() -> None:
    assert hcl.find_many(b"\xef\xbb\xbfa = 1\nb = 2\n", [("a",), ("b",)]) == [Span(1, 1, 1, 6), Span(2, 1, 2, 6)]


def _paths(body: JsonObject, above: tuple[Key, ...]) -> list[tuple[tuple[Key, ...], str]]:
    """Every block and attribute as a path of keys, with the word that its place starts with."""
    found = [((*above, name), name) for name in body["attributes"]]
    for block in body["blocks"]:
        keys = (*above, block["type"], *block["labels"], block["ordinal"])
        found += [(keys, block["type"]), *_paths(block, keys)]
    return found


@pytest.mark.corpora
def test_every_block_and_attribute_of_the_corpora_is_found_where_it_stands(corpora: Path) -> None:
    checked = 0
    for path in sorted((corpora / "iac").rglob("*.tf")):
        data = path.read_bytes()
        wanted = _paths(hcl.parse(data), ())
        lines = data.decode("utf-8-sig").split("\n")
        for (keys, word), span in zip(wanted, hcl.find_many(data, [keys for keys, _ in wanted]), strict=True):
            assert span is not None, (path, keys)
            assert lines[span.line - 1][span.column - 1 :].startswith(word), (path, keys)
            checked += 1
    assert checked > 18_000


@pytest.mark.corpora
def test_all_terraform_files_of_the_corpora_are_read(corpora: Path) -> None:
    reader = TerraformReader()
    files = [path for path in (corpora / "iac").rglob("*") if path.is_file() and reader.claim(path.name, b"")]
    facts = [fact for path in files for fact in reader.read(path.name, path.read_bytes())]
    assert (len(files), len(facts)) == (1148, 1148)

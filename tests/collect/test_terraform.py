from __future__ import annotations

import pytest

from gatekeeper.collect.terraform import TerraformReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.syntax import hcl

READER = TerraformReader()


@pytest.mark.parametrize("path", ["main.tf", "a/b/x.tf.json", "terraform.tfvars", "x.auto.tfvars.json", "override.tf"])
def test_claims_configurations_and_variables(path: str) -> None:
    assert READER.claim(path, b"")


@pytest.mark.parametrize(
    "path", [".terraform.lock.hcl", "x.tftest.hcl", "main.tf.bak", "a.hcl", "terraform.tfstate", "._main.tf"]
)
def test_leaves_the_rest_alone(path: str) -> None:
    assert not READER.claim(path, b"")


def test_one_fact_a_file() -> None:
    (fact,) = READER.read("a/main.tf", b"locals {\n  a = 1\n}\n")
    assert jsonable.plain(fact) == fact
    assert isinstance(fact, dict)
    assert (fact["path"], fact["syntax"], fact["role"]) == ("a/main.tf", "hcl", "configuration")
    (fact,) = READER.read("x.tfvars.json", b'{"a": 1}')
    assert isinstance(fact, dict)
    assert (fact["syntax"], fact["role"]) == ("json", "variables")


def test_a_file_of_variables_holds_no_blocks() -> None:
    with pytest.raises(UnreadableInput, match="no blocks"):
        READER.read("a.tfvars", b"a {\n}\n")


def test_labels_are_counted() -> None:
    with pytest.raises(UnreadableInput, match="resource takes 2 labels, not 1") as caught:
        READER.read("a.tf", b'\nresource "aws_vpc" {\n}\n')
    assert (caught.value.line, caught.value.column) == (2, 1)


def test_the_deepest_that_is_read_can_be_stored() -> None:
    deep = b'resource "a" "b" {\n' + b"x {\n" * 40 + b"v = " + b"[{a=" * 28 + b"1" + b"}]" * 28 + b"\n" + b"}\n" * 41
    (fact,) = READER.read("a.tf", deep)
    assert jsonable.loads(jsonable.dumps(fact)) == fact


def test_large_files_are_refused() -> None:
    with pytest.raises(UnreadableInput, match="larger"):
        READER.read("a.tf", b" " * (hcl.MAX_BYTES + 1))

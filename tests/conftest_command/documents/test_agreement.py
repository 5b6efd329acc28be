"""gatekeeper and the real conftest are given the same files."""

from __future__ import annotations

import importlib
import random
from collections import defaultdict
from pathlib import Path

import pytest

from gatekeeper.conftest.documents import format_of, is_supported
from tests.conftest_command.documents import generated
from tests.conftest_command.documents.oracle import REFUSED, differing, ours, theirs, write
from tests.services.tools import project

pytestmark = pytest.mark.services

# Where the two are meant to differ: each stands, with its reason, in the docstring of the format's module.
MEANT = {
    "dockerfile": {"latin.dockerfile", "nul.dockerfile", "onbuild4.dockerfile", "onbuild5.dockerfile"},
    "hcl2": {"nul.tf"},
    "toml": {"nano.toml", "year0.toml"},
    "yaml": {"special.yaml"},
    "xml": {
        # text that conftest would lose a part of
        *("after.xml", "cdata_ws.xml", "comment_nl.xml", "comment_text.xml", "mixed.xml", "mixed2.xml"),
        # not well-formed: conftest reads as far as it can
        *("amp.xml", "attr_noquote.xml", "cdend.xml", "ctrl.xml", "dashdash.xml", "dtd_use.xml", "empty.xml"),
        *("enc.xml", "lt_attr.xml", "mismatch.xml", "text.xml", "unclosed.xml", "unclosed2.xml", "utf16.xml"),
        "v11.xml",
    },
}
FORMATS = (
    *("codeowners", "cyclonedx", "dockerfile", "dotenv", "hcl2", "ignore", "ini", "json", "jsonc"),
    *("properties", "spdx", "toml", "xml", "yaml"),
)


@pytest.mark.parametrize("name", FORMATS)
def test_edge_cases_give_the_same_input_or_are_refused_by_both(name: str, tmp_path: Path) -> None:
    cases = importlib.import_module(f"tests.conftest_command.documents.cases.{name}_cases").CASES
    names = write(tmp_path, cases)
    assert differing(tmp_path, names, name) == MEANT.get(name, set())


@pytest.mark.parametrize("name", sorted(generated.GENERATORS))
def test_generated_files_give_the_same_input_or_are_refused_by_both(name: str, tmp_path: Path) -> None:
    make = generated.GENERATORS[name]
    cases = {f"{seed}.{name}": make(random.Random(seed)) for seed in range(40)}
    found = differing(tmp_path, write(tmp_path, cases), name)
    assert not found, cases[min(found)]


def test_conftests_own_examples_give_the_same_input() -> None:
    root = project("conftest-examples")
    read = {"codeowners", "dockerfile", "dotenv", "hcl2", "ignore", "ini", "json", "jsonc", "properties", "spdx"}
    read |= {"toml", "xml", "yaml"}
    names = [
        str(path.relative_to(root))
        for folder in ("examples", "tests")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and is_supported(path.name) and format_of(path.name) in read
    ]
    assert len(names) > 50
    assert REFUSED not in map(str, ours(root, names).values())
    assert differing(root, names) == set()
    software = ["examples/cyclonedx/cyclonedx.json", "examples/cyclonedx/cyclonedx.xml"]
    assert differing(root, software, "cyclonedx") == set()


def test_formats_that_are_not_read_have_one_clear_error() -> None:
    root = project("conftest-examples")
    names = [
        *("examples/cue/deployment.cue", "examples/edn/sample_config.edn", "examples/nginx/nginx.conf"),
        *("examples/vcl/varnish.vcl", "examples/jsonnet/arith.jsonnet"),
    ]
    names = [name for name in names if (root / name).exists()]
    assert len(names) >= 4
    assert set(map(str, ours(root, names).values())) == {REFUSED}
    assert REFUSED not in map(str, theirs(root, names).values())


@pytest.mark.corpora
def test_infrastructure_code_gives_the_same_input(corpora: Path) -> None:
    root = corpora / "iac"
    by_format = defaultdict(list)
    for path in sorted(root.rglob("*")):
        if path.is_file() and is_supported(path.name):
            by_format[format_of(path.name)].append(str(path.relative_to(root)))
    for names in by_format.values():
        random.Random(0).shuffle(names)
    sample = [name for names in by_format.values() for name in names[:150]]
    assert len(sample) > 400
    assert differing(root, sample) == set()

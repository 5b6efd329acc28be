from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.terraform import TerraformAnalyzer
from gatekeeper.collect.terraform import TerraformReader
from gatekeeper.formats import jsonable
from gatekeeper.model.infrastructure import Terraform
from gatekeeper.model.json import Json
from gatekeeper.workers import Limits, Pool
from gatekeeper.workspace.directory import DirectoryTree
from tests.analyze.terraform.support import facts, unknown

RESOURCE = 'resource "a" "b" {\n  x = %s\n  kept = "known"\n  list = ["0.0.0.0/0", var.x]\n}\n'


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, Limits(seconds=60)) as pool:
        yield pool


def analyze(read: list[Json], pool: Pool, folder: Path) -> tuple[Terraform, Analysis]:
    context = Context(tree=DirectoryTree(folder), facts={"_terraform": read}, pool=pool, semgrep_rules=folder)
    analysis = TerraformAnalyzer().analyze(context)
    assert isinstance(analysis.value, Terraform)
    return analysis.value, analysis


def test_nothing_is_nothing(pool: Pool, tmp_path: Path) -> None:
    assert analyze([], pool, tmp_path) == (Terraform(), Analysis(Terraform()))


def test_blocks_come_in_the_order_of_their_files(pool: Pool, tmp_path: Path) -> None:
    files = {f"{folder}/main.tf": RESOURCE % f'"{folder}"' for folder in ("b", "a", "c")}
    terraform, analysis = analyze(facts(files), pool, tmp_path)
    assert [(block.module, block.values["x"]) for block in terraform.resources] == [("a", "a"), ("b", "b"), ("c", "c")]
    assert jsonable.decode(Terraform, jsonable.plain(terraform)) == terraform
    assert analysis.failures == ()


CHAIN = "locals {\n  a0 = 1\n" + "".join(f"  a{n} = local.a{n - 1}\n" for n in range(1, 2000)) + "}\n"
DYNAMIC = '  dynamic "x" {\n    for_each = range(1000)\n    content {\n'
DOUBLING = "locals {\n  a0 = %s\n%s}\n" + RESOURCE % "local.a60"


@pytest.mark.parametrize(
    "bomb",
    [
        DOUBLING % ('["x"]', "".join(f"  a{n} = [local.a{n - 1}, local.a{n - 1}]\n" for n in range(1, 61))),
        DOUBLING % ('["x"]', "".join(f"  a{n} = concat(local.a{n - 1}, local.a{n - 1})\n" for n in range(1, 61))),
        DOUBLING % ('"x"', "".join(f'  a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n' for n in range(1, 61))),
        CHAIN + RESOURCE % "local.a1999",
        RESOURCE % "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]",
        RESOURCE % ("[" * 60 + "]" * 60),
        "locals {\n  l = [" + '"x", ' * 10_000 + "]\n}\n" + RESOURCE % ("[" + "local.l, " * 10_000 + "]"),
        RESOURCE % "1" + 'resource "a" "c" {\n' + DYNAMIC * 9 + "}\n}\n" * 9 + "}\n",
    ],
    ids=["lists", "concat", "strings", "chain", "loops", "depth", "references", "dynamic"],
)  # fmt: skip
def test_bombs_are_unknown_values_and_a_gap(bomb: str, pool: Pool, tmp_path: Path) -> None:
    terraform, analysis = analyze(facts({"main.tf": bomb}), pool, tmp_path)
    assert terraform.resources[0].values["kept"] == "known"
    assert terraform.resources[0].values["list"] == ["0.0.0.0/0", unknown("var.x")]
    assert len(jsonable.dumps(terraform)) < 100_000
    assert [gap.path for gap in analysis.gaps] == ["main.tf"]
    assert analysis.gaps[0].reason.startswith("some values are unknown")
    assert analysis.failures == ()


def test_large_numbers_are_not_computed(pool: Pool, tmp_path: Path) -> None:
    squares = "".join(f"  a{n} = local.a{n - 1} * local.a{n - 1}\n" for n in range(1, 61))
    terraform, _ = analyze(facts({"main.tf": DOUBLING % ("9", squares)}), pool, tmp_path)
    assert terraform.resources[0].values["x"] == unknown("local.a60")


def test_long_replacements_are_not_made(pool: Pool, tmp_path: Path) -> None:
    text = RESOURCE % f'replace(replace("{"a" * 2000}", "a", "{"a" * 2000}"), "a", "{"a" * 2000}")'
    terraform, analysis = analyze(facts({"main.tf": text}), pool, tmp_path)
    assert list(terraform.resources[0].values["x"]) == ["$unknown"]
    assert analysis.failures == ()


@pytest.mark.corpora
def test_the_corpora_are_evaluated(corpora: Path, pool: Pool) -> None:
    root, reader = corpora / "iac", TerraformReader()
    paths = sorted(path for path in root.rglob("*") if path.is_file() and reader.claim(path.name, b""))
    read = [fact for path in paths for fact in reader.read(str(path.relative_to(root)), path.read_bytes())]
    terraform, analysis = analyze([jsonable.plain(fact) for fact in read], pool, root)
    found = {name: len(getattr(terraform, name)) for name in ("resources", "data", "providers", "modules", "backends")}
    assert found == {"resources": 1945, "data": 88, "providers": 101, "modules": 100, "backends": 0}
    assert analysis.failures == ()
    assert all("not looked into" in gap.reason for gap in analysis.gaps)

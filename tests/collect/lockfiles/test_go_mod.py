from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.lockfiles.go_mod import GoModReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Manifest
from gatekeeper.model.place import Span

READER = GoModReader()
SHOP = """\
module example.com/shop

go 1.22.1

require (
	github.com/BurntSushi/toml v1.0.0
	golang.org/x/sys v0.0.0-20210630005230-0f9fa26af87c // indirect
)

exclude github.com/BurntSushi/toml v0.9.0
"""


def read(text: str) -> tuple[Lockfile, Manifest]:
    lockfile, manifest = READER.read("go.mod", text.encode())
    assert isinstance(lockfile, Lockfile)
    assert isinstance(manifest, Manifest)
    return lockfile, manifest


def test_required_modules_and_go_itself() -> None:
    lockfile, _ = read(SHOP)
    assert [(p.name, p.version, p.direct, p.purl) for p in lockfile.packages] == [
        ("github.com/BurntSushi/toml", "1.0.0", True, "pkg:golang/github.com/BurntSushi/toml@v1.0.0"),
        (
            "golang.org/x/sys",
            "0.0.0-20210630005230-0f9fa26af87c",
            False,
            "pkg:golang/golang.org/x/sys@v0.0.0-20210630005230-0f9fa26af87c",
        ),
        ("stdlib", "1.22.1", True, "pkg:golang/stdlib@1.22.1"),
    ]
    assert lockfile.packages[0].at.span == Span(6, 2, 6, 35)
    assert lockfile.pinned


def test_the_same_file_is_a_manifest() -> None:
    _, manifest = read(SHOP)
    assert manifest.name == "example.com/shop"
    assert [(r.name, r.constraint) for r in manifest.requirements] == [("github.com/BurntSushi/toml", "v1.0.0")]


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        ("go 1.21\ntoolchain go1.23.6", "1.23.6"),
        ("go 1.21\ntoolchain go1.23.6-custom", "1.23.6"),
        ("go 1.21\ntoolchain default", "1.21"),
        ("go 1.22rc1", "1.22rc1"),
    ],
)
def test_a_toolchain_outweighs_the_language_version(lines: str, version: str) -> None:
    assert read(lines)[0].packages[0].version == version


@pytest.mark.parametrize(
    ("replace", "name", "version", "kind", "line"),
    [
        ("replace a.b/c => d.e/f v2.0.0", "d.e/f", "2.0.0", "registry", 2),
        ("replace a.b/c v1.0.0 => d.e/f v2.0.0", "d.e/f", "2.0.0", "registry", 2),
        ("replace a.b/c v0.9.0 => d.e/f v2.0.0", "a.b/c", "1.0.0", "registry", 1),
        ("replace a.b/c => ../c", "a.b/c", "", "path", 2),
        ("replace x.y/z => d.e/f v2.0.0", "a.b/c", "1.0.0", "registry", 1),
    ],
)
def test_a_replaced_module_is_what_replaces_it(replace: str, name: str, version: str, kind: str, line: int) -> None:
    lockfile, _ = read(f"require a.b/c v1.0.0\n{replace}\n")
    (package,) = lockfile.packages
    assert (package.name, package.version, package.source.type) == (name, version, kind)
    assert package.at.span is not None
    assert package.at.span.line == line


def test_a_branch_is_no_version() -> None:
    lockfile, _ = read("require a.b/c master\n")
    assert lockfile.packages[0].version == ""
    assert not lockfile.pinned


@pytest.mark.parametrize(
    "text",
    [
        "requires a.b/c v1\n",
        "require a.b/c\n",
        "replace a => b c d\n",
        "replace a b\n",
        "require (\n",
        "/* no */\n",
        "\0",
    ],
)
def test_what_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput) as error:
        read(text)
    assert error.value.line == 1


@given(st.lists(st.sampled_from(["require", "(", ")", "a.b/c", "v1.0.0", "=>", "replace", "go", "1.2", "\n", "//"])))
def test_any_order_of_words_is_read_or_refused(words: list[str]) -> None:
    try:
        read(" ".join(words))
    except UnreadableInput as error:
        assert error.line >= 1

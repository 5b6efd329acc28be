from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.pip_options import parse_options, split_options


def test_a_requirement_ends_where_an_option_begins() -> None:
    assert split_options("foo--hash==1.0 --hash=x") == ("foo--hash==1.0", "--hash=x")
    assert split_options("-r base.txt") == ("", "-r base.txt")
    assert split_options("foo") == ("foo", "")


@pytest.mark.parametrize(
    "options",
    [
        "-r base.txt",
        "-rbase.txt",
        "--requirement base.txt",
        "--requirement=base.txt",
        "--requirem base.txt",
        "-r 'base.txt'",
    ],
)
def test_an_include_is_found_however_it_is_written(options: str) -> None:
    assert parse_options(options).includes == ["base.txt"]


def test_hashes_editables_and_indexes() -> None:
    found = parse_options("-i https://a/ --extra-index-url https://b/ -e ./lib --hash sha256:1 --hash=sha256:2 --pre")
    assert found.indexes == ["https://a/", "https://b/"]
    assert found.editables == ["./lib"]
    assert found.hashes == ["sha256:1", "sha256:2"]


@pytest.mark.parametrize("options", ["--no-such-option", "-Z", "--hash", "-r", "--no", "--global-option='"])
def test_what_pip_refuses_is_refused(options: str) -> None:
    with pytest.raises(ValueError, match=r"option|quotation"):
        parse_options(options)


def test_quotes_are_those_of_a_shell() -> None:
    found = parse_options("""-r "a b".txt -r 'c'\\ d --global-option="say \\"hi\\"" -r e""")
    assert found.includes == ["a b.txt", "c d", "e"]

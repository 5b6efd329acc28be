from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.lockfiles.requirements import RequirementsReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Package
from gatekeeper.model.place import Span

READER = RequirementsReader()
HASH = "ab" * 32
COMMIT = "c0ffee" + "0" * 34


def read(text: str, path: str = "requirements.txt") -> Lockfile:
    (lockfile,) = READER.read(path, text.encode())
    return lockfile


def only(text: str, path: str = "requirements.txt") -> Package:
    (package,) = read(text, path).packages
    return package


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("requirements.txt", True),
        ("api/requirements-dev.txt", True),
        ("dev-requirements.txt", True),
        ("requirements/base.txt", True),
        ("api/requirements/base.txt", True),
        ("requirements/base.in", False),
        ("system-requirements.txt", False),
        ("notes.txt", False),
    ],
)
def test_claims(path: str, claimed: bool) -> None:
    assert READER.claim(path, b"") is claimed


def test_a_compiled_file_is_pinned_and_hashed() -> None:
    lockfile = read(
        "# compiled\n"
        "--index-url https://user:secret@pypi.example/simple\n"
        f"Flask_Cors==4.0.1 \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{'cd' * 32}\n    # via app\n"
    )
    (package,) = lockfile.packages
    assert (package.name, package.version) == ("flask-cors", "4.0.1")
    assert package.purl == "pkg:pypi/flask-cors@4.0.1"
    assert package.hashes == (f"sha256:{HASH}", "sha256:" + "cd" * 32)
    assert (package.source.type, package.source.url) == ("registry", "https://pypi.example/simple")
    assert package.at.span == Span(3, 1, 5, 5 + len(f"--hash=sha256:{'cd' * 32}"))
    assert lockfile.pinned
    assert lockfile.hashed


def test_an_unpinned_requirement_has_no_version() -> None:
    lockfile = read("flask>=2\nrequests\nsix==1.*\nurllib3==${VERSION}\n")
    assert [package.version for package in lockfile.packages] == ["", "", "", ""]
    assert not lockfile.pinned
    assert not lockfile.hashed


def test_a_hash_that_no_file_can_match_does_not_count() -> None:
    lockfile = read("a==1 --hash=sha256:123\n")
    assert lockfile.packages[0].hashes == ()
    assert not lockfile.hashed


def test_the_span_leaves_out_indentation_and_comments() -> None:
    assert only("\n   a==1   # why\r\n").at.span == Span(2, 4, 2, 8)


def test_a_backslash_behind_a_comment_joins_lines_as_in_pip() -> None:
    assert only("a==1 # comment \\\nb==2\n").name == "a"
    assert [package.name for package in read("# comment \\\nb==2\n").packages] == ["b"]


def test_includes_are_named_from_the_root_and_not_read() -> None:
    lockfile = read("-r base.txt\n-c ../constraints.txt\n-r https://token@host/x.txt?k=1\n", "api/requirements.txt")
    assert lockfile.includes == ("api/base.txt", "constraints.txt", "https://host/x.txt")
    assert lockfile.packages == ()


@pytest.mark.parametrize(
    ("line", "name", "version", "kind", "url"),
    [
        ("lib @ https://u:p@host/lib-1.0.tar.gz", "lib", "1.0", "url", "https://host/lib-1.0.tar.gz"),
        (
            "https://host/My_Lib-1.2-py3-none-any.whl",
            "my-lib",
            "1.2",
            "url",
            "https://host/My_Lib-1.2-py3-none-any.whl",
        ),
        (f"git+https://host/o/r.git@{COMMIT}#egg=thing", "thing", "", "git", f"git+https://host/o/r.git@{COMMIT}"),
        ("-e git+ssh://git@host/o/r.git@main", "r", "", "git", "git+ssh://host/o/r.git@main"),
        ("-e ./libs/shared[extra]", "shared", "", "path", "libs/shared"),
        ("./wheels/a-2.0-py3-none-any.whl", "a", "2.0", "path", "wheels/a-2.0-py3-none-any.whl"),
        ("lib @ ./libs/lib", "lib", "", "path", "./libs/lib"),
        ("file:///opt/lib-3.tgz", "lib", "3", "path", "file:///opt/lib-3.tgz"),
    ],
)
def test_other_sources(line: str, name: str, version: str, kind: str, url: str) -> None:
    package = only(line)
    assert (package.name, package.version) == (name, version)
    assert (package.source.type, package.source.url) == (kind, url)


def test_a_git_source_shows_in_the_purl() -> None:
    assert only(f"a @ git+https://h/r@{COMMIT}").purl == f"pkg:pypi/a?vcs_url=git%2Bhttps://h/r%40{COMMIT}"


def test_git_is_pinned_by_a_commit_only() -> None:
    assert read(f"a @ git+https://h/r@{COMMIT}").pinned
    assert not read("a @ git+https://h/r@v1.0").pinned


def test_the_hash_in_the_fragment_of_an_address_counts() -> None:
    assert only(f"a @ https://h/a.zip#sha256={HASH}").hashes == (f"sha256:{HASH}",)


def test_the_project_itself_is_no_dependency() -> None:
    assert read("-e .\n.\n-e .[dev]\n").packages == ()


def test_with_two_indexes_nobody_knows_which() -> None:
    lockfile = read("-i https://a/simple\n--extra-index-url https://b/simple\nx==1\n")
    assert lockfile.packages[0].source.url == ""


@pytest.mark.parametrize(
    ("path", "development"),
    [("requirements-dev.txt", True), ("requirements/test.txt", True), ("requirements.txt", None)],
)
def test_the_name_of_the_file_may_say_that_it_is_for_development(path: str, development: bool | None) -> None:
    assert only("a==1", path).development is development


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a==1\n<<<<<<< HEAD\n", 2),
        ("Install these two:\n", 1),
        ("a==1\n\n--no-such-option\n", 3),
        ("${EVERYTHING}\n", 1),
        ("a==1 --hash\n", 1),
    ],
)
def test_what_pip_refuses_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UnreadableInput) as error:
        read(text)
    assert error.value.line == line


def test_a_long_line_takes_linear_time() -> None:
    lockfile = read("a==1" + " --hash=sha256:" * 100_000 + "\n" + "b-" * 1_000_000 + "c==1\n" + "\\\n" * 200_000)
    assert [package.version for package in lockfile.packages] == ["1", "1"]


LINES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["a==1", "-r x", "-e .", "# c", " \\", "--hash=", "b @ git+ssh://x@y", "./z.whl", "c[d]>1;e"]),
    ),
    max_size=8,
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\\\n", " "]))
def test_any_text_is_read_or_refused(lines: list[str], end: str) -> None:
    text = end.join(lines)
    try:
        lockfile = read(text)
    except UnreadableInput as error:
        assert error.line >= 1
    else:
        count = text.count("\n") + 1
        for package in lockfile.packages:
            span = package.at.span
            assert span is not None
            assert 1 <= span.line <= span.end_line <= count


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        READER.read("requirements.txt", data)
    except UnreadableInput as error:
        assert error.message

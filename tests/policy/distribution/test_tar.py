"""Tar files: read as other programs write them, and never longer or larger than they are."""

from __future__ import annotations

import io
import tarfile
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.policy.distribution.tar import Member, members

NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=120)


def tar(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as file:
        for entry, data in entries:
            entry.size = len(data)
            file.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def extension(kind: bytes, content: bytes) -> bytes:
    header = tarfile.TarInfo("extension")
    header.type, header.size = kind, len(content)
    return header.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.binary(max_size=1100)), max_size=4),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
)
def test_what_python_writes_is_read(files: list[tuple[list[str], bytes]], form: int) -> None:
    entries = [("/".join(parts), data) for parts, data in files]
    written = tar(*((tarfile.TarInfo(name), data) for name, data in entries), form=form)
    assert list(members(written)) == [Member(name, data) for name, data in entries]


def test_long_names_in_the_oldest_form() -> None:
    name = f"{'a' * 90}/{'b' * 90}"
    assert list(members(tar((tarfile.TarInfo(name), b"x"), form=tarfile.USTAR_FORMAT))) == [Member(name, b"x")]


def test_folders_have_no_content() -> None:
    folder = tarfile.TarInfo("a")
    folder.type = tarfile.DIRTYPE
    assert list(members(tar((folder, b"")))) == [Member("a/", None)]


@pytest.mark.parametrize(
    "headers",
    [
        {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "a",
            "GNU.sparse.realsize": "1" + "0" * 12,
        },
        {"GNU.sparse.map": "0,1", "GNU.sparse.size": "1" + "0" * 12},
        {"size": "1" + "0" * 12},
        {"size": "-1024"},
    ],
)
def test_sizes_that_are_only_said(headers: dict[str, str]) -> None:
    entry = tarfile.TarInfo("a")
    entry.pax_headers = headers
    with pytest.raises(ValueError, match="sparse and huge"):
        list(members(tar((entry, b"x"))))


@pytest.mark.parametrize(
    "hostile",
    [
        extension(b"x", b"1" * 60_000),  # Python's expressions are quadratic in these
        extension(b"x", b"5 a=\n9 "),
        extension(b"x", b"0 a=b\n"),
        extension(b"x", b"11 path=\xff\n"),
        extension(b"x", b"11 path=ab\n") * 2,
        extension(b"L", b"x" * (1 << 20)),
        extension(b"L", b"x\0") * 20_000,
        extension(b"g", b"11 path=ab\n"),
        extension(b"S", b""),
        extension(b"0", b"x" * 600)[:-512],
        extension(b"0", b"x").replace(b"extension", b"Extension"),
        b"\x01" * 512,
        extension(b"0", b"x"),
    ],
)
def test_hostile_headers_are_refused_at_once(hostile: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"."):
        list(members(hostile))
    assert time.monotonic() - start < 1

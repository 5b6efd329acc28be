"""Archives: reproducible, and read with suspicion."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.distribution import archive


def tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for member, data in members:
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return gzip.compress(packed.getvalue())


def named(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_what_is_written_is_read() -> None:
    files = {"a/x.rego": b"package a", ".manifest": b"{}", "b/data.json": b"[]"}
    assert archive.read(archive.write(files), "x") == files


def test_the_same_files_give_the_same_bytes() -> None:
    first, second = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    assert archive.write(first) == archive.write(second)


def test_names_as_opa_writes_them() -> None:
    data = tar((named("./", tarfile.DIRTYPE), b""), (named("/a.rego"), b"x"), (named("./b/data.json"), b"{}"))
    assert archive.read(data, "x") == {"a.rego": b"x", "b/data.json": b"{}"}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([named("../x.rego")], "no plain path"),
        ([named("a/../../x.rego")], "no plain path"),
        ([named("//etc/x.rego")], "no plain path"),
        ([named("a\\b.rego")], "no plain path"),
        ([named("a\nb.rego")], "no plain path"),
        ([named("a.rego", tarfile.SYMTYPE, "/etc/passwd")], "neither a file nor a folder"),
        ([named("a.rego", tarfile.LNKTYPE, "b.rego")], "neither a file nor a folder"),
        ([named("a.rego", tarfile.FIFOTYPE)], "neither a file nor a folder"),
        ([named("a.rego"), named("./a.rego")], "twice"),
    ],
)
def test_hostile_members(members: list[tarfile.TarInfo], message: str) -> None:
    with pytest.raises(EngineFailure, match=message):
        archive.read(tar(*((member, b"") for member in members)), "x")


@pytest.mark.parametrize(
    "data", [b"", b"no archive", gzip.compress(b"no tar" * 200, mtime=0), archive.write({"a": b"x"})[:-12]]
)
def test_what_is_no_archive(data: bytes) -> None:
    with pytest.raises(EngineFailure, match="cannot be used"):
        archive.read(data, "x")


def test_bombs_are_not_unpacked() -> None:
    bomb = gzip.compress(bytes(archive.MAX_BYTES + 1), compresslevel=1)
    with pytest.raises(EngineFailure, match="more than"):
        archive.read(bomb, "x")

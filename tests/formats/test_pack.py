from __future__ import annotations

import io
import tarfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import pack
from gatekeeper.formats.pack import Pack, PackedSubject

SUBJECT = PackedSubject("file:dist/app.tar.gz", "app.tar.gz", {"sha256": "ab" * 32})
SAMPLE = Pack(
    (SUBJECT,),
    {"app.vsa.sigstore.json": b"{}", "copy.sigstore.json": b"{}"},
    {"trust.toml": b"version = 1\n", "keys/gate.pub": b"key" * 400},
)
NAMES = st.text(st.sampled_from("abcé.-"), min_size=1, max_size=8).filter(pack.is_plain)


def blob(data: bytes) -> str:
    return f"blobs/sha256/{sha256(data).hexdigest()}"


def rewritten(prefix: str, **changes: object) -> bytes:
    """The sample with one member changed: as another program would write it."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(pack.write(SAMPLE))) as source,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as target,
    ):
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name.startswith(prefix):
                given = changes.get("data", data)
                assert isinstance(given, bytes)
                data, member.size = given, len(given)
                for key in changes.keys() - {"data"}:
                    setattr(member, key, changes[key])
            target.addfile(member, io.BytesIO(data))
    # Of the padding at the end a pack has the two blocks that the standard asks for.
    return packed.getvalue().rstrip(b"\0").ljust(target.offset, b"\0")


def test_contents_come_back() -> None:
    assert pack.read(pack.write(SAMPLE)) == SAMPLE


def test_the_same_contents_give_the_same_bytes() -> None:
    turned = Pack((SUBJECT,), dict(list(SAMPLE.attestations.items())[::-1]), dict(list(SAMPLE.trust.items())[::-1]))
    assert pack.write(turned) == pack.write(SAMPLE)


def test_any_tar_program_can_look_into_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(pack.write(SAMPLE))) as archive:
        assert archive.getnames()[0].startswith("pack/sha256/")
        assert archive.getnames()[1:] == sorted(map(blob, [b"{}", b"version = 1\n", b"key" * 400]))
        assert {member.mtime for member in archive} == {0}


@given(
    st.dictionaries(NAMES, st.binary(max_size=1200), max_size=5),
    st.dictionaries(NAMES.map(lambda name: f"d/{name}"), st.binary(max_size=600), max_size=3),
)
def test_whatever_is_packed_is_read(attestations: dict[str, bytes], trust: dict[str, bytes]) -> None:
    whole = Pack((SUBJECT,), attestations, {**trust, "trust.toml": b""})
    assert pack.read(pack.write(whole)) == whole


def test_other_programs_can_write_packs() -> None:
    assert rewritten(blob(b"{}")) == pack.write(SAMPLE)


def test_what_it_holds_is_what_it_lists() -> None:
    other = b"another"
    with pytest.raises(ValueError, match="not those that it lists"):
        pack.read(rewritten(blob(b"{}"), name=blob(other), data=other))


@pytest.mark.parametrize("position", range(0, len(pack.write(SAMPLE)), 37))
def test_no_byte_can_be_changed(position: int) -> None:
    data = bytearray(pack.write(SAMPLE))
    data[position] ^= 0x01
    with pytest.raises(ValueError, match=r"."):
        pack.read(bytes(data))


@pytest.mark.parametrize("length", [0, 1, 511, 512, 700, 1024, 2048, -512, -1])
def test_it_cannot_be_cut_off(length: int) -> None:
    with pytest.raises(ValueError, match=r"cut off|behind its end"):
        pack.read(pack.write(SAMPLE)[:length])


def test_nothing_may_stand_behind_it() -> None:
    with pytest.raises(ValueError, match="behind its end"):
        pack.read(pack.write(SAMPLE) + bytes(512))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "pack.json"},
        {"type": tarfile.DIRTYPE},
        {"type": tarfile.CHRTYPE},
        {"name": "../../etc/passwd"},
        {"name": "/etc/passwd"},
        {"mode": 0o4755},
        {"uid": 1000},
        {"mtime": 1},
        {"uname": "root"},
        {"data": b"another"},
    ],
)
def test_other_members_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        pack.read(rewritten(blob(b"{}"), **changes))


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b'{"version":2}',
        b'{"version":1,"subjects":[],"attestations":{},"trust":{}}',
        b'{"version":1,"version":1,"subjects":[]}',
        b"[" * 100_000,
        b'{"version":1,"subjects":[],"attestations":{"../x":"' + b"00" * 32 + b'"},"trust":{}}',
    ],
)
def test_other_lists_are_refused(manifest: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        pack.read(rewritten("pack/", name=f"pack/sha256/{sha256(manifest).hexdigest()}", data=manifest))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "C:x", "a\n", "a\u202eb", "x" * 300, "nul\0", "a.", "a "]
)
def test_names_that_are_none_on_some_machine_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        pack.write(Pack((), {name: b""}, {"trust.toml": b""}))
    with pytest.raises(ValueError, match="cannot be the name"):
        pack.write(Pack((), {}, {"trust.toml": b"", f"keys/{name}//x": b""}))


@pytest.mark.parametrize("names", [("a", "A"), ("a", "a/b"), ("A/b", "a")])
def test_two_files_in_one_place_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="the same place"):
        pack.write(Pack((), {}, {"trust.toml": b"", **dict.fromkeys(names, b"")}))


def test_there_is_a_trust_file() -> None:
    with pytest.raises(ValueError, match="no trust file"):
        pack.write(Pack((SUBJECT,), {"a": b""}, {}))


@pytest.mark.parametrize("data", [b"", b"x", bytes(1024), b"PK\x03\x04" + bytes(2000), b"\x1f\x8b" + bytes(600)])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        pack.read(data)

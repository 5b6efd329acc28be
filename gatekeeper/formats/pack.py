"""Packs: attestations, a trust file with all that it names, and digests of subjects, in one file that can be carried.

A plain tar file (POSIX ustar) without links, folders, owners or times. Its first member ``pack/sha256/HEX`` lists in
JSON what is in it; all others are ``blobs/sha256/HEX``, in order, each once. The same contents give the same bytes, and
no other bytes are read: what two programs could unpack in two ways is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from gatekeeper.formats import jsonable, limits, strict_json

TRUST = "trust.toml"
MAX_BYTES = 256 << 20
MAX_FILES = 20_000
_MANIFEST = "pack/sha256/"
_BLOBS = "blobs/sha256/"
_BLOCK = 512
_END = bytes(2 * _BLOCK)
_VERSION = 1
_MAX_MANIFEST_BYTES = 16 << 20
_MAX_VALUES = 500_000
_MAX_DEPTH = 8
_MAX_NAME_BYTES = 240


class Mismatch(ValueError):
    """Something in a pack is not what the pack says it is: hex digests that were ``expected`` and ``found``."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        super().__init__(f"changed, damaged or no pack: {name!r:.100} does not have its sha256")
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class PackedSubject:
    """What the attestations are about: its URI and name where it was packed, and hex digests by their names."""

    uri: str
    name: str
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """The contents. ``attestations`` are files by name, ``trust`` by the path from the folder of ``trust.toml``."""

    subjects: tuple[PackedSubject, ...]
    attestations: Mapping[str, bytes]
    trust: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class _Manifest:
    subjects: tuple[PackedSubject, ...]
    attestations: dict[str, str] = field(default_factory=dict)
    trust: dict[str, str] = field(default_factory=dict)
    version: int = _VERSION


def write(pack: Pack) -> bytes:
    """The file.

    Raises:
        ValueError: a name cannot be one on every machine, a file stands where another's folder does, there is no trust
            file, or it is too much.
    """
    _check_names(pack)
    blobs = {sha256(data).hexdigest(): data for files in (pack.attestations, pack.trust) for data in files.values()}
    size = sum(len(data) for data in blobs.values())
    if size > MAX_BYTES - _MAX_MANIFEST_BYTES or len(pack.attestations) + len(pack.trust) > MAX_FILES:
        raise ValueError(f"more than {MAX_FILES} files, or {size} bytes, which is too much for a pack")
    manifest = _Manifest(
        tuple(sorted(pack.subjects, key=lambda subject: (subject.uri, sorted(subject.digests.items())))),
        _digests(pack.attestations),
        _digests(pack.trust),
    )
    listing = jsonable.dumps(manifest)
    members = [(_MANIFEST + sha256(listing).hexdigest(), listing)]
    members += ((_BLOBS + name, blobs[name]) for name in sorted(blobs))
    return b"".join(piece for name, data in members for piece in _member(name, data)) + _END


def read(data: bytes) -> Pack:
    """The contents of a file.

    Raises:
        Mismatch: something in it was changed.
        ValueError: it is no pack, is too large, or is written in another way than ``write`` does.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MiB")
    (first, listing), *members = _members(data) or [("", b"")]
    for name, content in ((first, listing), *members):
        expected = name.rpartition("/")[2]
        if name.startswith((_MANIFEST, _BLOBS)) and (found := sha256(content).hexdigest()) != expected:
            raise Mismatch(name, expected, found)
    manifest = _manifest(first, listing)
    blobs = {name.removeprefix(_BLOBS): content for name, content in members}
    if {*manifest.attestations.values(), *manifest.trust.values()} != blobs.keys():
        raise ValueError("the files in it are not those that it lists")
    pack = Pack(
        manifest.subjects,
        {name: blobs[digest] for name, digest in manifest.attestations.items()},
        {name: blobs[digest] for name, digest in manifest.trust.items()},
    )
    if write(pack) != data:
        raise ValueError("not written as packs are: order, spelling or padding differ")
    return pack


def is_plain(name: str) -> bool:
    """Whether a name can be that of one file in a folder, on any machine, and can be shown."""
    return (
        0 < len(name.encode("utf-8", "surrogatepass")) <= _MAX_NAME_BYTES
        and name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and name.strip(" .") != ""
        and not name.endswith((" ", "."))
    )


def plain_name(text: str) -> str:
    """The text as a name that is plain: its last 120 characters, ``-`` for each that cannot be in one."""
    return "".join(letter if is_plain(f"x{letter}x") else "-" for letter in text).strip(" .")[-120:] or "-"


def is_plain_path(path: str) -> bool:
    """Whether a path leads from a folder to a file below it, by plain names."""
    return len(path) <= 4 * _MAX_NAME_BYTES and all(is_plain(part) for part in path.split("/"))


def _check_names(pack: Pack) -> None:
    wrong = [name for name in pack.attestations if not is_plain(name)]
    wrong += [path for path in pack.trust if not is_plain_path(path)]
    if wrong:
        raise ValueError(f"{wrong[0]!a:.120} cannot be the name of a file on every machine")
    if TRUST not in pack.trust:
        raise ValueError("there is no trust file in it")
    for names in (pack.attestations, pack.trust):
        # Some file systems do not tell capitals from small letters.
        folded = {name.casefold() for name in names}
        folders = {name[:at].casefold() for name in names for at, letter in enumerate(name) if letter == "/"}
        if len(folded) < len(names) or folded & folders:
            raise ValueError("two of its files have the same place")


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: sha256(data).hexdigest() for name, data in files.items()}


def _manifest(name: str, data: bytes) -> _Manifest:
    if not name.startswith(_MANIFEST) or len(data) > _MAX_MANIFEST_BYTES:
        raise ValueError("it does not begin with a list of what is in it, or with a large one")
    limits.check_json(data, values=_MAX_VALUES, depth=_MAX_DEPTH)
    document = strict_json.loads(data)
    if isinstance(document, dict) and document.get("version") != _VERSION:
        raise ValueError(f"a pack of version {document.get('version')!r:.20}; this program reads version {_VERSION}")
    return jsonable.decode(_Manifest, document)


def _member(name: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    return _header(name, len(data)), data, bytes(-len(data) % _BLOCK)


def _header(name: str, size: int) -> bytes:
    """A header block of POSIX.1-1988 (ustar): a regular file that everybody may read, of nobody and of 1970."""
    before = (
        name.encode("ascii").ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"0" * 11 + b"\0"
    )
    behind = b"0".ljust(101, b"\0") + b"ustar\x0000" + bytes(64 + 16 + 155 + 12)
    return before + b"%06o\0 " % (sum(before) + 8 * 0x20 + sum(behind)) + behind


def _members(data: bytes) -> list[tuple[str, bytes]]:
    """Names and contents; every header must be exactly the one that is written for them."""
    position = 0
    found: list[tuple[str, bytes]] = []
    while (header := data[position : position + _BLOCK]) != _END[:_BLOCK]:
        name, size = _described(header)
        start = position + _BLOCK
        position = start + size + -size % _BLOCK
        if position > len(data) or len(found) > MAX_FILES:
            raise ValueError(f"cut off, or more than {MAX_FILES} files")
        found.append((name, data[start : start + size]))
    if data[position:] != _END:
        raise ValueError("cut off, or there is something behind its end")
    return found


def _described(header: bytes) -> tuple[str, int]:
    try:
        name, size = header[:100].rstrip(b"\0").decode("ascii"), int(header[124:135], 8)
        if size >= 0 and header == _header(name, size):
            return name, size
    except ValueError:
        pass
    raise ValueError("no pack, or cut off: a plain header of a tar file is expected")

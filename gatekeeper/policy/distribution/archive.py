"""Archives of policies: gzipped tar files as OPA's bundles are, written reproducibly and read with suspicion.

The format is that of https://www.openpolicyagent.org/docs/management-bundles: ``.manifest``, ``.signatures.json``,
modules, and data in files called ``data.json``.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.distribution import tar

MANIFEST = ".manifest"
SIGNATURES = ".signatures.json"
MAX_BYTES = 128 << 20  # unpacked
MAX_FILES = 20_000
_BLOCK = 1 << 20


def write(files: Mapping[str, bytes]) -> bytes:
    """The archive of files by name; the same files give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            archive.addfile(member, io.BytesIO(files[name]))
    return gzip.compress(packed.getvalue(), mtime=0)


def read(data: bytes, shown: str) -> dict[str, bytes]:
    """The files of an archive by name; ``shown`` is what errors call the archive.

    A leading ``/`` or ``./``, which OPA writes, is dropped.

    Raises:
        EngineFailure: it is no such archive, is cut off or too large, or a name is no plain path below its root, stands
            twice, or belongs to a link or device.
    """
    files: dict[str, bytes] = {}
    try:
        for number, member in enumerate(tar.members(_unpack(data, shown)), 1):
            if number > MAX_FILES:
                raise _wrong(shown, f"it holds more than {MAX_FILES} files and folders")
            if member.content is None:
                continue
            name = member.name.removeprefix("/").removeprefix("./")
            if not _is_plain(name):
                raise _wrong(shown, f"{member.name!r:.80} is no plain path")
            if name in files:
                raise _wrong(shown, f"{name!r:.80} stands in it twice")
            files[name] = member.content
    except ValueError as error:
        raise _wrong(shown, f"it cannot be read: {error}") from None
    return files


def _unpack(data: bytes, shown: str) -> bytes:
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            while block := packed.read(_BLOCK):
                unpacked += block
                if len(unpacked) > MAX_BYTES:
                    raise _wrong(shown, f"it holds more than {MAX_BYTES} bytes")
    except (OSError, EOFError, zlib.error) as error:
        raise _wrong(shown, f"it is no gzipped tar file, or cut off: {error}") from None
    return bytes(unpacked)


def _is_plain(name: str) -> bool:
    return bool(name) and name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(name.split("/"))


def _wrong(shown: str, what: str) -> EngineFailure:
    return EngineFailure(
        f"the archive cannot be used: {what}", path=shown, hint="build it with `gatekeeper policy build`"
    )

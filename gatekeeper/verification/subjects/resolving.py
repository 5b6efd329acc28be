"""From what the user names to what is verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.registry.client import Client
from gatekeeper.verification.subjects import files, folders, images, layouts, trees
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.workspace.directory import printable

KINDS = "file:PATH, tree:DIR, dir:DIR, oci-layout:DIR[:TAG|@DIGEST], oci://HOST/NAME:TAG|@DIGEST"
_ONE: dict[str, Callable[[str], Subject]] = {
    "file:": files.resolve,
    "tree:": trees.resolve,
    "oci-layout:": layouts.resolve,
}
_IMAGE = "oci://"
_FOLDER = "dir:"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://")


def resolve(text: str, client: Client | None) -> Subject:
    """The one subject that ``text`` names; a bare path is a file. Without a ``client`` no registry is asked.

    Raises:
        UsageError: it names nothing that is there, a folder without saying how it is meant, or many subjects.
        UnreadableInput, Undecidable: it cannot be read.
        VerificationFailure: it is not what its digest says.
    """
    if text.startswith(_FOLDER):
        raise UsageError(
            f"{printable(text)} names each file in a folder, where one subject is expected",
            hint=f"tree:{printable(text.removeprefix(_FOLDER))} is the folder as a whole",
        )
    if text.startswith(_IMAGE):
        if client is None:
            raise UsageError(f"{printable(text)} is in a registry, which is not asked offline", hint="use oci-layout:")
        return images.resolve(text.removeprefix(_IMAGE), client)
    for prefix, find in _ONE.items():
        if text.startswith(prefix):
            return find(_named(text, prefix))
    if _SCHEME.match(text):
        raise UsageError(f"{printable(text)}: subjects of this kind are not known", hint=f"there are {KINDS}")
    if Path(_named(text, "")).is_dir():
        shown = printable(text)
        raise UsageError(
            f"{shown} is a folder, which can be meant in two ways",
            hint=f"tree:{shown} is the folder as a whole, dir:{shown} each file in it",
        )
    return files.resolve(text)


def resolve_all(text: str, client: Client | None) -> Iterator[Subject]:
    """All subjects that ``text`` names, at least one: of ``dir:`` each file, digested when it is its turn.

    Raises:
        UsageError, UnreadableInput, Undecidable, VerificationFailure: as ``resolve`` does.
    """
    if text.startswith(_FOLDER):
        return folders.resolve(_named(text, _FOLDER))
    return iter((resolve(text, client),))


def _named(text: str, prefix: str) -> str:
    rest = text.removeprefix(prefix)
    if not rest or "\0" in rest:
        raise UsageError(f"{printable(text)!r} names nothing", hint=f"there are {KINDS}")
    return rest

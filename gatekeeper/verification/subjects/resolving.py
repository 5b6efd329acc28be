"""From what the user names to what is verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.errors import UsageError
from gatekeeper.verification.subjects import files
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.naming import FILE, FOLDER, IMAGE, LAYOUT, TREE
from gatekeeper.workspace.names import printable

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client

KINDS = "file:PATH, tree:DIR, dir:DIR, oci-layout:DIR[:TAG|@DIGEST], oci://HOST/NAME:TAG|@DIGEST"
# The modules beside this one, each with a function ``resolve``; whoever verifies a file loads no other.
_ONE = {FILE: "files", TREE: "trees", LAYOUT: "layouts"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://")


def resolve(text: str, client: Client | None) -> Subject:
    """The one subject that ``text`` names; a bare path is a file. Without a ``client`` no registry is asked.

    Raises:
        UsageError: it names nothing that is there, a folder without saying how it is meant, or many subjects.
        UnreadableInput, Undecidable: it cannot be read.
        VerificationFailure: it is not what its digest says.
    """
    if text.startswith(FOLDER):
        raise UsageError(
            f"{printable(text)} names each file in a folder, where one subject is expected",
            hint=f"tree:{printable(text.removeprefix(FOLDER))} is the folder as a whole",
        )
    if text.startswith(IMAGE):
        if client is None:
            raise UsageError(f"{printable(text)} is in a registry, which is not asked offline", hint="use oci-layout:")
        from gatekeeper.verification.subjects import images  # noqa: PLC0415 - see _ONE

        return images.resolve(text.removeprefix(IMAGE), client)
    for prefix, module in _ONE.items():
        if text.startswith(prefix):
            find: Callable[[str], Subject] = import_module(f"gatekeeper.verification.subjects.{module}").resolve
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
    if text.startswith(FOLDER):
        from gatekeeper.verification.subjects import folders  # noqa: PLC0415 - see _ONE

        return folders.resolve(_named(text, FOLDER))
    return iter((resolve(text, client),))


def _named(text: str, prefix: str) -> str:
    rest = text.removeprefix(prefix)
    if not rest or "\0" in rest:
        raise UsageError(f"{printable(text)!r} names nothing", hint=f"there are {KINDS}")
    return rest

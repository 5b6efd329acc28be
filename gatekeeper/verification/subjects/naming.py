"""How subjects are named: the kinds that there are, and where on disk one is."""

from __future__ import annotations

import os
from pathlib import Path

FILE, TREE, FOLDER, LAYOUT, IMAGE = "file:", "tree:", "dir:", "oci-layout:", "oci://"
REGISTRY = "oci"  # for --attestations: those in the subject's registry
_ON_DISK = (FILE, TREE, FOLDER, LAYOUT)


def on_disk(text: str) -> Path | None:
    """Where a subject is on disk; None where it is in a registry."""
    if text.startswith(IMAGE):
        return None
    prefix = next((one for one in _ON_DISK if text.startswith(one)), "")
    path = text.removeprefix(prefix).replace("\0", "")
    if prefix == LAYOUT:
        folder, _, _ = path.rpartition("@") if "@sha256:" in path else path.rpartition(":")
        path = folder if folder and not os.path.isdir(path) else path
    # The name of "." is that of the folder that it is.
    return Path(os.path.abspath(path)) if os.path.basename(path) in ("", ".", "..") else Path(path)

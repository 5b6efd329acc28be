"""go.sum: the hashes of Go modules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect.lockfiles.lines import read_lines
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import JsonObject

_HASH = re.compile(r"h[0-9]+:[A-Za-z0-9+/]+=*")


class GoSumReader:
    """Reads go.sum into one raw fact: its path, and the hashes by ``module version``.

    ``{"path": "go.sum", "modules": {"example.com/m v1.0.0": "h1:..."}, "manifests": {...}}``; ``manifests`` holds the
    hashes of the modules' own go.mod files, which is all that is known of a module whose code is not needed.
    """

    name = "go.sum"
    kind = "_go_sum"
    version = 1
    max_bytes = 16 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``go.sum``."""
        return path.rpartition("/")[2] == "go.sum"

    def read(self, path: str, data: bytes) -> Sequence[JsonObject]:
        """The hashes."""
        modules: dict[str, str] = {}
        manifests: dict[str, str] = {}
        for number, line in enumerate(read_lines(data), 1):
            fields = line.split()
            if not fields:
                continue
            if len(fields) != 3 or not _HASH.fullmatch(fields[2]):
                raise UnreadableInput("a module, a version and a hash are expected", line=number, column=1)
            module, version, digest = fields
            if version.endswith("/go.mod"):
                manifests[f"{module} {version.removesuffix('/go.mod')}"] = digest
            else:
                modules[f"{module} {version}"] = digest
        return ({"path": path, "modules": modules, "manifests": manifests},)

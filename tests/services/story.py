"""A release in a network of its own: ``python -m tests.services.story FOLDER`` signs FOLDER/artifact without keys.

Its bundle and the trusted root are left beside it; the Sigstore that made them is gone when this ends.
"""

from __future__ import annotations

import datetime
import shutil
import sys
from hashlib import sha256
from pathlib import Path

from gatekeeper.attest.identity_tokens import read_token
from gatekeeper.attest.keyless import KeylessSigner
from gatekeeper.formats.statement import Statement, Subject
from tests.services.sigstore import running_stack

PREDICATE_TYPE = "https://example.com/release/v1"


def main(folder: Path) -> None:
    (folder / "stack").mkdir()
    with running_stack(folder / "stack") as stack:
        token = read_token(stack.github_token(ref="refs/tags/v1"), "the story")
        signer = KeylessSigner(
            stack.trust_config.read_bytes(), token, clock=lambda: datetime.datetime.now(datetime.UTC)
        )
        subject = Subject("artifact", {"sha256": sha256((folder / "artifact").read_bytes()).hexdigest()})
        bundle = signer.sign(Statement((subject,), PREDICATE_TYPE, {"reviewed": True}))
        (folder / "artifact.sigstore.json").write_bytes(bundle.encode())
        shutil.copy(stack.trusted_root, folder / "trusted_root.json")
    print(stack.github_issuer)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""``python -m tests.cli.signing.outage FOLDER PROJECT ARTIFACT`` signs, while the services fail one after the other.

Its last line is the steps as JSON: what failed, exit code, number of bundles, stderr. The log is called posix.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
from pathlib import Path

from gatekeeper.attest import logs
from gatekeeper.cli import main as gatekeeper
from gatekeeper.model.json import JsonObject
from tests.services.sigstore import SigstoreStack, running_stack
from tests.workspace.repositories import head


def main(folder: Path, project: Path, artifact: Path) -> None:
    logs.SECONDS = 10.0  # a stopped log is waited for
    folder.mkdir()
    with running_stack(folder) as stack:
        steps = [step("all run", stack, project, artifact)]
        for name, number in (
            ("posix stopped", signal.SIGSTOP),
            ("posix continues", signal.SIGCONT),
            ("timestamp-server killed", signal.SIGKILL),
            ("fulcio killed", signal.SIGKILL),
        ):
            os.kill(process_of(name.split()[0], folder), number)
            steps.append(step(name, stack, project, artifact))
            while number == signal.SIGCONT and "refused (status 499)" in steps[-1]["err"]:
                # It shares the fate of the request that was given up while the log was stopped.
                steps[-1] = step(name, stack, project, artifact)
    print(json.dumps(steps))


def step(name: str, stack: SigstoreStack, project: Path, artifact: Path) -> JsonObject:
    token = stack.folder / "token"
    token.write_text(stack.github_token(commit=head(project)))
    sys.argv = ["gatekeeper", "gate", str(project), "--artifact", str(artifact), "--output", f"json={stack.folder}/out"]
    sys.argv += ["--keyless", "--trust-config", str(stack.trust_config), "--identity-token", str(token)]
    code: object = None
    with contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            gatekeeper()
        except SystemExit as end:
            code = end.code or 0
    return {
        "name": name,
        "code": code,
        "bundles": len(list(artifact.parent.glob("*.sigstore.json"))),
        "err": err.getvalue(),
    }


def process_of(program: str, folder: Path) -> int:
    """The process of a program whose current folder is the stack's."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                name = Path(os.readlink(f"{entry.path}/exe")).name
                if Path(os.readlink(f"{entry.path}/cwd")) == folder and name == program:
                    return int(entry.name)
    raise RuntimeError(f"{program} does not run")


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))

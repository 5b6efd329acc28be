"""No token, password or PIN in what is printed, written, or shown to others on the machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.cli.passwords import VARIABLE
from tests.cli.signing.conftest import Config, bundles_in
from tests.services.hsm import PIN, Token
from tests.services.sigstore import SigstoreStack
from tests.services.stub import stub
from tests.workspace.repositories import head

pytestmark = pytest.mark.services
PROGRAM = Path(sys.executable).with_name("gatekeeper")
PASSWORD = "sentinel-of-a-password-5d1f"
WRONG = "sentinel-of-a-wrong-one-77ab"


@dataclass(frozen=True, slots=True)
class Seen:
    """A run, and what others could see of it: command lines, and environments of the processes that it started."""

    code: int
    printed: bytes
    shown: bytes


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """All that the program can write to besides the artifact's folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def watched(home: Path, secrets: dict[str, str], *arguments: object) -> Seen:
    """Run the program with secrets in its environment, and look at all processes until it ends."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), **secrets}
    for name in ("SOFTHSM2_CONF", "PYKCS11LIB"):
        if name in os.environ:
            environment[name] = os.environ[name]
    command = [str(PROGRAM), *map(str, arguments)]
    shown = set[bytes]()
    with (home / "printed").open("wb") as printed:
        process = subprocess.Popen(command, env=environment, cwd=home, stdout=printed, stderr=subprocess.STDOUT)
        while process.poll() is None:
            shown.update(visible(process.pid))
            time.sleep(0.02)
    # What fails early starts no processes.
    assert process.returncode or any(b"PATH=" in one for one in shown), "no process below it was seen"
    output = (home / "printed").read_bytes()
    (home / "printed").unlink()
    return Seen(process.returncode, output, b"\n".join(shown))


def visible(root: int) -> Iterator[bytes]:
    """Command lines of all processes, and environments of those below ``root``.

    A process that has been forked and runs no program yet is a copy of ``root``, with all that ``root`` was given.
    """
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            # Processes end while they are looked at.
            with contextlib.suppress(OSError):
                yield Path(entry.path, "cmdline").read_bytes()
                parents[int(entry.name)] = int(Path(entry.path, "stat").read_text().rpartition(")")[2].split()[1])
    for process, parent in parents.items():
        above = parent
        while above not in (0, root):
            above = parents.get(above, 0)
        if above == root:
            with contextlib.suppress(OSError):
                # In this order: what has a command line of its own has an environment of its own, too.
                if Path(f"/proc/{process}/cmdline").read_bytes() != Path(f"/proc/{root}/cmdline").read_bytes():
                    yield Path(f"/proc/{process}/environ").read_bytes()


def check(seen: Seen, secret: str, *folders: Path) -> None:
    assert secret.encode() not in seen.printed
    assert secret.encode() not in seen.shown
    written = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in written:
        assert secret.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("debug", [{}, {"GATEKEEPER_DEBUG": "1"}])
def test_an_identity_token(
    home: Path,
    project: Path,
    artifact: Path,
    config: Config,
    sigstore_stack: SigstoreStack,
    debug: dict[str, str],
) -> None:
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", "env:MY_TOKEN", "--trust-config")
    token = sigstore_stack.github_token(commit=head(project))
    signed = watched(home, {"MY_TOKEN": token} | debug, *gate, config())
    assert (signed.code, len(bundles_in(artifact.parent))) == (0, 4), signed.printed
    # An authority that tells the world what it was sent.
    with stub(400, b'{"message": "I got %s"}' % token.encode()) as authority:
        refused = watched(home, {"MY_TOKEN": token} | debug, *gate, config(caUrls=authority.url))
    assert (refused.code, b"I got ***" in refused.printed) == (4, True)
    expired = sigstore_stack.email_token("release@acme.example", lifetime=-1)
    late = watched(home, {"MY_TOKEN": expired} | debug, *gate, config())
    assert (late.code, b"has expired" in late.printed) == (2, True)
    for seen, secret in ((signed, token), (refused, token), (late, expired)):
        check(seen, secret, home, artifact.parent)
        check(seen, secret.rpartition(".")[2], home, artifact.parent)


def test_a_password(home: Path, project: Path, artifact: Path, tmp_path: Path) -> None:
    key, _ = new_key_pair(tmp_path / "release.key", "p256", PASSWORD.encode)
    gate = ("gate", project, "--artifact", artifact, "--key", key)
    signed = watched(home, {VARIABLE: PASSWORD}, *gate)
    assert (signed.code, len(bundles_in(artifact.parent))) == (0, 3), signed.printed
    check(signed, PASSWORD, home, artifact.parent)
    refused = watched(home, {VARIABLE: WRONG}, *gate)
    assert (refused.code, b"the password is wrong" in refused.printed) == (2, True)
    check(refused, WRONG, home, artifact.parent)


def test_a_pin(home: Path, project: Path, artifact: Path, hsm: Token, tmp_path: Path) -> None:
    public = tmp_path / "hsm.pub"
    public.write_bytes(hsm.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    gate = ("gate", project, "--artifact", artifact, "--key", hsm.uri(), "--public-key", public)
    signed = watched(home, {VARIABLE: PIN}, *gate)
    assert (signed.code, len(bundles_in(artifact.parent))) == (0, 3), signed.printed
    # Its four digits stand in any digest: what counts is that the variable reaches nobody.
    check(signed, f"{VARIABLE}={PIN}", home, artifact.parent)
    refused = watched(home, {VARIABLE: WRONG}, *gate)
    assert (refused.code, b"PinIncorrect" in refused.printed or b"cannot sign" in refused.printed) == (2, True)
    check(refused, WRONG, home, artifact.parent)

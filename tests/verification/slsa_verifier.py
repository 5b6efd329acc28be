"""slsa-verifier and gatekeeper, asked the same."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.predicates import NPM_PUBLISH, PROVENANCE_V02, PROVENANCE_V1
from gatekeeper.verification import roots
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.judging import judge
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.loading import parse_trust
from tests.services import tools

SERVICES = Path(tools.__file__).parent
GITHUB = "https://token.actions.githubusercontent.com"
CLOCK = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
# npm's registry signs publish attestations with it; the trusted root's repository says so, which is not asked here.
NPM_KEY_ID = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA"
NPM_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQi"
    "VnkhBktUgg=="
)
_SIGSTORE = "github.com/sigstore/sigstore-go"
# What these build types let a user choose, besides the source.
PARAMETERS = ("inputs", "vars", "configPath", "buildConfig", "builderImage")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether an artifact was built by ``builder`` (its id without a ref) from ``source``, signed by ``workflow``.

    ``source`` is HOST/OWNER/NAME; ``tag`` and ``branch`` are asked for where they are not "". ``package`` is
    NAME@VERSION of a package of npm, else ""; ``github`` says that GitHub's own action attested it.
    """

    artifact: Path
    attestations: Path
    source: str
    builder: str
    workflow: str
    tag: str = ""
    branch: str = ""
    package: str = ""
    github: bool = False


@pytest.fixture(scope="module")
def samples() -> Path:
    return tools.project("slsa-verifier") / "cli" / "slsa-verifier" / "testdata"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("slsa-verifier")
    targets(place / "targets")
    assert program().exists()
    return place


@cache
def program() -> Path:
    """slsa-verifier as it is, but for the client that would fetch the trusted root: a folder holds that instead."""
    pinned, client = SERVICES / "slsa_verifier", SERVICES / "slsa_verifier_offline" / "client.go"
    parts = [*sorted(pinned.iterdir()), client]
    folder = (
        tools.CACHE / f"slsa-verifier-offline-{sha256(b''.join(one.read_bytes() for one in parts)).hexdigest()[:12]}"
    )
    binary = folder / "slsa-verifier"
    if not binary.exists():
        _build(folder, pinned, client, binary)
    return binary


def _build(folder: Path, pinned: Path, client: Path, binary: Path) -> None:
    work = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.copytree(pinned, work)
    listed = ["go", "list", "-m", "-f", "{{.Dir}}", _SIGSTORE]
    original = subprocess.run(listed, cwd=pinned, check=True, capture_output=True, text=True).stdout.strip()
    # Modules are read-only, and so would be the copy.
    shutil.copytree(original, work / "sigstore", copy_function=shutil.copyfile)
    for place in (work / "sigstore", *(work / "sigstore").rglob("*/")):
        place.chmod(0o755)
    shutil.copyfile(client, work / "sigstore" / "pkg" / "tuf" / "client.go")
    with (work / "go.mod").open("a") as module:
        module.write(f"\nreplace {_SIGSTORE} => ./sigstore\n")
    package = tools.PINS["modules"]["slsa-verifier"]["package"]
    folder.mkdir(parents=True, exist_ok=True)
    built = folder / f"building.{os.getpid()}"
    subprocess.run(["nice", "go", "build", "-p", "2", "-o", str(built), package], cwd=work, check=True)
    built.replace(binary)
    shutil.rmtree(work)


def targets(folder: Path) -> Path:
    """What a TUF repository would give: the public trusted root, and npm's key."""
    (folder / "registry.npmjs.org").mkdir(parents=True)
    (folder / "trusted_root.json").write_bytes(roots.public_root())
    key = {"keyId": NPM_KEY_ID, "keyUsage": "npm:attestations", "publicKey": {"rawBytes": NPM_KEY}}
    (folder / "registry.npmjs.org" / "keys.json").write_text(json.dumps({"keys": [key]}))
    return folder


def run(arguments: Sequence[str | Path], folder: Path) -> str:
    """What slsa-verifier says against it; "" where it accepts."""
    environment = {**os.environ, "TUF_TARGETS": str(folder), "SLSA_VERIFIER_EXPERIMENTAL": "1"}
    ran = subprocess.run([program(), *arguments], env=environment, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stderr.strip().splitlines()[-1]


def theirs(question: Question, folder: Path) -> str:
    """What slsa-verifier says against it; "" where it accepts."""
    verb, path = "verify-artifact", "--provenance-path"
    if question.package:
        verb, path = "verify-npm-package", "--attestations-path"
    elif question.github:
        verb, path = "verify-github-attestation", "--attestation-path"
    command: list[str | Path] = [verb, question.artifact, path, question.attestations]
    command += ["--source-uri", question.source, "--builder-id", question.builder]
    if question.package:
        name, _, version = question.package.rpartition("@")
        command += ["--package-name", name, "--package-version", version]
    command += ["--source-tag", question.tag] if question.tag else []
    command += ["--source-branch", question.branch] if question.branch else []
    return run(command, folder)


_NPM = f"""
[[authority]]
name = "npm"
key = "npm.pub"
root = "public"
[[signer]]
name = "npm"
authority = "npm"
[[rule]]
name = "published"
subject = ["**"]
predicate = ["{NPM_PUBLISH}"]
signers = ["npm"]
"""


def ours(question: Question, folder: Path, parameters: Sequence[str] = PARAMETERS) -> str:
    """Why gatekeeper refuses it, by a trust file that says the same; "" where it accepts."""
    ref = f"refs/tags/{question.tag}" if question.tag else f"refs/heads/{question.branch}" if question.branch else ""
    # Builders that are workflows have versions, the runners of npm's own command have none.
    at = "@refs/tags/v*" if ".github/workflows/" in question.builder else ""
    trust = f"""
version = 1
[[authority]]
name = "public"
root = "public"
[[signer]]
name = "workflow"
authority = "public"
issuer = "{GITHUB}"
identity = "{question.workflow}"
[[builder]]
signer = "workflow"
id = "{question.builder}{at}"
level = 3
[[rule]]
name = "built"
subject = ["**"]
predicate = ["{PROVENANCE_V1}", "{PROVENANCE_V02}"]
signers = ["workflow"]
builder = "{question.builder}{at}"
source = "https://{question.source}"
ref = "{ref}"
parameters = {{ {", ".join(f'{name} = "any"' for name in parameters)} }}
"""
    return judged(question.artifact, question.attestations, trust + (_NPM if question.package else ""), folder)


def judged(artifact: Path, attestations: Path, trust: str, folder: Path) -> str:
    """Why gatekeeper refuses an artifact by a trust file; "" where it accepts."""
    pem = f"-----BEGIN PUBLIC KEY-----\n{NPM_KEY}\n-----END PUBLIC KEY-----\n"
    (folder / "npm.pub").write_text(pem)
    data = artifact.read_bytes()
    digests = {name: InMemory(data).digest(name).hex() for name in ("sha256", "sha384", "sha512")}
    subject = Subject(f"file:{artifact}", artifact.name, digests, InMemory(data))
    try:
        found = read(attestations.name, attestations.read_bytes())
    except ValueError as error:
        return f"unreadable: {error}"
    failure = judge(subject, found, parse_trust(trust.encode(), "trust.toml", folder), CLOCK).failure
    return f"{failure.step}: {failure.message}: {failure.found}" if failure else ""

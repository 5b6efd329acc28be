"""What verifying costs: one bundle offline against cosign and the bare libraries, and how it grows.

    .venv/bin/pytest tests/benchmarks/test_verify.py -m benchmark -s

Whole processes, interleaved; medians are printed. One bundle must cost less than LIMIT times the bare libraries, where
the least of the runs counts: noise only adds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats.predicates import PROVENANCE_V1
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.verification.roots import PUBLIC_ROOT_SHA256
from tests.cli.test_verify import as_json
from tests.services.tools import program
from tests.verification.trust.instance import GITHUB, WORKFLOW, Instance
from tests.verification.trust.verdicts import provenance

pytestmark = pytest.mark.benchmark
RUNS = 11
LIMIT = 2.5  # twice is what is wanted; the rest is noise
BUNDLE = "happy-path-v0.3"
IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ROOT = Path(__file__).parents[2] / "gatekeeper" / "verification" / "roots" / "trusted_root.json"
GATEKEEPER = str(Path(sys.executable).parent / "gatekeeper")


def trust_file(folder: Path, root: str, digest: str, identity: str, kind: str) -> Path:
    file = folder / "trust.toml"
    file.write_text(f"""version = 1
[[authority]]
name = "sigstore"
root = "{root}"
sha256 = "{digest}"
sct = "{"required" if root == "public" else "absent"}"
[[signer]]
name = "ci"
authority = "sigstore"
issuer = "{GITHUB}"
identity = "{identity}"
[[rule]]
name = "signed"
subject = ["**"]
predicate = ["{kind}"]
signers = ["ci"]
""")
    return file


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU seconds and wall seconds of a process and its children; it must succeed."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start


def compare(commands: dict[str, Sequence[str]], tmp_path: Path, runs: int = RUNS) -> dict[str, float]:
    """Print what the commands cost; the least CPU seconds of each."""
    # Modules are compiled once, as where the package was installed.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled"), "HOME": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            figure = measure(list(command), environment)
            if run:
                figures[name].append(figure)
    print(f"\n{'':40}{'cpu ms':>10}{'wall ms':>10}")
    for name, rows in figures.items():
        cpu, wall = (statistics.median(column) * 1000 for column in zip(*rows, strict=True))
        print(f"{name:40}{cpu:10.0f}{wall:10.0f}")
    return {name: min(cpu for cpu, _ in rows) for name, rows in figures.items()}


@pytest.mark.corpora
@pytest.mark.services
def test_one_bundle_offline(tmp_path: Path, corpora: Path) -> None:
    data = corpora / "attestations" / "bundle-verify"
    (tmp_path / "dist").mkdir()
    artifact = shutil.copy(data / "a.txt", tmp_path / "dist" / "a.txt")
    bundle = shutil.copy(data / BUNDLE / "bundle.sigstore.json", tmp_path / "dist" / "a.txt.sigstore.json")
    trust = trust_file(tmp_path, "public", PUBLIC_ROOT_SHA256, IDENTITY, "signature")
    cosign = [str(program("cosign")), "verify-blob", "--bundle", str(bundle), "--trusted-root", str(ROOT)]
    bare, ours, theirs = "import cryptography.x509, rfc3161_client", "gatekeeper verify --offline", "cosign verify-blob"
    least = compare(
        {
            bare: [
                sys.executable,
                "-c",
                "import cryptography.x509, rfc3161_client",
            ],
            ours: [
                GATEKEEPER,
                "verify",
                str(artifact),
                "--trust",
                str(trust),
                "--offline",
            ],
            theirs: [
                *cosign,
                "--certificate-identity",
                IDENTITY,
                "--certificate-oidc-issuer",
                GITHUB,
                str(artifact),
            ],
        },
        tmp_path,
    )
    print("times the bare imports: " + ", ".join(f"{name} {least[name] / least[bare]:.2f}" for name in (ours, theirs)))
    assert least[ours] < LIMIT * least[bare]


def test_many_bundles_grow_linearly(tmp_path: Path) -> None:
    """Wall time below CPU time is the second core."""
    instance = Instance()
    (tmp_path / "root.json").write_bytes(instance.root())
    trust = trust_file(
        tmp_path, "root.json", sha256(instance.root()).hexdigest(), f"{WORKFLOW}@refs/tags/*", PROVENANCE_V1
    )
    commands: dict[str, Sequence[str]] = {}
    for number in (125, 250, 500, 1000, 2000):
        folder = tmp_path / str(number)
        folder.mkdir()
        for one in range(number):
            (folder / f"file-{one}").write_bytes(str(one).encode())
            subject = Subject(f"file-{one}", {"sha256": sha256(str(one).encode()).hexdigest()})
            statement = Statement((subject,), PROVENANCE_V1, provenance())
            (folder / f"file-{one}.sigstore.json").write_bytes(as_json(instance, statement))
        commands[f"{number} files, {number} bundles"] = [GATEKEEPER, "verify", f"dir:{folder}", "--trust", str(trust)]
    compare(commands, tmp_path, runs=3)

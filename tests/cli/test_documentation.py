"""The pages for users: their commands, one after the other, do and print what they say.

A paragraph that ends with the name of a file gives its content in the block behind it, or a further part of it where
it says that the file goes on; a digest that is left out (``sha256 = "..."``) is that of the file in the line above.
A block of text behind commands holds lines that they print, in their order. Blocks with a word behind their kind need a
service of that name, and count in the tests that have it. What is indented, not fenced, is not run.
"""

from __future__ import annotations

import datetime
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from gatekeeper.cli.passwords import VARIABLE
from gatekeeper.verification import roots
from tests.cli.conftest import Run
from tests.services import pki
from tests.services.fixtures import sigstore_stack
from tests.services.hsm import LIBRARY, PIN
from tests.services.sigstore import SigstoreStack
from tests.services.tools import debian_package, program
from tests.workspace.repositories import head, new_repository

__all__ = ["sigstore_stack"]

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("conftest.md", "judging.md", "policies.md", "releasing.md", "signing.md", "trust.md", "verifying.md")
PASSWORD = "correct horse battery staple"
PROGRAM = Path(sys.executable).with_name("gatekeeper")
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<service>\w+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`(?P<name>[\w./-]+)`(?P<rest>[^`]*)$")
_CODE = re.compile(r"# exit code (\d)$")
_CONTINUED = re.compile(r"\\\n\s*")
_DIGEST = re.compile(r'(= "(?P<name>[^"\n]+)".*\n\w*sha256 = )"\.\.\."')

Call = Callable[[str], list[str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty, in a home folder that is empty but for it."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "GATEKEEPER_TRUST"):
        monkeypatch.delenv(variable, raising=False)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "nobody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "nobody@example.com")
    return folder


@pytest.fixture
def here(run: Run, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a line of a page, gatekeeper in the test's own process; what it prints."""

    def call(line: str) -> list[str]:
        # As a shell does it, and what is quoted has no tilde in these pages.
        words = [os.path.expanduser(word) for word in shlex.split(line, comments=True)]
        if words[0] != "gatekeeper":
            return _shell(line)
        arguments, output = (words[1:-2], words[-1]) if ">" in words else (words[1:], "")
        monkeypatch.setenv(VARIABLE, PASSWORD)
        ended = run(*arguments)
        assert ended.code == _code(line), (line, ended.out, ended.err)
        if output:
            Path(output).write_text(ended.out, encoding="utf-8")
        return [*ended.out.splitlines(), *ended.err.splitlines()]

    return call


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_followed(page: str, here: Call, project: Path) -> None:
    if page == "trust.md":
        _trusted(project)
    follow(page, project, here, services=())


@pytest.mark.services
def test_signing_can_be_followed_with_a_sigstore(here: Call, project: Path, sigstore_stack: SigstoreStack) -> None:
    shutil.copy(sigstore_stack.trust_config, project.parent / "trust_config.json")
    new_repository(project, {"README": ""})
    (project.parent / "token").write_text(sigstore_stack.github_token(commit=head(project)))
    follow("signing.md", project, here, services=("sigstore",))


@pytest.mark.services
def test_a_sigstore_of_ones_own_can_be_told_to_gatekeeper(
    project: Path, sigstore_stack: SigstoreStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real cosign, the keys of real services, and a PKCS#11 token that begins empty."""
    for name, key in (("fulcio.pem", "ca.pem"), ("time.pem", "tsa.pem"), ("ct.pub", "ct.pub"), ("rekor.pub",) * 2):
        shutil.copy(sigstore_stack.folder / key, project / name)
    folders = [str(Path(program("cosign")).parent), str(PROGRAM.parent), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    monkeypatch.setenv(VARIABLE, PIN)
    _empty_token(project.parent / "tokens", monkeypatch)
    # The token's library sees the tokens of its process's first use: each command is a process.
    follow("private-sigstore.md", project, _shell, services=("cosign", "hsm"))


def follow(page: str, project: Path, call: Call, services: Sequence[str]) -> None:
    """Do what a page says, and see that it says what is printed."""
    text = (DOCS / page).read_text(encoding="utf-8")
    printed: list[str] = []
    needed = {block["service"] for block in _BLOCK.finditer(text) if block["service"]}
    assert set(services) <= needed
    called = 0
    for block in _BLOCK.finditer(text):
        if block["kind"] == "sh":
            if block["service"] in (None, *services):
                lines = _CONTINUED.sub("", block["text"]).splitlines()
                printed = [shown for line in lines for shown in call(line)]
                called += 1
        elif block["kind"] == "text" and block["service"] in (None, *services):
            remaining = iter(printed)
            missing = [wanted for wanted in block["text"].splitlines() if wanted not in remaining]
            assert not missing, "\n".join([*missing, "is not printed, or not there:", *printed])
        elif block["kind"] != "text" and (name := _NAME.search(text[: block.start()].rstrip().rpartition("\n\n")[2])):
            _write(project / name["name"], block["text"], further="goes on" in name["rest"])
    assert called


def _write(file: Path, text: str, *, further: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = _DIGEST.sub(
        lambda left_out: f'{left_out[1]}"{sha256((file.parent / left_out["name"]).read_bytes()).hexdigest()}"', text
    )
    with file.open("a" if further else "w", encoding="utf-8") as writer:
        writer.write(whole)


def _code(line: str) -> int:
    wanted = _CODE.search(line)
    return int(wanted[1]) if wanted else 0


def _shell(line: str) -> list[str]:
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == _code(line), (line, done.stdout, done.stderr)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def _trusted(folder: Path) -> None:
    """What a trust file of one's own names: a Sigstore's root, a key, a certificate authority."""
    (folder / "ours.json").write_bytes(roots.public_root())
    key = pki.new_key()
    pki.write_key(folder.parent / "gate.key", key)
    shutil.copy(folder.parent / "gate.pub", folder)
    start = datetime.datetime.now(datetime.UTC) - pki.HOUR
    authority = pki.certificate_authority("acme", key, start, [ExtendedKeyUsageOID.CODE_SIGNING])
    pki.write_certificates(folder / "ca.pem", authority)


def _empty_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for installed, package in ((LIBRARY, "softhsm2"), (Path("/usr/bin/pkcs11-tool"), "opensc")):
        if not installed.exists():
            debian_package(package)
    (folder / "empty").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'empty'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    monkeypatch.setenv("PYKCS11LIB", str(LIBRARY))
    made = ["softhsm2-util", "--init-token", "--free", "--label", "release", "--so-pin", "12345678", "--pin", PIN]
    subprocess.run(made, check=True, capture_output=True)

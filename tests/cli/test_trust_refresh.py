"""gatekeeper trust refresh, against a TUF repository on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.verification import roots
from tests.cli.conftest import Run
from tests.verification.roots.repository import Repository, served


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "tuf", roots.public_root())
    (tmp_path / "root.json").write_bytes(made.root)
    return made


@pytest.fixture
def url(repository: Repository) -> Iterator[str]:
    with served(repository.folder) as address:
        yield address


def test_what_is_printed_goes_into_a_trust_file(run: Run, url: str, tmp_path: Path) -> None:
    given = ("--repository", url, "--tuf-root", tmp_path / "root.json", "--output", tmp_path / "new.json")
    result = run("trust", "refresh", "--online", *given)
    assert result.code == 0
    assert (tmp_path / "new.json").read_bytes() == roots.public_root()
    assert f'  root = "new.json"\n  sha256 = "{sha256(roots.public_root()).hexdigest()}"\n' in result.out
    entry = "\n".join(line.strip() for line in result.out.splitlines()[1:])
    (tmp_path / "trust.toml").write_text(
        f'version = 1\n[[authority]]\nname = "sigstore"\n{entry}\n[[signer]]\nname = "ci"\nauthority = "sigstore"\n'
        'issuer = "https://issuer.example"\nidentity = "https://example.com/ci"\n'
        '[[rule]]\nname = "signed"\nsubject = ["**"]\npredicate = ["signature"]\nsigners = ["ci"]\n'
    )
    assert run("trust", "check", tmp_path / "trust.toml").code == 0


def test_the_network_is_asked_only_when_told_to(run: Run, url: str, tmp_path: Path) -> None:
    given = ("--repository", url, "--tuf-root", tmp_path / "root.json", "--output", tmp_path / "new.json")
    result = run("trust", "refresh", *given)
    assert (result.code, (tmp_path / "new.json").exists()) == (2, False)
    assert "add --online" in result.err


def test_a_repository_needs_its_root(run: Run, url: str, tmp_path: Path) -> None:
    result = run("trust", "refresh", "--online", "--repository", url, "--output", tmp_path / "new.json")
    assert (result.code, (tmp_path / "new.json").exists()) == (2, False)


def test_what_does_not_hold_leaves_the_old_root_alone(
    run: Run, repository: Repository, url: str, tmp_path: Path
) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps("the old one"))
    repository.target.write_bytes(b"{}")
    given = ("--repository", url, "--tuf-root", tmp_path / "root.json", "--output", old)
    assert run("trust", "refresh", "--online", *given).code == 5
    assert json.loads(old.read_text()) == "the old one"

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.roads.test_packing import release

__all__ = ["release"]


def test_there_and_back(run: Run, release: Path) -> None:
    pack, folder = release / "app.pack", release / "unpacked"
    trust = release / "trust" / "trust.toml"
    packed = run("evidence", "pack", release / "dist" / "app.tar.gz", "--trust", trust, "-o", pack)
    assert packed.code == 0
    assert "3 files of attestations, of 1 subject\n" in packed.err
    unpacked = run("evidence", "unpack", pack, "-o", folder)
    assert unpacked.code == 0
    assert "digests of 1 subject, as they were packed" in unpacked.err
    assert "see that it is the one you expect" in unpacked.err
    command = unpacked.err.strip().splitlines()[-1].removeprefix("gatekeeper ")
    again = run(
        *command.replace("SUBJECT", str(release / "dist" / "app.tar.gz")).split(), "--at", "2026-11-02T00:00:00Z"
    )
    assert again.code == 0, again.err


def test_a_pack_where_attestations_belong_is_to_be_unpacked(run: Run, release: Path) -> None:
    artifact, trust = release / "dist" / "app.tar.gz", release / "trust" / "trust.toml"
    assert run("evidence", "pack", artifact, "--trust", trust, "-o", release / "app.pack").code == 0
    verified = run("verify", artifact, "--trust", trust, "--attestations", release / "app.pack")
    assert (verified.code, "which `gatekeeper evidence unpack` lays out" in verified.err) == (5, True)
    assert "do: unpack it, and name its folder `attestations`" in verified.err
    shown = run("attestation", "show", release / "app.pack")
    assert (shown.code, f"do: gatekeeper evidence unpack {release / 'app.pack'} --output DIR" in shown.err) == (4, True)


def test_what_pypi_calls_provenance_is_found_beside_the_artifact(run: Run, release: Path) -> None:
    for bundle in (release / "dist").glob("*.sigstore.json"):
        if bundle.name.startswith("app.tar.gz.vsa"):
            bundle.rename(bundle.with_name("app.tar.gz.slsa.attestation"))
        else:
            bundle.unlink()
    verified = run("verify", release / "dist" / "app.tar.gz", "--trust", release / "trust" / "trust.toml")
    assert (verified.code, "holds by app.tar.gz.slsa.attestation" in verified.out) == (0, True), verified.err


def test_a_registry_that_is_not_there_is_told_with_what_to_do(run: Run, release: Path) -> None:
    ended = run("verify", f"oci://localhost:1/x@sha256:{'ab' * 32}", "--trust", release / "trust" / "trust.toml")
    assert (ended.code, "do: see that the registry's name is right" in ended.err) == (4, True), ended.err


def test_a_pack_is_not_overwritten(run: Run, release: Path) -> None:
    pack = ("evidence", "pack", release / "dist" / "app.tar.gz", "--trust", release / "trust" / "trust.toml", "-o")
    (release / "app.pack").write_bytes(b"something else")
    ended = run(*pack, release / "app.pack")
    assert (ended.code, "app.pack exists already" in ended.err, "do: " in ended.err) == (2, True, True)
    assert (release / "app.pack").read_bytes() == b"something else"


def test_each_file_of_a_folder_is_a_subject(run: Run, release: Path) -> None:
    for name in ("app.tar.gz", "notes.txt"):
        (release / "files" / name).parent.mkdir(exist_ok=True)
        (release / "files" / name).write_text(name)
    where = (
        "--attestations",
        release / "dist",
        "--trust",
        release / "trust" / "trust.toml",
        "-o",
        release / "app.pack",
    )
    packed = run("evidence", "pack", f"dir:{release / 'files'}", *where)
    assert (packed.code, "of 2 subjects" in packed.err) == (0, True), packed.err


def test_a_pack_is_not_believed(run: Run, release: Path) -> None:
    """Without --trust, what was unpacked counts for nothing."""
    pack = release / "app.pack"
    trust = release / "trust" / "trust.toml"
    assert run("evidence", "pack", release / "dist" / "app.tar.gz", "--trust", trust, "-o", pack).code == 0
    assert run("evidence", "unpack", pack, "-o", release / "new").code == 0
    assert run("verify", release / "dist" / "app.tar.gz", "--attestations", release / "new" / "attestations").code == 2


def test_what_is_no_pack_is_one_message(run: Run, release: Path) -> None:
    ended = run("evidence", "unpack", release / "dist" / "app.tar.gz", "-o", release / "new")
    assert ended.code == 4
    assert "no pack, or cut off" in ended.err
    assert run("evidence", "unpack", release / "none", "-o", release / "new").code == 2

"""Policies on their way: built into an archive, signed, and verified by those who are to obey them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.attest.signers import load_signer
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import SettingsError, UsageError, VerificationFailure
from gatekeeper.formats import jsonable
from gatekeeper.formats.files import read_regular
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.model.settings import PolicySettings, Settings, VerificationKey
from gatekeeper.policy.choosing import find_parser
from gatekeeper.policy.distribution import archive, building, signatures
from gatekeeper.policy.distribution.signatures import TrustedKey
from gatekeeper.policy.loading import load
from gatekeeper.roads.checked import checked
from gatekeeper.settings.files import organisation_layer
from gatekeeper.settings.layers import combine
from gatekeeper.verification.files import check_file
from gatekeeper.workers import Pool
from gatekeeper.workspace.shipped import shipped_policies
from gatekeeper.workspace.writing import write_whole

MAX_ARCHIVE_BYTES = 64 << 20
_SETTINGS = "gatekeeper/settings/data.json"


@dataclass(frozen=True, slots=True)
class Archive:
    """A verified archive: its files by name, its revision, and the id of the key that signed it."""

    files: dict[str, bytes]
    revision: int
    key_id: str


def build(folders: Sequence[Path], output: Path, revision: int, settings: Settings | None) -> int:
    """Write the archive of the folders; the number of its files.

    With ``settings``, the shipped library goes in too, judging by these settings: for an OPA server.

    Raises:
        SettingsError: there is no such folder.
        EngineFailure: the policies cannot be loaded.
    """
    opa = find_parser(PolicySettings(), outside=Path.cwd())
    with Pool() as pool:
        bundle = load(pool, folders, opa=opa)
    library = [shipped_policies() / "rego"] if settings is not None else []
    packages = {module.facts.package for module in bundle.modules if module.foreign or library}
    own = {} if settings is None else {_SETTINGS: jsonable.dumps(settings)}
    roots = packages | ({("gatekeeper",)} if library else set())
    files = building.build([*library, *folders], roots, revision) | own
    write_whole(output, archive.write(files))
    return len(files)


def sign(
    path: Path,
    key: Path,
    password: Callable[[], bytes],
    key_id: str,
    clock: datetime.datetime,
    expires: datetime.datetime | None,
) -> Path:
    """Sign the files inside the archive, as OPA verifies them, and its bytes in a Sigstore bundle beside it.

    Raises:
        UsageError: archive or key cannot be read.
        EngineFailure: it is no archive of policies.
    """
    signer = load_signer(key, password)
    files = archive.read(read_archive(path), path.name)
    try:
        signed = signatures.sign(files, signer.key, key_id, _algorithm(signer.key.public_key()), clock, expires)
    except ValueError as error:
        raise UsageError(f"{path}: cannot be signed: {error}", hint="build it with `gatekeeper policy build`") from None
    data = archive.write(signed)
    beside = bundle_path(path)
    # The archive last: one that carries no signature of its bytes is refused, the other way round one would be lost.
    write_whole(beside, checked(signer).sign_file(data).encode())
    write_whole(path, data)
    return beside


def verify(path: Path, settings: PolicySettings, clock: datetime.datetime) -> Archive:
    """The files of an archive that a trusted key signed: first its bytes, then each file in it, then its revision.

    Raises:
        UsageError: the archive cannot be read, or no key is trusted.
        SettingsError: a key of the settings cannot be read.
        VerificationFailure: it was not signed, or changed, or is too old.
    """
    if not settings.keys:
        raise UsageError("there is no key to verify with", hint="--key FILE, or policy.keys in --settings FILE")
    trusted = [_trusted(key) for key in settings.keys]
    data, beside = read_archive(path), bundle_path(path)
    if not beside.is_file():
        raise VerificationFailure(f"{beside.name} is missing", hint="copy it from where the archive was signed")
    signer = check_file(path.name, data, read_archive(beside), [key for _, key in trusted])
    files = archive.read(data, path.name)
    counting = [key for key, public in trusted if public_keys.hint(public) == public_keys.hint(signer)]
    key = signatures.verify(files, counting, clock)
    revision = signatures.revision(files)
    if revision < settings.minimum_revision:
        raise VerificationFailure(
            f"{path.name}: an old revision",
            expected=f"at least {settings.minimum_revision}",
            found=str(revision),
            hint="get the current archive",
        )
    return Archive(files, revision, key.id)


def organisation_settings(path: Path | None) -> Settings:
    """The settings of the organisation's file, or the defaults.

    Raises:
        SettingsError: the file is missing or malformed.
    """
    return combine([organisation_layer(path)] if path else []).settings


def bundle_path(path: Path) -> Path:
    """Where the Sigstore bundle of an archive lies."""
    return path.with_name(path.name + SUFFIX)


def key_of(file: Path, key_id: str) -> VerificationKey:
    """A public key file as settings would name it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return VerificationKey(
            key_id, str(file), _algorithm(public_keys.load(read_regular(file, public_keys.MAX_BYTES)))
        )
    except OSError as error:
        raise UsageError(
            f"the key {file} cannot be read: {error.strerror}", hint="give the public key, FILE.pub"
        ) from None
    except ValueError as error:
        raise UsageError(f"the key {file}: {error}", hint="give the public key, FILE.pub") from None


def _trusted(key: VerificationKey) -> tuple[TrustedKey, PublicKey]:
    try:
        public = public_keys.load(read_regular(key.file, public_keys.MAX_BYTES))
        day = datetime.date.fromisoformat(key.not_after) if key.not_after else None
    except OSError as error:
        raise SettingsError(
            f"policy.keys: {key.id}: {key.file} cannot be read: {error.strerror}",
            hint="paths are relative to the folder of the settings",
        ) from None
    except ValueError as error:
        raise SettingsError(f"policy.keys: {key.id}: {error}", hint="a public key in PEM, a day YYYY-MM-DD") from None
    if key.algorithm != _algorithm(public):
        raise SettingsError(
            f"policy.keys: {key.id}: the key does not sign with {key.algorithm}", hint=f"{_algorithm(public)} it is"
        )
    end = datetime.datetime.combine(day, datetime.time.max, datetime.UTC) if day else None
    return TrustedKey(key.id, public, key.algorithm, end), public


def _algorithm(key: PublicKey) -> str:
    return "ES256" if hasattr(key, "curve") else "EdDSA"


def read_archive(path: Path) -> bytes:
    """The bytes of an archive, or of what lies beside it.

    Raises:
        UsageError: it cannot be read, is no regular file, or is too large.
    """
    try:
        return read_regular(path, MAX_ARCHIVE_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="name an archive of policies") from None

"""Bundles go to the registry in which the image lies that they are about."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.files import read_named
from gatekeeper.formats.oci import Descriptor
from gatekeeper.formats.sigstore.bundle import MEDIA_TYPE, Bundle
from gatekeeper.formats.sigstore.hashes import HASHLIB_NAMES
from gatekeeper.formats.statement import Statement
from gatekeeper.registry import attaching
from gatekeeper.registry.attaching import NewBundle
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.subjects.naming import IMAGE
from gatekeeper.workspace.names import printable

MAX_BYTES = 64 << 20
MAX_BUNDLES = 100


def reference_of(text: str) -> Reference:
    """The reference in ``oci://HOST/NAME:TAG`` or ``@DIGEST``.

    Raises:
        UsageError: it is none.
    """
    if not text.startswith(IMAGE):
        raise UsageError(f"{printable(text)} names no image", hint=f"{IMAGE}HOST/NAME@sha256:... is expected last")
    return Reference.parse(text.removeprefix(IMAGE))


def push(files: Sequence[Path], reference: Reference, client: Client, created: datetime.datetime) -> list[Descriptor]:
    """Attach the bundles in these files to a manifest, as cosign 3 does; the descriptors of what was written.

    Nothing is written unless all of them are about this very manifest. They are not verified: who reads them does that.

    Raises:
        UsageError: a file cannot be read, is no bundle v0.3, or is about something else.
        Undecidable, VerificationFailure: as ``registry.attaching.attach`` does.
    """
    if len(files) > MAX_BUNDLES:
        raise UsageError(f"more than {MAX_BUNDLES} bundles", hint="attach them in several runs")
    read = [(path, _read(path)) for path in files]
    with client.operation():
        manifest = InMemory(client.pull(reference).data)
        bundles = [_bundle(path, data, manifest) for path, data in read]
        # By the digest: what a tag names may change between two requests.
        exact = Reference(reference.repository, digest=f"sha256:{manifest.digest('sha256').hex()}")
        return attaching.attach(client, exact, bundles, created)


def _bundle(path: Path, data: bytes, manifest: InMemory) -> NewBundle:
    try:
        bundle = Bundle.decode(data)
        if bundle.version != "0.3":
            raise ValueError(f"a bundle of version {bundle.version}, where 0.3 is what registries hold")
        if not isinstance(bundle.content, Envelope):
            algorithm = HASHLIB_NAMES.get(bundle.content.algorithm, "")
            if not algorithm or bundle.content.digest != manifest.digest(algorithm):
                raise _about_another(path, manifest)
            return NewBundle(data, attaching.SIGNATURE)
        statement = Statement.decode(bundle.content.payload)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {error}", hint=f"name Sigstore bundles ({MEDIA_TYPE})") from None
    if manifest.digest("sha256").hex() not in [subject.sha256 for subject in statement.subjects]:
        raise _about_another(path, manifest)
    return NewBundle(data, attaching.ENVELOPE, statement.predicate_type)


def _about_another(path: Path, manifest: InMemory) -> UsageError:
    return UsageError(
        f"{path} is about another artifact than the manifest sha256:{manifest.digest('sha256').hex()}",
        hint="sign the image itself: `gatekeeper gate ... --artifact oci://HOST/NAME@DIGEST`",
    )


def _read(path: Path) -> bytes:
    return read_named("", path, MAX_BYTES, hint="name a file *.sigstore.json")

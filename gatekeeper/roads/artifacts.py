"""What is to be signed: files, and images in registries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats.files import open_regular
from gatekeeper.model.decision import Artifact
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference
from gatekeeper.roads.registries import registry_client
from gatekeeper.verification.subjects.naming import IMAGE
from gatekeeper.workspace.names import printable

_SHOWN_DIGITS = 12


def parse_artifact(text: str) -> Path | Reference:
    """A file, or an image as ``oci://HOST/NAME@DIGEST``.

    Raises:
        UsageError: it is neither, or an image without its digest.
    """
    if not text:
        raise UsageError("an artifact without a name", hint="--artifact FILE")
    if not text.startswith(IMAGE):
        return Path(text)
    reference = Reference.parse(text.removeprefix(IMAGE))
    if not reference.digest:
        raise UsageError(
            f"{printable(text)} may be another image tomorrow", hint="name the image by its digest: @sha256:..."
        )
    return reference


def describe(artifacts: Sequence[Path | Reference], folder: Path | None) -> dict[Path, Artifact]:
    """The artifacts by the files that their bundles are named after; images are asked for in their registries.

    Raises:
        UsageError: a file cannot be read, or there is no ``folder`` for the bundles of an image.
        Undecidable, VerificationFailure: an image is not there, or is not what its digest says.
    """
    images = [one for one in artifacts if isinstance(one, Reference)]
    if images and folder is None:
        raise UsageError(
            "the bundles of an image need a folder",
            hint="--attestations DIR; `gatekeeper attestation push` attaches them to the image from there",
        )
    described = {named_after(one): _file(one) for one in artifacts if isinstance(one, Path)}
    if images:
        with registry_client(os.environ, Path.home()) as client:
            described |= {named_after(one): _image(one, client) for one in images}
    return described


def named_after(artifact: Path | Reference) -> Path:
    """The file that the bundles of an artifact are named after: an image has its name and the start of its digest."""
    if isinstance(artifact, Path):
        return artifact
    name = artifact.repository.name.rpartition("/")[2]
    return Path(f"{name}-{artifact.digest.partition(':')[2][:_SHOWN_DIGITS]}")


def _file(path: Path) -> Artifact:
    try:
        with open_regular(path) as file:
            digest = file_digest(file, "sha256").hexdigest()
            return Artifact(printable(path.name), digest, file.tell())
    except OSError as error:
        raise UsageError(
            f"the artifact {path} cannot be read: {error.strerror}", hint="name a file that was built"
        ) from error


def _image(reference: Reference, client: Client) -> Artifact:
    pulled = client.pull(reference).descriptor
    return Artifact(str(reference.repository), pulled.digest.partition(":")[2], pulled.size)

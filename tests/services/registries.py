"""OCI registries in memory, on loopback: with the referrers API, and without; and images for them."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference, Repository
from tests.services.tools import CACHE

CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
SOURCE = Path(__file__).parent / "registry"


def registry_program() -> Path:
    """The program, built when it is first asked for, and again when its source or its pins have changed."""
    version = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(SOURCE.iterdir()))).hexdigest()[:16]
    binary = CACHE / f"registry-{version}" / "registry"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "registry.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            subprocess.run(["go", "build", "-o", str(binary), "."], cwd=SOURCE, check=True)
    return binary


@contextmanager
def running_registry(*, referrers: bool) -> Iterator[str]:
    """Start a registry; its ``HOST:PORT``."""
    command = [str(registry_program()), f"-referrers={str(referrers).lower()}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def write_image(folder: Path, layer: bytes) -> Descriptor:
    """An OCI image layout with one image of one layer, without a tag."""
    config = b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'
    parts = (Descriptor.of(CONFIG, config), Descriptor.of(LAYER, layer))
    manifest = Manifest(parts[0], parts[1:]).encode()
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for data in (config, layer, manifest):
        (blobs / oci.digest_of(data).removeprefix("sha256:")).write_bytes(data)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    image = Descriptor.of(oci.MANIFEST, manifest)
    (folder / "index.json").write_bytes(oci.extend_index(None, (image,)))
    return image


def push_image(folder: Path, repository: Repository) -> Reference:
    """Put the image of a layout into a registry; its reference by digest."""
    (image,) = Index.decode((folder / "index.json").read_bytes()).manifests
    manifest = (folder / "blobs" / image.digest.replace(":", "/")).read_bytes()
    content = Manifest.decode(manifest)
    with Client() as client:
        for part in (content.config, *content.layers):
            client.push_blob(repository, (folder / "blobs" / part.digest.replace(":", "/")).read_bytes())
        return Reference(repository, digest=client.push_manifest(repository, manifest, oci.MANIFEST, "v1").digest)

"""Which layers of a manifest are attestations, as cosign attaches them to images.

cosign 3: one layer, a Sigstore bundle, in a manifest that names the signed one as its ``subject``. Its elders: a layer
for each signature or attestation, whose annotations hold what a bundle holds, in a manifest under ``sha256-HEX.sig`` or
``.att``, or, as an experiment, in one with a ``subject``.
"""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats.attestations import cosign_layer, reading
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.oci import Descriptor, Manifest

BUNDLE_PREFIX = "application/vnd.dev.sigstore.bundle"
SIGNATURES = "sig"
ATTESTATIONS = "att"
LAYER_TYPES = {
    SIGNATURES: "application/vnd.dev.cosign.simplesigning.v1+json",
    ATTESTATIONS: "application/vnd.dsse.envelope.v1+json",
}
MAX_TOTAL_BYTES = 256 << 20  # of what is attached to one manifest


@dataclass(frozen=True, slots=True)
class Attached:
    """Something attached: ``name`` says where, ``layer`` describes its bytes."""

    name: str
    layer: Descriptor
    data: bytes

    @property
    def is_bundle(self) -> bool:
        """Whether it is a Sigstore bundle, which is a document of its own."""
        return self.layer.media_type.startswith(BUNDLE_PREFIX)

    def read(self) -> list[Attestation]:
        """What it says.

        Raises:
            ValueError: it is malformed.
        """
        if self.is_bundle:
            return reading.read(self.name, self.data)
        return [cosign_layer.read(self.name, self.data, self.layer.annotations)]


def layers(name: str, manifest: Manifest) -> list[tuple[str, Descriptor]]:
    """The layers of a manifest that are attestations, each with its name; ``name`` is the manifest's."""
    if len(manifest.layers) == 1 and manifest.layers[0].media_type.startswith(BUNDLE_PREFIX):
        return [(name, manifest.layers[0])]
    known = LAYER_TYPES.values()
    return [(f"{name}#{number}", one) for number, one in enumerate(manifest.layers) if one.media_type in known]


def fallback_tag(digest: str) -> str:
    """``sha256-HEX``: the tag of an index of what refers to a manifest, where a registry has no referrers API."""
    return digest.replace(":", "-", 1)[:128]

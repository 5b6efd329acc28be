"""SLSA provenance v0.2 (https://slsa.dev/provenance/v0.2)."""

from __future__ import annotations

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.formats.predicates.provenance import Provenance, git_source, source_of
from gatekeeper.model.json import JsonObject


def read(predicate: JsonObject) -> Provenance:
    """What the predicate claims.

    Raises:
        ValueError: the builder or the build type is missing, or a field is of another type.
    """
    claims = Claims(predicate)
    invocation, metadata = claims.inner("invocation"), claims.inner("metadata")
    materials = claims.descriptors("materials")
    configuration = invocation.inner("configSource").descriptor()
    return Provenance(
        builder_id=claims.inner("builder").required("id"),
        build_type=claims.required("buildType"),
        source=source_of(configuration) if configuration.uri else git_source(materials),
        external_parameters=invocation.object("parameters"),
        dependencies=materials,
        # The specification writes ID, npm writes Id.
        invocation_id=metadata.text("buildInvocationId") or metadata.text("buildInvocationID"),
        started=metadata.time("buildStartedOn"),
        finished=metadata.time("buildFinishedOn"),
    )

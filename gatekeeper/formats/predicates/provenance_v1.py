"""SLSA provenance v1 (https://slsa.dev/provenance/v1)."""

from __future__ import annotations

from gatekeeper.formats.predicates.claims import Claims, Descriptor
from gatekeeper.formats.predicates.provenance import Provenance, Source, git_source, source_of, workflow_source
from gatekeeper.model.json import JsonObject


def read(predicate: JsonObject) -> Provenance:
    """What the predicate claims.

    Raises:
        ValueError: the builder or the build type is missing, or a field is of another type.
    """
    claims = Claims(predicate)
    definition, details = claims.inner("buildDefinition"), claims.inner("runDetails")
    metadata = details.inner("metadata")
    dependencies = definition.descriptors("resolvedDependencies")
    return Provenance(
        builder_id=details.inner("builder").required("id"),
        build_type=definition.required("buildType"),
        source=_source(definition.inner("externalParameters"), dependencies),
        external_parameters=definition.object("externalParameters"),
        dependencies=dependencies,
        invocation_id=metadata.text("invocationId"),
        started=metadata.time("startedOn"),
        finished=metadata.time("finishedOn"),
    )


def _source(parameters: Claims, dependencies: tuple[Descriptor, ...]) -> Source:
    """Build types put it in different places: GitHub's into ``workflow``, container-based ones into ``source``."""
    # Parameters belong to the build type: what is of another shape there is no error of the predicate.
    for name, read_source in (("workflow", workflow_source), ("source", _descriptor_source)):
        if isinstance(parameters.raw(name), dict):
            return read_source(parameters.inner(name), dependencies)
    return git_source(dependencies)


def _descriptor_source(source: Claims, _: tuple[Descriptor, ...]) -> Source:
    return source_of(source.descriptor())

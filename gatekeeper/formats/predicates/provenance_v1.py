"""SLSA provenance v1 (https://slsa.dev/provenance/v1)."""

from __future__ import annotations

from collections.abc import Mapping

from gatekeeper.formats.predicates.claims import Claims, Descriptor
from gatekeeper.formats.predicates.provenance import (
    Provenance,
    Source,
    commit_names,
    git_source,
    source_of,
    workflow_source,
)
from gatekeeper.model.json import JsonObject

_WORKFLOW = {"workflow.repository": ("repository",), "workflow.ref": ("ref",)}


def read(predicate: JsonObject) -> Provenance:
    """What the predicate claims.

    Raises:
        ValueError: the builder or the build type is missing, or a field is of another type.
    """
    claims = Claims(predicate)
    definition, details = claims.inner("buildDefinition"), claims.inner("runDetails")
    metadata = details.inner("metadata")
    dependencies = definition.descriptors("resolvedDependencies")
    source, parameters = _source(definition.inner("externalParameters"), dependencies)
    return Provenance(
        builder_id=details.inner("builder").required("id"),
        build_type=definition.required("buildType"),
        source=source,
        external_parameters=definition.object("externalParameters"),
        source_parameters=parameters,
        dependencies=dependencies,
        invocation_id=metadata.text("invocationId"),
        started=metadata.time("startedOn"),
        finished=metadata.time("finishedOn"),
    )


def _source(parameters: Claims, dependencies: tuple[Descriptor, ...]) -> tuple[Source, Mapping[str, tuple[str, ...]]]:
    """Build types put it in different places: GitHub's into ``workflow``, container-based ones into ``source``.

    With it the parameters that it was read from.
    """
    # Parameters belong to the build type: what is of another shape there is no error of the predicate.
    if isinstance(parameters.raw("workflow"), dict):
        return workflow_source(parameters.inner("workflow"), dependencies), _WORKFLOW
    if isinstance(parameters.raw("source"), dict):
        descriptor = parameters.inner("source").descriptor()
        commits = {f"source.digest.{name}": ("commit",) for name in commit_names(descriptor)[:1]}
        return source_of(descriptor), {"source.uri": ("repository", "ref"), **commits}
    return git_source(dependencies), {}

"""What both versions of SLSA provenance say: who built something, from what, and how. All of it is only claimed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.formats.predicates.claims import Claims, Descriptor
from gatekeeper.model.json import JsonObject

# in-toto's names for a commit, the newer first.
_COMMIT = ("gitCommit", "sha1")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a build says that its source came from; what it does not say is "".

    ``repository`` is a URI without the ``git+`` before it and the ref behind it, ``commit`` is hexadecimal.
    """

    repository: str = ""
    ref: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """A build. ``external_parameters`` are what its user chose; times are None where it does not tell them.

    ``source_parameters`` are those of them that name the source and nothing else: paths of keys with dots, and which
    fields of the source were read from each.
    """

    builder_id: str
    build_type: str
    source: Source = Source()
    external_parameters: JsonObject = field(default_factory=dict)
    source_parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dependencies: tuple[Descriptor, ...] = ()
    invocation_id: str = ""
    started: datetime.datetime | None = None
    finished: datetime.datetime | None = None


def source_of(descriptor: Descriptor) -> Source:
    """The source that a descriptor names, as in ``git+https://host/path@ref``."""
    uri = descriptor.uri.removeprefix("git+")
    # An @ before the path is a user's; behind it the first one counts, for refs may hold further ones.
    path = uri.find("/", uri.find("://") + 3) if "://" in uri else 0
    at = uri.find("@", max(path, 0))
    repository, ref = (uri[:at], uri[at + 1 :]) if at >= 0 else (uri, "")
    commit = next((descriptor.digests[name] for name in commit_names(descriptor)), "")
    return Source(repository, ref, commit)


def commit_names(descriptor: Descriptor) -> list[str]:
    """What the digests are called that are a commit; the first one is read."""
    return [name for name in _COMMIT if name in descriptor.digests]


def git_source(dependencies: Sequence[Descriptor]) -> Source:
    """The first dependency that names itself a repository of git; an empty one where there is none."""
    return next((source_of(one) for one in dependencies if one.uri.startswith("git+")), Source())


def workflow_source(workflow: Claims, dependencies: Sequence[Descriptor]) -> Source:
    """The repository and ref of a workflow (GitHub's build types), with the commit of the dependency that is both."""
    repository, ref = workflow.text("repository"), workflow.text("ref")
    for one in dependencies:
        source = source_of(one)
        if (source.repository, source.ref) == (repository, ref):
            return source
    return Source(repository, ref)

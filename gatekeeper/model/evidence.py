"""All evidence of one run: what policies see as ``input``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from gatekeeper.model.api import OpenApiDocument
from gatekeeper.model.change import Change
from gatekeeper.model.code import Sast, Secret
from gatekeeper.model.coverage import Coverage
from gatekeeper.model.infrastructure import (
    ComposeFile,
    Dockerfile,
    HelmTemplate,
    KubernetesObject,
    Terraform,
    Workflow,
)
from gatekeeper.model.packages import Packages, Vulnerabilities
from gatekeeper.model.provenance import Provenance

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field a kind. Every item carries ``at``, its place in the source."""

    terraform: Annotated[Terraform, "Terraform configurations"] = field(default_factory=Terraform)
    kubernetes: Annotated[tuple[KubernetesObject, ...], "Kubernetes objects"] = ()
    helm: Annotated[tuple[HelmTemplate, ...], "Helm templates"] = ()
    dockerfile: Annotated[tuple[Dockerfile, ...], "Dockerfiles"] = ()
    compose: Annotated[tuple[ComposeFile, ...], "Compose files"] = ()
    workflows: Annotated[tuple[Workflow, ...], "GitHub workflows and composite actions"] = ()
    openapi: Annotated[tuple[OpenApiDocument, ...], "OpenAPI documents"] = ()
    packages: Annotated[Packages, "Lockfiles and manifests"] = field(default_factory=Packages)
    vulnerabilities: Annotated[Vulnerabilities, "Known vulnerabilities of locked packages"] = field(
        default_factory=Vulnerabilities
    )
    secrets: Annotated[tuple[Secret, ...], "Secrets in files"] = ()
    sast: Annotated[Sast, "Findings in source code"] = field(default_factory=Sast)
    change: Annotated[Change, "What differs from the base of a change"] = field(default_factory=Change)
    provenance: Annotated[Provenance, "What was verified about a release"] = field(default_factory=Provenance)
    coverage: Annotated[Coverage, "What was looked at and what was not"] = field(default_factory=Coverage)
    version: Annotated[int, "Version of this document's shape"] = SCHEMA_VERSION

"""Evidence from Terraform, Kubernetes, Dockerfiles, Compose files and GitHub workflows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place


@dataclass(frozen=True, slots=True)
class TerraformBlock:
    """A resource, data source, provider or module call with its resolved values."""

    at: Annotated[Place, "The block"]
    module: Annotated[str, "Folder of the module that the block stands in, empty for the tree's root"]
    type: Annotated[str, "Type of the resource or data source, name of the provider, or 'module'"]
    name: Annotated[str, "Label of the block; alias of a provider, empty for the default one"]
    address: Annotated[str, "Address within the module, e.g. aws_db_instance.main"]
    values: Annotated[
        JsonObject,
        "Attributes; nested blocks as lists under their type. What cannot be known is {'$unknown': expression}",
    ]
    count: Annotated[Json, "Number of instances: 1 unless count or for_each say otherwise; may be unknown"] = 1


@dataclass(frozen=True, slots=True)
class Terraform:
    """All Terraform configurations of the tree, values resolved as far as they can be known before a plan."""

    resources: Annotated[tuple[TerraformBlock, ...], "Managed resources"] = ()
    data: Annotated[tuple[TerraformBlock, ...], "Data sources"] = ()
    providers: Annotated[tuple[TerraformBlock, ...], "Provider configurations"] = ()
    modules: Annotated[tuple[TerraformBlock, ...], "Calls of modules"] = ()
    backends: Annotated[tuple[TerraformBlock, ...], "Backend blocks of terraform {}; type is the backend's name"] = ()


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One Kubernetes object; items of a List are objects of their own."""

    at: Annotated[Place, "The object"]
    api_version: Annotated[str, "apiVersion"]
    kind: Annotated[str, "kind"]
    name: Annotated[str, "metadata.name or generateName, empty where there is none"]
    namespace: Annotated[str, "metadata.namespace, empty where there is none"]
    manifest: Annotated[JsonObject, "The whole object, secrets masked"]


@dataclass(frozen=True, slots=True)
class NameValue:
    """One pair of an ENV, ARG or LABEL instruction."""

    at: Annotated[Place, "The pair"]
    name: Annotated[str, "Name"]
    value: Annotated[str | None, "Value, secrets masked; null where an ARG has no default"]


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document of a Dockerfile instruction."""

    name: Annotated[str, "Delimiter"]
    content: Annotated[str, "Text between the delimiters"]


@dataclass(frozen=True, slots=True)
class DockerInstruction:
    """One instruction of a Dockerfile."""

    at: Annotated[Place, "The instruction, from its first to its last line"]
    name: Annotated[str, "Name in capitals, e.g. RUN"]
    value: Annotated[str, "Everything behind name and flags, continuation lines joined"]
    arguments: Annotated[tuple[str, ...], "The elements of the exec form, else the words of the value"] = ()
    exec_form: Annotated[bool, "Whether the arguments were given as a JSON array"] = False
    flags: Annotated[
        dict[str, str], "Flags such as --from, without dashes: 'true' without a value, repeated values a line each"
    ] = field(default_factory=dict)
    pairs: Annotated[tuple[NameValue, ...], "Pairs of ENV, ARG and LABEL"] = ()
    heredocs: Annotated[tuple[Heredoc, ...], "Here-documents"] = ()


@dataclass(frozen=True, slots=True)
class DockerStage:
    """One build stage."""

    at: Annotated[Place, "The FROM instruction"]
    index: Annotated[int, "Ordinal from 0"]
    name: Annotated[str, "Name behind AS, empty where there is none"]
    image: Annotated[Json, "Base image with ARG defaults filled in; {'$unknown': text} where they cannot be"]
    from_stage: Annotated[int | None, "Index of the earlier stage that FROM names, null for an image"]
    instructions: Annotated[tuple[DockerInstruction, ...], "Instructions behind FROM"]
    final: Annotated[bool, "Whether this is the last stage, the one that becomes the image"] = False


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """One Dockerfile or Containerfile."""

    at: Annotated[Place, "The file"]
    arguments: Annotated[tuple[NameValue, ...], "ARGs in front of the first FROM"]
    stages: Annotated[tuple[DockerStage, ...], "Build stages"]


@dataclass(frozen=True, slots=True)
class ComposeService:
    """One service of a Compose file."""

    at: Annotated[Place, "The service"]
    name: Annotated[str, "Name"]
    definition: Annotated[JsonObject, "As written, secrets masked"]


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """One Compose file."""

    at: Annotated[Place, "The file"]
    services: Annotated[tuple[ComposeService, ...], "Services"]


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step of a job."""

    at: Annotated[Place, "The step"]
    name: Annotated[str, "Name or id, else empty"]
    uses: Annotated[str, "Action, empty for a script"]
    run: Annotated[str, "Script, empty for an action"]
    definition: Annotated[JsonObject, "As written, secrets masked"]


@dataclass(frozen=True, slots=True)
class WorkflowJob:
    """One job of a workflow."""

    at: Annotated[Place, "The job"]
    id: Annotated[str, "Key below jobs; 'runs' for a composite action"]
    uses: Annotated[str, "Reusable workflow that the job calls, else empty"]
    steps: Annotated[tuple[WorkflowStep, ...], "Steps"]
    definition: Annotated[JsonObject, "As written but for its steps, secrets masked"]


@dataclass(frozen=True, slots=True)
class Workflow:
    """One GitHub workflow or composite action."""

    at: Annotated[Place, "The file"]
    name: Annotated[str, "Name, else the path"]
    triggers: Annotated[tuple[str, ...], "Events below on"]
    permissions: Annotated[Json, "permissions as written, null where absent"]
    jobs: Annotated[tuple[WorkflowJob, ...], "Jobs"]


@dataclass(frozen=True, slots=True)
class HelmTemplate:
    """A Helm template: recognised, counted, not parsed."""

    at: Annotated[Place, "The file"]

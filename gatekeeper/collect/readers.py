"""The readers, in the order in which they are asked: the first that claims a file reads it."""

from __future__ import annotations

from gatekeeper.collect.base import Reader
from gatekeeper.collect.compose import ComposeReader
from gatekeeper.collect.dockerfile import DockerfileReader
from gatekeeper.collect.helm import HelmReader
from gatekeeper.collect.kubernetes import KubernetesReader
from gatekeeper.collect.lockfiles.go_mod import GoModReader
from gatekeeper.collect.lockfiles.go_sum import GoSumReader
from gatekeeper.collect.lockfiles.package_json import PackageJsonReader
from gatekeeper.collect.lockfiles.package_lock import PackageLockReader
from gatekeeper.collect.lockfiles.pyproject import PyprojectReader
from gatekeeper.collect.lockfiles.requirements import RequirementsReader
from gatekeeper.collect.lockfiles.uv_lock import UvLockReader
from gatekeeper.collect.openapi import OpenApiReader
from gatekeeper.collect.terraform import TerraformReader
from gatekeeper.collect.workflows import WorkflowReader

READERS: tuple[Reader, ...] = (
    TerraformReader(),
    DockerfileReader(),
    WorkflowReader(),
    ComposeReader(),
    HelmReader(),
    OpenApiReader(),
    KubernetesReader(),
    RequirementsReader(),
    UvLockReader(),
    PackageLockReader(),
    GoModReader(),
    GoSumReader(),
    PyprojectReader(),
    PackageJsonReader(),
)

"""What a run is asked for: conftest's flags, and gatekeeper's own."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.model.settings import EngineChoice
from gatekeeper.policy.engines.base import RegoVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One field a flag; the defaults are conftest's."""

    policy: tuple[str, ...] = ("policy",)
    data: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ("main",)
    all_namespaces: bool = False
    parser: str = ""
    combine: bool = False
    ignore: str = ""
    stdin_filename: str = ""
    rego_version: RegoVersion = RegoVersion.V1
    strict: bool = False
    capabilities: str = ""
    show_builtin_errors: bool = False
    trace: bool = False
    fail_on_warn: bool = False
    no_fail: bool = False
    output: str = "stdout"
    quiet: bool = False
    no_color: bool = False
    suppress_exceptions: bool = False
    junit_hide_message: bool = False
    github_hide_passed: bool = False
    engine: EngineChoice = EngineChoice.AUTO
    opa: str = ""
    allow_no_rules: bool = False

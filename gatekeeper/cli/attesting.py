"""Options that say what is signed about an artifact, and what a gate tells of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gatekeeper.cli.options import with_options

if TYPE_CHECKING:
    from gatekeeper.roads.gating import GateResult

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


def attesting_options(function: F) -> F:
    """--attestations, --provenance, --materials, --also."""
    options = (
        click.option(
            "--attestations",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder for signatures; default: the artifact's.",
        ),
        click.option(
            "--provenance",
            type=FILE,
            help="SLSA provenance v1 (predicate, JSON) to sign; default: what the certificate of a keyless signature"
            " says.",
        ),
        click.option("--materials", type=FILE, help="Models, prompts and datasets (TOML) that provenance is to name."),
        click.option(
            "--also",
            type=click.Choice(["test-result", "vulnerabilities"]),
            multiple=True,
            help="Sign this statement too: the results of all rules, or what advisories say; repeatable.",
        ),
    )
    return with_options(function, options)


def signed_lines(result: GateResult, artifacts: list[str]) -> list[str]:
    """What was signed and what was not; ``artifacts`` are the names of what could be."""
    lines = [f"signed: {bundle}" for bundle in result.signed]
    lines += [f"not signed: {what}" for what in result.unsigned]
    lines += [f"withdrawn: {bundle}" for bundle in result.withdrawn]
    if artifacts and not result.signed:
        verdict = result.decision.decision.verdict
        reason = f"the verdict is {verdict}" if verdict.exit_code else "no key was given (--key FILE, or --keyless)"
        lines.append(f"not signed: {', '.join(artifacts)}: {reason}")
    return lines

"""Options of commands that judge a folder in order to learn something, and sign nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gatekeeper.cli.options import (
    engine_option,
    flags_of,
    policies_option,
    scanning_of,
    scanning_options,
    settings_options,
    words,
)
from gatekeeper.cli.terminal import TimeType, now
from gatekeeper.model.finding import Stage

if TYPE_CHECKING:
    from gatekeeper.roads.gating import GateRequest

F = TypeVar("F", bound=Callable[..., Any])


def judging_options(function: F) -> F:
    """--stage, --policies, --engine, --at, and those of settings and scanners."""
    for option in (
        click.option("--at", "clock", type=TimeType(), help="Clock; default: now."),
        click.option("--stage", type=words(Stage), default=Stage.CHANGE.value, show_default=True),
    ):
        function = option(function)
    return policies_option(engine_option(settings_options(scanning_options(function))))


def request_of(
    path: Path,
    *,
    settings: Path | None,
    policies: tuple[Path, ...],
    stage: str,
    clock: datetime.datetime | None,
    **rest: Any,
) -> GateRequest:
    """What the gate is asked, from those options."""
    from gatekeeper.roads.gating import GateRequest

    return GateRequest(
        path=path,
        clock=clock or now(),
        stage=Stage(stage),
        policies=policies,
        organisation=settings,
        flags=flags_of(rest),
        scanning=scanning_of(rest),
    )

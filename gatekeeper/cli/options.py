"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from gatekeeper.errors import UsageError
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice
from gatekeeper.roads.requests import Scanning

F = TypeVar("F", bound=Callable[..., Any])


class FolderType(click.ParamType[Path]):
    """The inspected folder or file. An empty text is no path: it is what an unset variable leaves behind."""

    name = "path"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """A path."""
        if not str(value):
            self.fail("an empty path; write . for the current folder", param, ctx)
        return Path(str(value))


inspected_path = click.argument("path", type=FolderType())


def words(choices: Iterable[StrEnum]) -> click.Choice[str]:
    """One of these words. click would take the names of enumerated values, which are in upper case."""
    return click.Choice([choice.value for choice in choices])


def settings_options(function: F) -> F:
    """--settings, --exclude, --include."""
    options = (
        click.option(
            "--settings", type=click.Path(path_type=Path, dir_okay=False), help="The organisation's settings."
        ),
        click.option(
            "--exclude", metavar="GLOB=REASON", multiple=True, help="Leave paths out, and say why; repeatable."
        ),
        click.option("--include", metavar="GLOB", multiple=True, help="Take paths back that are left out; repeatable."),
    )
    return with_options(function, options)


def scanning_options(function: F) -> F:
    """--advisories, --online, --osv-url."""
    options = (
        click.option("--advisories", type=click.Path(path_type=Path), help="OSV export: a folder or ZIP of records."),
        click.option("--online", is_flag=True, help="Ask OSV about packages over the network."),
        click.option("--osv-url", metavar="URL", default="", help="Another server that speaks OSV's protocol."),
    )
    return with_options(function, options)


def policies_option(function: F) -> F:
    """--policies."""
    option = click.option(
        "--policies",
        type=click.Path(path_type=Path),
        multiple=True,
        help="Folder or archive of more policies in Rego; repeatable.",
    )
    return with_options(function, (option,))


def engine_option(function: F) -> F:
    """--engine."""
    option = click.option(
        "--engine",
        type=words(EngineChoice),
        help="auto: shipped policies embedded, others in OPA if there is one. `gate`: in the stage change only.",
    )
    return with_options(function, (option,))


def flags_of(options: Mapping[str, Any]) -> dict[str, Json]:
    """Settings by dotted key, from --exclude, --include and, where a command has it, --engine.

    Raises:
        UsageError: an exclusion has no reason.
    """
    flags: dict[str, Json] = {}
    for text in options["exclude"]:
        glob, _, reason = text.partition("=")
        if not glob or not reason.strip():
            raise UsageError(f"--exclude {text}: say why", hint="--exclude 'legacy/**=retired in March'")
        flags.setdefault("paths.exclude", []).append({"glob": glob, "reason": reason})
    if options.get("engine"):
        flags["policy.engine"] = options["engine"]
    if options["include"]:
        flags["paths.include"] = list(options["include"])
    return flags


def scanning_of(options: Mapping[str, Any]) -> Scanning:
    """What the analyzers are told.

    Raises:
        UsageError: the advisories do not exist, or a server is named without --online.
    """
    advisories: Path | None = options["advisories"]
    if advisories is not None and not advisories.exists():
        raise UsageError(f"--advisories {advisories}: no such file or folder")
    if options["osv_url"] and not options["online"]:
        raise UsageError("--osv-url names a server, but the network is not used", hint="add --online")
    if options["osv_url"] and not options["osv_url"].startswith(("http://", "https://")):
        raise UsageError(f"--osv-url {options['osv_url']}: only http and https can be asked")
    return Scanning(advisories, options["online"], options["osv_url"])


def with_options(function: F, options: Sequence[Callable[[F], F]]) -> F:
    """A command with these options, in their order."""
    for option in reversed(options):
        function = option(function)
    return function

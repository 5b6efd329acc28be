"""gatekeeper test."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from gatekeeper.cli.as_conftest import ConftestCommand, fail
from gatekeeper.cli.options import words as choice
from gatekeeper.cli.terminal import write_out
from gatekeeper.errors import EngineFailure, GatekeeperError, UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice
from gatekeeper.report.printable import printable

if TYPE_CHECKING:
    from gatekeeper.conftest.options import Options
    from gatekeeper.conftest.running import Run

_OUTPUTS = "stdout, json, tap, table, junit, github, azuredevops"
_LISTS = ("policy", "data", "namespace")
_UNDECIDED = 4


@click.command("test", cls=ConftestCommand)
@click.argument("files", nargs=-1, metavar="FILES...")
@click.option("--policy", "-p", multiple=True, help="File or folder of policies; repeatable; default: policy.")
@click.option("--data", "-d", multiple=True, help="File or folder of data for policies; repeatable.")
@click.option("--namespace", "-n", multiple=True, help="Package to test by, or glob; repeatable; default: main.")
@click.option("--all-namespaces", is_flag=True, default=None, help="Test by all packages.")
@click.option("--parser", help="Format of all files; default: as their names say.")
@click.option("--combine", is_flag=True, default=None, help="Test all files as one document.")
@click.option("--ignore", help="Regular expression: paths to leave out.")
@click.option("--stdin-filename", help="Name in outputs for what comes from stdin.")
@click.option("--rego-version", help="v0 or v1; default: v1.")
@click.option("--strict", is_flag=True, default=None, help="Compile policies strictly.")
@click.option("--capabilities", help="JSON file of what policies may use of OPA.")
@click.option("--show-builtin-errors", is_flag=True, default=None, help="An error of a function fails the run.")
@click.option("--trace", is_flag=True, default=None, help="Tell on stderr how policies are evaluated.")
@click.option("--fail-on-warn", is_flag=True, default=None, help="Exit 1 on warnings, 2 on failures.")
@click.option("--no-fail", is_flag=True, default=None, help="Exit 0 even on failures.")
@click.option("--output", "-o", help=f"{_OUTPUTS}.")
@click.option("--quiet", is_flag=True, default=None, help="Print nothing where all is well.")
@click.option("--no-color", is_flag=True, default=None, help="No colours.")
@click.option("--suppress-exceptions", is_flag=True, default=None, help="Leave exceptions out of stdout.")
@click.option("--junit-hide-message", is_flag=True, default=None, help="No messages in names of JUnit tests.")
@click.option("--github-hide-passed", is_flag=True, default=None, help="Leave files that passed out of github.")
@click.option("--config-file", "-c", help="Configuration; default: conftest.toml, .yaml or .json.")
@click.option("--engine", type=choice(EngineChoice), help="Default: OPA if there is one, else embedded.")
@click.option("--opa", help="Path of the OPA program; default: the one on PATH.")
@click.option("--allow-no-rules", is_flag=True, default=None, help="Pass where no rule was evaluated.")
def command(files: tuple[str, ...], **given: Json) -> None:
    """Test configuration files by Rego policies, as conftest does.

    Exit codes: 0 passed, 1 failures or an error (--fail-on-warn: 1 warnings, 2 failures), 4 no rule was evaluated,
    or OPA is needed and missing.
    """
    from gatekeeper.conftest.configuration import resolve, words
    from gatekeeper.conftest.engines.embedded import NeedsOpa
    from gatekeeper.conftest.running import run
    from gatekeeper.workers import Pool

    flags = {name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())}
    try:
        for name in _LISTS:
            if name in flags:
                flags[name] = [word for text in flags[name] for word in words(text)]
        if not files:
            raise UnreadableInput("missing required arguments", hint="name files or folders: gatekeeper test FILES...")
        with Pool() as pool:
            options = resolve(pool, flags, os.environ, Path.cwd())
            if options.output == "sarif":
                raise UnreadableInput(
                    "there is no output sarif here", hint=f"one of {_OUTPUTS}; `gatekeeper gate` has it"
                )
            found = run(pool, files, options)
    except NeedsOpa as error:
        fail(error, _UNDECIDED)
    except GatekeeperError as error:
        fail(error)
    if not found.evaluated and not options.allow_no_rules:
        nothing = EngineFailure(
            f"no rule was evaluated: nothing in {', '.join(options.policy)} is a deny, violation or warn "
            f"{'of any package' if options.all_namespaces else 'of the package ' + ' or '.join(options.namespace)}, "
            "or there was no document",
            hint="name the packages of your rules with --namespace, or take all with --all-namespaces; "
            "conftest passes here, and so does --allow-no-rules",
        )
        fail(nothing, _UNDECIDED)
    _tell(found, options)


def _tell(found: Run, options: Options) -> NoReturn:
    from gatekeeper.conftest.outputs.formats import OUTPUTS
    from gatekeeper.conftest.outputs.standard import OUTPUT as STANDARD
    from gatekeeper.conftest.outputs.standard import render_traces
    from gatekeeper.conftest.results import exit_code

    code = exit_code(found.results, fail_on_warn=options.fail_on_warn)
    if options.quiet and not code:
        sys.exit(0)
    output = next((output for output in OUTPUTS if output.name == options.output), STANDARD)
    if output.name != options.output:
        click.echo(f"there is no output {printable(options.output)} but {_OUTPUTS}: this is stdout", err=True)
    if options.trace:
        click.echo(render_traces(found, options), err=True, nl=False, color=True)
    write_out(output.render(found, options))
    sys.exit(0 if options.no_fail else code)

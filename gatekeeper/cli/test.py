"""gatekeeper test."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

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
_SHORT = re.compile(r"-[pndoc]=")
_VALUED = re.compile(r"--([a-z-]+)=(.*)", re.DOTALL)
_LISTS = ("policy", "data", "namespace")
_UNDECIDED = 4


class ConftestCommand(click.Command):
    """A command that takes flags, and fails, as conftest does: an error is told on stderr, and the exit code 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Also takes ``--flag=false`` and ``-p=policy``."""
        from gatekeeper.conftest.configuration import boolean

        options = [param for param in self.params if isinstance(param, click.Option) and param.is_flag]
        flags = {option.removeprefix("--") for param in options for option in param.opts}
        given: list[str] = []
        off: list[str] = []
        end = args.index("--") if "--" in args else len(args)
        try:
            for argument in args[:end]:
                valued = _VALUED.fullmatch(argument)
                if valued is None or valued[1] not in flags:
                    given.append(argument[:2] + argument[3:] if _SHORT.match(argument) else argument)
                elif boolean(valued[2]):
                    given.append(f"--{valued[1]}")
                else:
                    off.append(valued[1])
            rest = super().parse_args(ctx, [*given, *args[end:]])
        except click.UsageError as error:
            _fail(GatekeeperError(error.format_message(), hint=f"`{ctx.command_path} --help` tells what there is"))
        except ValueError as error:
            _fail(GatekeeperError(f"invalid argument: {error}", hint="write true or false"))
        ctx.params |= {name.replace("-", "_"): False for name in off}
        return rest


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
        _fail(error, _UNDECIDED)
    except GatekeeperError as error:
        _fail(error)
    if not found.evaluated and not options.allow_no_rules:
        nothing = EngineFailure(
            f"no rule was evaluated: nothing in {', '.join(options.policy)} is a deny, violation or warn "
            f"{'of any package' if options.all_namespaces else 'of the package ' + ' or '.join(options.namespace)}, "
            "or there was no document",
            hint="name the packages of your rules with --namespace, or take all with --all-namespaces; "
            "conftest passes here, and so does --allow-no-rules",
        )
        _fail(nothing, _UNDECIDED)
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


def _fail(error: GatekeeperError, code: int = 1) -> NoReturn:
    place = ""
    if isinstance(error, UnreadableInput | EngineFailure) and error.path and not error.message.startswith(error.path):
        place = ":".join(str(part) for part in (error.path, error.line, error.column) if part) + ": "
    lines = "\n".join(printable(line) for line in f"{place}{error.message}".split("\n"))
    click.echo(f"Error: {lines}" + (f"\n    do: {printable(error.hint)}" if error.hint else ""), err=True)
    sys.exit(code)

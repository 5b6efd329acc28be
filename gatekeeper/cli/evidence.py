"""gatekeeper evidence."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.errors import UsageError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("evidence")
def command() -> None:
    """Carry what a verification needs to where there is no network."""


@command.command("pack", cls=OneOfEach, short_help="Put all that a verification needs into one file.")
@click.argument("subjects", metavar="SUBJECT...", nargs=-1, required=True)
@click.option(
    "--attestations", default="", metavar="FILE|DIR|oci", help="Their file or folder; default: where each SUBJECT is."
)
@click.option("--trust", type=FILE, help="Trust file; default: that of the environment, the user or the organisation.")
@click.option("--output", "-o", type=FILE, required=True, help="Where to write the pack.")
def pack(subjects: tuple[str, ...], attestations: str, trust: Path | None, output: Path) -> None:
    """Put the attestations of SUBJECTs, the trust file with its keys and roots, and the digests into one file."""
    from gatekeeper.report.printable import counted, printable
    from gatekeeper.roads.packing import PackRequest
    from gatekeeper.roads.packing import pack as make
    from gatekeeper.workspace.writing import write_whole

    if output.is_file():
        raise UsageError(f"{output} exists already", hint="packs are never overwritten: choose another --output")
    packed = make(PackRequest(subjects, trust, attestations))
    write_whole(output, packed.data)
    for note in packed.notes:
        click.echo(printable(f"note: {note}"), err=True)
    files, number = len(packed.contents.attestations), len(packed.contents.subjects)
    click.echo(
        printable(f"{output}: {counted(files, 'file')} of attestations, of {counted(number, 'subject')}"), err=True
    )


@command.command("unpack", cls=OneOfEach, short_help="Lay out what is in a pack; nothing is believed.")
@click.argument("file", type=FILE)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new folder for it."
)
def unpack(file: Path, output: Path) -> None:
    """Lay out what is in a pack. Nothing of it is believed: `gatekeeper verify --trust` does that, when you say so."""
    from hashlib import sha256

    from gatekeeper.formats.pack import TRUST
    from gatekeeper.report.printable import counted, printable
    from gatekeeper.roads.packing import unpack as lay_out

    if not file.exists():
        hint = "name the file that `gatekeeper evidence pack` wrote"
        raise UsageError(f"{printable(str(file))}: there is no such file", hint=hint)
    contents, notes = lay_out(file, output)
    for note in notes:
        click.echo(printable(f"note: {note}"), err=True)
    digest = sha256(contents.trust[TRUST]).hexdigest()
    lines = [
        f"{output / 'subjects.txt'}: digests of {counted(len(contents.subjects), 'subject')}, as they were packed",
        f"{output / 'attestations'}: {counted(len(contents.attestations), 'file')}",
        f"{output / 'trust' / TRUST}: a trust file with sha256 {digest}: see that it is the one you expect, then",
        f"gatekeeper verify SUBJECT --trust {output / 'trust' / TRUST} --attestations {output / 'attestations'}",
    ]
    click.echo("\n".join(map(printable, lines)), err=True)

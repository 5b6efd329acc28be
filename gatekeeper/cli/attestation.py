"""gatekeeper attestation."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import now, write_out

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("attestation")
def command() -> None:
    """Look at attestations, and attach them to images."""


@command.command("show", cls=OneOfEach, short_help="Print what attestations claim; nothing is verified.")
@click.argument("file", type=FILE)
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(file: Path, output: str) -> None:
    """Print what the attestations in FILE claim, in whatever format. Nothing is verified: `gatekeeper verify` does."""
    from gatekeeper.report.attestation import as_json, as_text
    from gatekeeper.roads.showing import show as read_file

    attestations = read_file(file)
    write_out((as_json if output == "json" else as_text)(file.name, attestations))


@command.command("push", cls=OneOfEach, short_help="Attach bundles to the image that they are about.")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.argument("image", metavar="oci://HOST/NAME@DIGEST")
def push(files: tuple[Path, ...], image: str) -> None:
    """Attach the Sigstore bundles in FILEs to the image that they are about, where cosign and gatekeeper find them.

    Credentials are those of `docker login`.
    """
    from gatekeeper.report.printable import printable
    from gatekeeper.roads.attaching import push as attach
    from gatekeeper.roads.attaching import reference_of
    from gatekeeper.roads.registries import registry_client

    reference = reference_of(image)
    with registry_client(os.environ, Path.home()) as client:
        for file, descriptor in zip(files, attach(files, reference, client, now()), strict=True):
            click.echo(printable(f"attached: {file}: {reference.repository}@{descriptor.digest}"), err=True)

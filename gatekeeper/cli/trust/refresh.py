"""gatekeeper trust refresh."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import write_out
from gatekeeper.errors import UsageError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("refresh", cls=OneOfEach)
@click.option("--online", is_flag=True, help="Ask the TUF repository over the network.")
@click.option("--repository", metavar="URL", help="Another Sigstore's TUF repository; default: the public one's.")
@click.option("--tuf-root", type=FILE, help="With --repository: the root metadata that it is believed by.")
@click.option("--output", "-o", type=FILE, required=True, help="Where to write the trusted root.")
def command(online: bool, repository: str | None, tuf_root: Path | None, output: Path) -> None:
    """Fetch a Sigstore's trusted root as it is today, verified by TUF, for `root` and `sha256` of a trust file."""
    from gatekeeper.report.trust import root_as_text
    from gatekeeper.roads.refreshing import refresh as fetch
    from gatekeeper.workspace.writing import write_whole

    if not online:
        raise UsageError(
            "the trusted root is fetched over the network", hint="add --online, or copy the file from where it is known"
        )
    root = fetch(repository, tuf_root)
    write_whole(output, root.data)
    write_out(root_as_text(output.name, root.sha256, root.age))

"""Options that say who signs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gatekeeper.cli.options import with_options
from gatekeeper.cli.passwords import VARIABLE, key_password
from gatekeeper.cli.terminal import now
from gatekeeper.errors import UsageError

if TYPE_CHECKING:
    from gatekeeper.roads.checked import CheckedSigner

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


def signer_options(function: F) -> F:
    """--key, --public-key, --keyless, --trust-config, --identity-token."""
    options = (
        click.option(
            "--key",
            metavar="FILE|URI",
            help=f"Private key: a file (PEM), or hsm:, hv:, awskms:, gcpkms:, azurekms:; password or PIN: {VARIABLE}"
            " or a prompt.",
        ),
        click.option(
            "--public-key", type=FILE, help="Public key (PEM): of a key behind a URI, or in a file of P-384 or RSA."
        ),
        click.option("--keyless", is_flag=True, help="Sign as who an identity token names, by a Sigstore."),
        click.option(
            "--trust-config",
            metavar="FILE|public",
            help="The Sigstore: its client trust configuration. With a key: for log entry and timestamp.",
        ),
        click.option(
            "--identity-token",
            metavar="FILE|env:NAME",
            help="Token to sign with; default: that of the job in GitHub or GitLab.",
        ),
    )
    return with_options(function, options)


def signer_of(options: Mapping[str, Any]) -> Callable[[], CheckedSigner] | None:
    """Who opens the signer that these options name; None where nobody is to sign.

    Raises:
        UsageError: the options do not go together.
    """
    key, keyless = options["key"], options["keyless"]
    for name, needed in (("public_key", "key"), ("identity_token", "keyless"), ("trust_config", "")):
        given = options[name]
        if given is not None and not str(given):
            # What an unset variable leaves behind.
            raise UsageError(f"--{name.replace('_', '-')} names nothing")
        if given is not None and not (options[needed] if needed else key or keyless):
            raise UsageError(
                f"--{name.replace('_', '-')} says how to sign, but nothing is signed so",
                hint=f"add --{needed}" if needed else "add --keyless, or --key FILE",
            )
    if key == "":
        raise UsageError("--key names nothing", hint="--key FILE")
    if key and keyless:
        raise UsageError("--key and --keyless: it is signed with one of them")
    if not key and not keyless:
        return None
    if keyless and not options["trust_config"]:
        raise UsageError("--keyless: which Sigstore?", hint="--trust-config FILE, or --trust-config public")
    return lambda: _open(options)


def _open(options: Mapping[str, Any]) -> CheckedSigner:
    from gatekeeper.roads.signing import PUBLIC, PUBLIC_NOTICE, SigningRequest, open_signer

    signer = open_signer(
        SigningRequest(
            clock=now,
            secret=cache(key_password),
            environment=os.environ,
            key=options["key"] or "",
            public_key=options["public_key"],
            keyless=options["keyless"],
            trust_config=options["trust_config"] or "",
            identity_token=options["identity_token"] or "",
        )
    )
    if options["trust_config"] == PUBLIC:
        click.echo(f"note: {PUBLIC_NOTICE}", err=True)
    return signer

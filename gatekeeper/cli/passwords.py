"""Passwords and PINs of keys: from the environment or from a prompt, never from an argument."""

from __future__ import annotations

import os
import sys

import click

from gatekeeper.errors import UsageError

VARIABLE = "GATEKEEPER_KEY_PASSWORD"
MAX_BYTES = 1023  # the most that OpenSSL takes


def key_password() -> bytes:
    """The password of an existing key.

    Raises:
        UsageError: there is nobody to ask.
    """
    return _password(confirm=False)


def new_key_password() -> bytes:
    """The password of a new key, asked for twice.

    Raises:
        UsageError: there is nobody to ask, or it is empty.
    """
    return _password(confirm=True)


def _password(confirm: bool) -> bytes:
    if VARIABLE in os.environ:
        password = os.environ[VARIABLE]
    elif sys.stdin.isatty():
        password = click.prompt("Password or PIN of the key", hide_input=True, confirmation_prompt=confirm, err=True)
    else:
        raise UsageError("the key needs a password and there is no terminal to ask at", hint=f"set {VARIABLE}")
    encoded = os.fsencode(password)
    if not 0 < len(encoded) <= MAX_BYTES:
        raise UsageError(f"the password of a key has 1 to {MAX_BYTES} bytes")
    return encoded

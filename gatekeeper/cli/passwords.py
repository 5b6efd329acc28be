"""Passwords of keys: from the environment or from a prompt, never from an argument."""

from __future__ import annotations

import os
import sys

import click

from gatekeeper.errors import UsageError

VARIABLE = "GATEKEEPER_KEY_PASSWORD"


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
        password = click.prompt("Password of the key", hide_input=True, confirmation_prompt=confirm, err=True)
    else:
        raise UsageError("the key needs a password and there is no terminal to ask at", hint=f"set {VARIABLE}")
    if not password:
        raise UsageError("the password of a key must not be empty")
    return str(password).encode()

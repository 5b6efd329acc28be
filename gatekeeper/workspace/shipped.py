"""Where the policies that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.errors import EngineFailure

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_policies() -> Path:
    """The folder with ``rego/``, ``semgrep/`` and ``schemas/``: inside an installed package, beside it in a checkout.

    Raises:
        EngineFailure: the installation is incomplete.
    """
    for folder in (_PACKAGE / "_policies", _PACKAGE.parent / "policies"):
        if (folder / "rego").is_dir():
            return folder
    raise EngineFailure("the policies that belong to gatekeeper are missing", hint="install gatekeeper-ci anew")

"""Dockerfiles: the grammar of BuildKit's frontend (docs.docker.com/reference/dockerfile), with places.

``parse`` reads a whole file, ``first_word`` only looks at its beginning, ``expansion`` fills in variables.
"""

from __future__ import annotations

from gatekeeper.syntax.dockerfile.instructions import Heredoc, Instruction, Pair
from gatekeeper.syntax.dockerfile.lines import first_word
from gatekeeper.syntax.dockerfile.parser import Parsed, parse

__all__ = ["Heredoc", "Instruction", "Pair", "Parsed", "first_word", "parse"]

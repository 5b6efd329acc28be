"""What ``gatekeeper policy check`` found, for programs."""

from __future__ import annotations

import orjson

from gatekeeper.model.checking import CheckResult

VERSION = 1


def as_json(result: CheckResult) -> str:
    """One document: problems, modules with what keeps them to one engine, references that could not be followed."""
    document = {
        "version": VERSION,
        "problems": result.problems,
        "modules": [
            {
                "path": module.path,
                "package": module.package,
                "engine_neutral": module.neutral,
                "differences": module.differences,
            }
            for module in result.modules
        ],
        "test_files": result.tests,
        "fields_compared": result.evidence,
        "not_followed": result.unfollowed,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

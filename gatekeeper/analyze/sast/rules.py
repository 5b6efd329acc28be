"""What our rules say about themselves; the scanner prefixes their ids with the path of its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from gatekeeper.errors import WorkerFailure
from gatekeeper.model.json import Json


@dataclass(frozen=True, slots=True)
class SastRule:
    """The metadata of one rule."""

    id: str
    category: str
    remediation: str
    severity: str
    cwe: tuple[str, ...]


class SastRules:
    """All rules of a folder of YAML files."""

    def __init__(self, folder: Path) -> None:
        """Read them.

        Raises:
            WorkerFailure: there is none, a file is no YAML, or a rule lacks its metadata.
        """
        self._rules: dict[str, SastRule] = {}
        for file in sorted(folder.rglob("*.yaml")):
            try:
                for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]:
                    self._rules[rule["id"]] = _rule(rule)
            except (yaml.YAMLError, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
                raise WorkerFailure(f"the rule file {file.name} is wrong: {error!r:.200}") from error
        if not self._rules:
            raise WorkerFailure("there are no rules for the SAST scanner", hint="reinstall gatekeeper")

    def __len__(self) -> int:
        return len(self._rules)

    def of(self, check_id: str) -> SastRule:
        """The rule that a ``check_id`` means: its id, or a dotted path in front of it.

        Raises:
            WorkerFailure: it is none of these rules.
        """
        parts = check_id.split(".")
        for start in range(len(parts)):
            if rule := self._rules.get(".".join(parts[start:])):
                return rule
        raise WorkerFailure(f"the scanner reports an unknown rule {check_id!r:.100}")


def _rule(rule: Json) -> SastRule:
    metadata = rule["metadata"]
    return SastRule(
        rule["id"], metadata["category"], metadata["remediation"], metadata["severity"], tuple(metadata["cwe"])
    )

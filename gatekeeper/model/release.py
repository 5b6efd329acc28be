"""What policies of the stage ``release`` say about what was verified, as people and programs are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ReleaseFinding:
    """What a policy says against what was verified; ``effect`` is fail, warn, none or error."""

    rule: Annotated[str, "Id of the rule"]
    severity: Annotated[str, "How bad it is"]
    effect: Annotated[str, "fail, warn, none or error"]
    subject: Annotated[str, "What it is about"]
    message: Annotated[str, "What is wrong"]
    remediation: Annotated[str, "What to do"] = ""
    note: Annotated[str, "Why its effect is not what its rule says"] = ""


@dataclass(frozen=True, slots=True)
class ReleaseVerdict:
    """What policies of the stage ``release`` say. ``policies`` is ``sha256:hex`` over those that ran, "" for none."""

    verdict: Annotated[str, "PASS, WARN, FAIL or ERROR"]
    exit_code: Annotated[int, "Exit code that belongs to the verdict"]
    findings: Annotated[tuple[ReleaseFinding, ...], "What rules say against it"] = ()
    failures: Annotated[tuple[str, ...], "What kept rules from being judged"] = ()
    notes: Annotated[tuple[str, ...], "What else there is to know"] = ()
    rules: Annotated[tuple[str, ...], "Ids of the rules that ran"] = ()
    policies: Annotated[str, "sha256:hex over the policies that ran; empty: none"] = ""

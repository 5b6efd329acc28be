"""What policies of the stage ``release`` say about what was verified, as people and programs are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseFinding:
    """What a policy says against what was verified; ``effect`` is fail, warn, none or error."""

    rule: str
    severity: str
    effect: str
    subject: str
    message: str
    remediation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseVerdict:
    """What policies of the stage ``release`` say. ``policies`` is ``sha256:hex`` over those that ran, "" for none."""

    verdict: str
    exit_code: int
    findings: tuple[ReleaseFinding, ...] = ()
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    policies: str = ""

"""The rules for people: what ``gatekeeper explain`` tells."""

from __future__ import annotations

import difflib

from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Rule
from gatekeeper.policy.bundle import Bundle


def find(bundle: Bundle, identifier: str) -> Rule:
    """The rule of that id, upper or lower case.

    Raises:
        UsageError: there is none; the hint names the nearest.
    """
    known = {rule.id.lower(): rule for rule in bundle.rules}
    if rule := known.get(identifier.lower()):
        return rule
    near = difflib.get_close_matches(identifier.lower(), known, 1)
    hint = f"did you mean {known[near[0]].id}?" if near else "`gatekeeper rules` lists all of them"
    raise UsageError(f"there is no rule {identifier!r:.80}", hint=hint)

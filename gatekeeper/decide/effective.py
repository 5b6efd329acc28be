"""From when until when a rule counts."""

from __future__ import annotations

import datetime
import re

from gatekeeper.model.finding import Rule

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def day(text: str) -> datetime.date | None:
    """The day YYYY-MM-DD, None where the text is none."""
    if not _DATE.match(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def effective_on(rule: Rule, today: datetime.date) -> datetime.date | None:
    """The day from which the rule's findings count fully, None where they do already."""
    first = day(rule.effective_on)
    return first if first is not None and today < first else None


def ended(rule: Rule, today: datetime.date) -> bool:
    """Whether the last day of the rule is over."""
    last = day(rule.until)
    return last is not None and today > last

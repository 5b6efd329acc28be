"""Whether a text looks drawn by lot, as keys are, or made of words."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]")


def is_random(value: str, least: int) -> bool:
    """Whether it looks drawn from an alphabet: long enough, and its letters and digits alternate as in no word."""
    return (
        len(value) >= least
        and sum(character.isalpha() for character in value) >= 3
        and is_mixed(value)
        and entropy(value) >= 3.0
        and not _DATE.match(value)
    )


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def is_mixed(value: str) -> bool:
    """Whether upper case, lower case and digits change as often as in random base64 or hex."""
    # Random base64 changes its class at 45 of 100 places, hex at 47; words in camel case at 20 at most.
    classes = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.isalpha() else "-" for c in value]
    changes = sum(a != b and (a, b) != ("u", "l") and "-" not in (a, b) for a, b in pairwise(classes))
    return changes >= 0.25 * len(value)

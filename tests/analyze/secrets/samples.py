"""Made-up secrets of real shapes, different in each run of the code that draws them but not in each run of a test."""

from __future__ import annotations

import random
import string

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def draw(length: int, alphabet: str = ALNUM, seed: int = 7) -> str:
    """Characters that look drawn by lot."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


AWS = "AKIA" + "Q3EGRX7ZLM2WPY6T"
GITHUB = "ghp_" + draw(36)
STRIPE = "sk_" + "live_" + draw(24)
SLACK = "xoxb-" + "2748391056-5839201746-" + draw(24)
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + "eyJpc3MiOiJzaG9wIiwic3ViIjoiNDcxMSJ9." + draw(43)
PEM = "\n".join(
    ["-----BEGIN RSA " + "PRIVATE KEY-----", draw(64, seed=1), draw(64, seed=2), "-----END RSA " + "PRIVATE KEY-----"]
)

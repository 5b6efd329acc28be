"""What to do about a bundle that does not hold."""

from __future__ import annotations

COPY_ANEW = "copy the bundle anew from where it was made"

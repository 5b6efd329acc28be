"""The JSON Schema of ``verify --output json``; ``python -m gatekeeper.roads.describing`` writes it where it ships."""

from __future__ import annotations

from pathlib import Path

from gatekeeper import report
from gatekeeper.policy.schemas import render, schema
from gatekeeper.report.verification_document import VerificationDocument

PLACE = Path(report.__file__).with_name("verification.schema.json")


def verification_schema() -> bytes:
    """The schema as it stands in its file."""
    return render(schema(VerificationDocument, "verification"))


def main() -> None:
    """Write the schema where it ships."""
    PLACE.write_bytes(verification_schema())


if __name__ == "__main__":
    main()

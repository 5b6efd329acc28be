"""What flows through the house: frozen, slotted dataclasses that import nothing but the standard library.

Every field of a kind of evidence carries its description as ``Annotated[type, "description"]``; ``policy.schemas``
turns these into the JSON Schemas that policy authors read.
"""

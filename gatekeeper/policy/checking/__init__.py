"""What can be known about policies without evidence: references, metadata, traps."""

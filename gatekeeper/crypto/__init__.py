"""Keys and signatures: what signing and verifying have in common."""

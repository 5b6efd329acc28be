"""Whether a Sigstore bundle holds, under a given trust: one module a paragraph of the Sigstore client specification.

Nothing here reads a file, a clock or a network: the times that count are those that a trusted log or timestamp
authority signed.
"""

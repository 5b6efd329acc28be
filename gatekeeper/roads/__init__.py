"""The two roads: from a tree to a decision, from bundles to a verification."""

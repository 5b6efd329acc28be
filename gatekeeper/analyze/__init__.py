"""Analyzers: facts and files in, a kind of evidence out."""

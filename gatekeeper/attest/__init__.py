"""Statements, signers, storage."""

"""Codecs without keys or opinions."""

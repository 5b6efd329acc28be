"""Bytes as text, and long lines as windows."""

from __future__ import annotations

from collections.abc import Iterator

BINARY_HEAD = 8192
WINDOW = 4096
OVERLAP = 1280  # the longest token of a fixed shape (GitLab's agent token) has 1,032 characters


def is_binary(data: bytes) -> bool:
    """Whether a NUL byte stands in the first 8 KiB: git's own test."""
    return b"\0" in data[:BINARY_HEAD]


def decode(data: bytes) -> str:
    """UTF-8, else Latin-1, in which every byte is a character."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def windows(line: str) -> Iterator[tuple[int, int, str]]:
    """(offset, number of characters of its own, text) of the windows of a long line; they overlap.

    A finding belongs to the window in whose own part it starts; it may reach into what the next one shares.
    """
    step = WINDOW - OVERLAP
    for start in range(0, len(line), step):
        is_last = start + WINDOW >= len(line)
        yield start, (WINDOW if is_last else step), line[start : start + WINDOW]
        if is_last:
            return

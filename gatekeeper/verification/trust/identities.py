"""Whether an identity is one that a pattern names: without regular expressions, segment by segment.

A pattern is an identity with ``*`` where something may differ. A ``*`` stays inside one segment of the path (or of the
ref) and covers plain characters only: no ``/``, no ``@`` that would begin another ref, no ``%`` that could hide either.
In a URI what stands behind the first ``@`` of the path is the ref, and is matched apart: the branch
``x@refs/tags/v1`` is legal. E-mail addresses are never split; theirs is one segment, and the domain has no ``*``.
"""

from __future__ import annotations

import string
from collections.abc import Sequence

_COVERED = frozenset(string.ascii_letters + string.digits + "-._~+=,:;!$&'()")


def split(identity: str) -> tuple[str, str | None]:
    """The identity without its ref, and the ref; None where it has none."""
    scheme, separator, rest = identity.partition("://")
    if not separator:
        return identity, None
    host, slash, path = rest.partition("/")
    before, at, ref = path.partition("@")
    return f"{scheme}://{host}{slash}{before}", ref if at else None


def check(pattern: str) -> None:
    """See that a pattern can be meant.

    Raises:
        ValueError: it has characters that no identity has, ``.`` or ``..`` as segments, or ``*`` in scheme, host or
            the domain of an e-mail address.
    """
    _check_characters(pattern)
    path, ref = split(pattern)
    if ref is not None:
        check_path(ref)
    scheme, separator, rest = path.partition("://")
    if separator:
        host, slash, segments = rest.partition("/")
        if "*" in scheme + host or not scheme or not host:
            raise ValueError("scheme and host are written out")
        if "@" in host:
            raise ValueError("a host with a user in front of it")
        if host != host.lower():
            raise ValueError("a host is in lower case")
        if slash:
            # GitLab's identities have an empty segment between project and file.
            _check_segments(segments.split("/"))
    elif "@" in pattern:
        if "*" in pattern.rpartition("@")[2]:
            raise ValueError("the domain of an e-mail address is written out")
    else:
        check_path(pattern)


def check_path(pattern: str) -> None:
    """Like ``check``, for a ref or another text of segments.

    Raises:
        ValueError: it has characters that no identity has, or ``.`` or ``..`` or nothing as a segment.
    """
    _check_characters(pattern)
    segments = pattern.split("/")
    _check_segments(segments)
    if not all(segments):
        raise ValueError("an empty segment")


def matches(pattern: str, identity: str) -> bool:
    """Whether the pattern names this identity; an identity without a ref is not one with any ref."""
    path, ref = split(pattern)
    own_path, own_ref = split(identity)
    if ref is None or own_ref is None:
        return ref is own_ref and path_matches(path, own_path)
    return path_matches(path, own_path) and path_matches(ref, own_ref)


def path_matches(pattern: str, text: str) -> bool:
    """Whether each segment of a text is as in the pattern."""
    wanted, found = pattern.split("/"), text.split("/")
    if len(wanted) != len(found) or any(segment in (".", "..") for segment in found):
        return False
    return all(_segment_matches(one, other) for one, other in zip(wanted, found, strict=True))


def _segment_matches(pattern: str, text: str) -> bool:
    first, *others = pattern.split("*")
    if not others:
        return pattern == text
    last = others.pop()
    # An empty segment is no name: a star needs something to stand for it, if only the text beside it.
    if not text or len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    position, end = len(first), len(text) - len(last)
    covered = []
    for part in others:
        found = text.find(part, position, end)
        if found < 0:
            return False
        covered.append(text[position:found])
        position = found + len(part)
    covered.append(text[position:end])
    return all(_COVERED.issuperset(one) for one in covered)


def _check_characters(pattern: str) -> None:
    if not pattern:
        raise ValueError("it is empty")
    for character in pattern:
        if not "!" <= character <= "~":
            raise ValueError(f"the character {character!a}; identities are written in visible ASCII")


def _check_segments(segments: Sequence[str]) -> None:
    if any(segment in (".", "..") for segment in segments):
        raise ValueError("a segment . or ..")
    if any("**" in segment for segment in segments):
        raise ValueError("**: a star stays inside one segment")

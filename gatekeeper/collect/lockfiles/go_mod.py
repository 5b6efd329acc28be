"""go.mod: manifest and lockfile of a Go module at once; the hashes stand in go.sum."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect.lockfiles.entries import lockfile, purl
from gatekeeper.collect.lockfiles.go_syntax import Directive, directives
from gatekeeper.collect.lockfiles.lines import read_lines
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Manifest, Package, PackageSource, Requirement
from gatekeeper.model.place import Place, Span

_VERSION = re.compile(r"v(\d+\.\d+\.\d+\S*)")
_GO = re.compile(r"(?:go)?(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)(?:-\S*)?")
_VERBS = frozenset(
    {"module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"}
)

_Replacement = tuple[str, str, Span]


class GoModReader:
    """Reads go.mod. Its facts are a ``Lockfile`` and a ``Manifest``, since the file is both."""

    name = "go.mod"
    kind = "_lockfile"
    version = 1
    max_bytes = 4 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``go.mod``."""
        return path.rpartition("/")[2] == "go.mod"

    def read(self, path: str, data: bytes) -> Sequence[Lockfile | Manifest]:
        """The required modules, replaced ones by what replaces them, and ``stdlib`` with the version of Go."""
        found = list(directives(read_lines(data)))
        for directive in found:
            if directive.verb not in _VERBS:
                raise _refused(directive, f"unknown directive {directive.verb!r:.40}")
        required = [(d, *_required(d)) for d in found if d.verb == "require"]
        replacements = dict(_replaced(d) for d in found if d.verb == "replace")
        packages = [_package(path, d, name, version, replacements) for d, name, version in required]
        manifest = Manifest(
            at=Place(path),
            format=self.name,
            ecosystem="Go",
            name=next((d.arguments[0] for d in found if d.verb == "module" and d.arguments), ""),
            version="",
            requirements=tuple(
                Requirement(Place(path, span=d.span), name, version, development=False)
                for d, name, version in required
                if not _is_indirect(d)
            ),
        )
        packages += _standard_library(path, found)
        return lockfile(Place(path), self.name, "Go", packages, complete=True), manifest


def _required(directive: Directive) -> tuple[str, str]:
    if len(directive.arguments) != 2:
        raise _refused(directive, "a module and a version are expected")
    name, version = directive.arguments
    return name, version


def _replaced(directive: Directive) -> tuple[tuple[str, str], _Replacement]:
    """``(module, version or "")`` and what replaces it."""
    old, arrow, new = _split(directive.arguments)
    if not arrow or len(old) not in (1, 2) or len(new) not in (1, 2):
        raise _refused(directive, "a module, an arrow (=>) and what replaces the module are expected")
    return (old[0], old[1] if len(old) > 1 else ""), (new[0], new[1] if len(new) > 1 else "", directive.span)


def _split(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    if "=>" not in arguments:
        return arguments, False, ()
    arrow = arguments.index("=>")
    return arguments[:arrow], True, arguments[arrow + 1 :]


def _package(
    path: str, directive: Directive, name: str, version: str, replacements: dict[tuple[str, str], _Replacement]
) -> Package:
    span = directive.span
    source = PackageSource("registry")
    replacement = replacements.get((name, version)) or replacements.get((name, ""))
    if replacement is not None:
        new, version, span = replacement
        if version:
            name = new
        else:
            # A folder: its code is not the version that was asked for.
            source = PackageSource("path", new)
    match = _VERSION.fullmatch(version)
    exact = match.group(1) if match else ""
    return Package(
        at=Place(path, span=span),
        name=name,
        version=exact,
        ecosystem="Go",
        purl=purl("Go", name, exact, source),
        direct=not _is_indirect(directive),
        development=None,
        hashes=(),
        source=source,
        dependencies=(),
    )


def _standard_library(path: str, found: Sequence[Directive]) -> Sequence[Package]:
    """Go itself; a toolchain outweighs the language version."""
    for verb in ("toolchain", "go"):
        for directive in found:
            match = _GO.fullmatch("".join(directive.arguments)) if directive.verb == verb else None
            if match is not None:
                source = PackageSource("registry")
                at = Place(path, span=directive.span)
                address = purl("Go", "stdlib", match.group(1), source)
                return (Package(at, "stdlib", match.group(1), "Go", address, True, None, (), source, ()),)
    return ()


def _is_indirect(directive: Directive) -> bool:
    words = directive.comment.split()
    return words == ["indirect"] or words[:1] == ["indirect;"]


def _refused(directive: Directive, message: str) -> UnreadableInput:
    span = directive.span
    return UnreadableInput(message, line=span.line, column=span.column, hint="`go mod verify` tells more")

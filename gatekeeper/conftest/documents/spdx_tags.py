"""Tag-value files of SPDX 2: the lines that every tag stands on, and which tags each section has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from gatekeeper.conftest.documents.golang import SPACE
from gatekeeper.errors import UnreadableInput

_LONGEST_LINE = 1 << 16
_OLD_CHECKSUMS = ("SHA1", "SHA256", "MD5")
_CHECKSUMS = (*_OLD_CHECKSUMS, "SHA224", "SHA384", "SHA512", "MD2", "MD4", "MD6")
_NEW_CHECKSUMS = (
    *(f"SHA3-{bits}" for bits in (256, 384, 512)),
    *(f"BLAKE2b-{bits}" for bits in (256, 384, 512)),
    *("BLAKE3", "ADLER32"),
)
CHECKSUMS = {
    "SPDX-2.1": frozenset(_OLD_CHECKSUMS),
    "SPDX-2.2": frozenset(_CHECKSUMS),
    "SPDX-2.3": frozenset((*_CHECKSUMS, *_NEW_CHECKSUMS)),
}
SINCE = {
    **dict.fromkeys(("PackageAttributionText", "FileAttributionText", "SnippetAttributionText"), "SPDX-2.2"),
    **dict.fromkeys(("PrimaryPackagePurpose", "ReleaseDate", "BuiltDate", "ValidUntilDate"), "SPDX-2.3"),
}


class Section(Enum):
    """Where in a file a tag stands."""

    START = "the beginning"
    CREATION = "the creation information"
    PACKAGE = "a package"
    FILE = "a file"
    SNIPPET = "a snippet"
    LICENSE = "an extracted license"
    REVIEW = "a review"


@dataclass(frozen=True, slots=True)
class Pair:
    """A tag and its value."""

    tag: str
    value: str
    line: int


# Tags whose value is a text of the section's object, by the name that it has in JSON; those in ALWAYS may be empty.
TEXTS = {
    Section.START: {
        "DataLicense": "dataLicense",
        "DocumentName": "name",
        "DocumentNamespace": "documentNamespace",
        "DocumentComment": "comment",
    },
    Section.CREATION: {
        "LicenseListVersion": "licenseListVersion",
        "Created": "created",
        "CreatorComment": "comment",
    },
    Section.PACKAGE: {
        "PackageVersion": "versionInfo",
        "PackageFileName": "packageFileName",
        "PackageDownloadLocation": "downloadLocation",
        "PackageHomePage": "homepage",
        "PackageSourceInfo": "sourceInfo",
        "PackageLicenseConcluded": "licenseConcluded",
        "PackageLicenseDeclared": "licenseDeclared",
        "PackageLicenseComments": "licenseComments",
        "PackageCopyrightText": "copyrightText",
        "PackageSummary": "summary",
        "PackageDescription": "description",
        "PackageComment": "comment",
        "PrimaryPackagePurpose": "primaryPackagePurpose",
        "ReleaseDate": "releaseDate",
        "BuiltDate": "builtDate",
        "ValidUntilDate": "validUntilDate",
    },
    Section.FILE: {
        "LicenseConcluded": "licenseConcluded",
        "LicenseComments": "licenseComments",
        "FileCopyrightText": "copyrightText",
        "FileComment": "comment",
        "FileNotice": "noticeText",
    },
    Section.LICENSE: {"ExtractedText": "extractedText", "LicenseName": "name", "LicenseComment": "comment"},
}
LISTS = {
    Section.PACKAGE: {
        "PackageLicenseInfoFromFiles": "licenseInfoFromFiles",
        "PackageAttributionText": "attributionTexts",
    },
    Section.FILE: {
        "FileType": "fileTypes",
        "LicenseInfoInFile": "licenseInfoInFiles",
        "FileContributor": "fileContributors",
        "FileDependency": "fileDependencies",
        "FileAttributionText": "attributionTexts",
    },
    Section.LICENSE: {"LicenseCrossReference": "seeAlsos"},
}
# Read, but not part of what conftest gives to policies.
IGNORED = {
    Section.SNIPPET: frozenset(
        f"Snippet{name}"
        for name in ("LicenseConcluded", "LicenseComments", "CopyrightText", "Comment", "Name", "AttributionText")
    )
    | {"LicenseInfoInSnippet"},
    Section.REVIEW: frozenset(("ReviewDate", "ReviewComment")),
}
ALWAYS = frozenset(("dataLicense", "name", "documentNamespace", "created", "downloadLocation", "extractedText"))
ANNOTATIONS = {"AnnotationDate": "annotationDate", "AnnotationType": "annotationType", "AnnotationComment": "comment"}


def pairs(text: str) -> Iterator[Pair]:
    """The tags of a file, in order.

    Raises:
        UnreadableInput: a line has no tag, or a text has no end.
    """
    lines = iter(enumerate(text.split("\n"), 1))
    for number, line in lines:
        _check(line, number)
        bare = line.removesuffix("\r").lstrip(SPACE)
        if not bare or bare.startswith("#"):
            continue
        tag, colon, value = bare.partition(":")
        if not colon:
            raise UnreadableInput("a line is not of the form Tag: value", line=number)
        before, opening, rest = value.partition("<text>")
        if not opening:
            yield Pair(tag.strip(SPACE), before.strip(SPACE), number)
            continue
        pieces = []
        while "</text>" not in rest:
            pieces.append(rest)
            following, rest = next(lines, (0, ""))
            if not following:
                raise UnreadableInput("<text> has no end", line=number)
            _check(rest, following)
            rest = rest.removesuffix("\r")
        yield Pair(tag.strip(SPACE), "\n".join([*pieces, rest.partition("</text>")[0]]), number)


def _check(line: str, number: int) -> None:
    if len(line) >= _LONGEST_LINE:
        raise UnreadableInput(f"a line is longer than {_LONGEST_LINE} bytes", line=number)

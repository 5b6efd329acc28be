"""SPDX documents for a comparison with conftest."""

from __future__ import annotations

_START = (
    "SPDXVersion: SPDX-{version}\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: n\n"
    "DocumentNamespace: http://x\n"
)
_CREATION = "Creator: Tool: t\nCreator: Person: p (a@b)\nCreated: 2021-01-01T00:00:00Z\n"
_PACKAGE = (
    "PackageName: p1\nSPDXID: SPDXRef-p1\nPackageVersion: 1\nPackageSupplier: Organization: o\n"
    "PackageOriginator: NOASSERTION\nPackageDownloadLocation: NONE\nFilesAnalyzed: false\n"
    "PackageVerificationCode: abc (excludes: ./x)\nPackageChecksum: SHA1: abc\nPackageHomePage: h\n"
    "PackageLicenseConcluded: MIT\nPackageLicenseInfoFromFiles: A\nPackageLicenseInfoFromFiles: B\n"
    "PackageLicenseDeclared: \nPackageCopyrightText: <text>a\nb</text>\nExternalRef: PACKAGE_MANAGER purl pkg:x/y\n"
    "ExternalRefComment: c\nPackageComment: <text>one</text>\n"
)
_BARE_PACKAGE = "PackageName: p\nSPDXID: SPDXRef-p\n"
_FILE = (
    "FileName: ./f\nSPDXID: SPDXRef-f\nFileType: SOURCE\nFileChecksum: SHA1: x\nLicenseConcluded: MIT\n"
    "LicenseInfoInFile: MIT\nFileCopyrightText: NONE\nArtifactOfProjectName: a\nArtifactOfProjectHomePage: h\n"
    "FileNotice: n\nFileContributor: c\n"
)
_SNIPPET = (
    "SnippetSPDXID: SPDXRef-s\nSnippetFromFileSPDXID: SPDXRef-f\nSnippetByteRange: 1:2\nSnippetLicenseConcluded: MIT\n"
)
_RELATIONSHIPS = (
    "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-p1\nRelationshipComment: rc\n"
    "Relationship: DocumentRef-d:SPDXRef-x CONTAINS SPDXRef-y\n"
)
_ANNOTATION = (
    "Annotator: Person: a\nAnnotationDate: d\nAnnotationType: OTHER\nSPDXREF: SPDXRef-f\nAnnotationComment: c\n"
)
_LICENSE = (
    "LicenseID: LicenseRef-1\nExtractedText: <text>t\n\nu</text>\nLicenseName: l\nLicenseCrossReference: x\n"
    "LicenseComment: c\n"
)
_REVIEW = "Reviewer: Person: r\nReviewDate: d\n"


def _versions() -> dict[str, str | bytes]:
    cases: dict[str, str | bytes] = {}
    for version in ("2.1", "2.2", "2.3"):
        start = _START.format(version=version)
        reference = "ExternalDocumentRef: DocumentRef-d http://y SHA1: abc\n"
        everything = _CREATION + _PACKAGE + _RELATIONSHIPS + _FILE + _SNIPPET + _ANNOTATION
        by_name = {
            "full": start + reference + everything + "PackageName: p2\nSPDXID: SPDXRef-p2\n" + _LICENSE + _REVIEW,
            "none": start + _CREATION + "Relationship: SPDXRef-a CONTAINS NONE\n",
            "files": start + _CREATION + _FILE + "FileName: g\nSPDXID: SPDXRef-g\n" + _LICENSE,
            "minimal": f"SPDXVersion: SPDX-{version}\n",
            "purpose": start + _CREATION + _BARE_PACKAGE + "PrimaryPackagePurpose: LIBRARY\n",
            "attribution": start + _CREATION + _BARE_PACKAGE + "PackageAttributionText: a\n",
            "sha3": start + _CREATION + _BARE_PACKAGE + "PackageChecksum: SHA3-256: a\n",
            "comment": start + _CREATION + "DocumentComment: c\nCreatorComment: d\n",
            "joined": start + reference.replace(": abc", ":abc"),
        }
        cases |= {f"{name}_{version}.spdx": text for name, text in by_name.items()}
    return cases


_NEW = _START.format(version="2.3")
CASES: dict[str, str | bytes] = {
    **_versions(),
    "no_id.spdx": _NEW + _CREATION + "PackageName: p\n",
    "file_without_id.spdx": _NEW + _CREATION + "FileName: p\n",
    "unknown_tag.spdx": _NEW + _CREATION + "Foo: x\n",
    "no_colon.spdx": _NEW + "foo\n",
    "open_text.spdx": _NEW + "DocumentName: <text>x\n",
    "version.spdx": "SPDXVersion: SPDX-3.0\n",
    "empty.spdx": "",
    "robot.spdx": _NEW + "Creator: Robot: x\n",
    "bad_id.spdx": "SPDXVersion: SPDX-2.3\nSPDXID: x\n",
    "no_creation.spdx": _NEW,
    "comment.spdx": "# c\n\n" + _NEW + _CREATION,
    "nameless_creator.spdx": _NEW + "Creator: Tool: \n",
    "crlf.spdx": (_NEW + _CREATION).replace("\n", "\r\n"),
    "relationship.spdx": _NEW + _CREATION + "Relationship: a b\n",
    "lone_comment.spdx": _NEW + _CREATION + "AnnotationComment: x\n",
    "package_behind_license.spdx": _NEW + _CREATION + _LICENSE + "PackageName: x\n",
    "package_behind_review.spdx": _NEW + _CREATION + _REVIEW + "PackageName: x\n",
    "lone_reference_comment.spdx": _NEW + _CREATION + _BARE_PACKAGE + "ExternalRefComment: x\n",
    "file_then_package.spdx": _NEW + _CREATION + _FILE + _BARE_PACKAGE,
    "verification.spdx": _NEW + _CREATION + _BARE_PACKAGE + "PackageVerificationCode: abc\n",
    "emptied.spdx": _NEW + _CREATION + _BARE_PACKAGE + "PackageComment: \nPackageDownloadLocation: \n",
}

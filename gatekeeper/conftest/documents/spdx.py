"""SPDX documents in tag-value form, versions 2.1 to 2.3, as SPDX 2.3 writes them in JSON.

Whatever its version, ``spdxVersion`` of the result is ``SPDX-2.3``. Snippets and reviews are read and left out.
"""

from __future__ import annotations

import re
from typing import NoReturn

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import text_of
from gatekeeper.conftest.documents.spdx_tags import (
    ALWAYS,
    ANNOTATIONS,
    CHECKSUMS,
    IGNORED,
    LISTS,
    SINCE,
    TEXTS,
    Pair,
    Section,
    pairs,
)
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import JsonObject

_ELEMENT = re.compile(r"SPDXRef-[^:]+")
_ANY_ELEMENT = re.compile(r"(?:DocumentRef-[^:]+:)?SPDXRef-[^:]+")
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_PERSONS = ("Person", "Organization")
_AGENTS = (*_PERSONS, "Tool")
_ENTERS = {"PackageName": Section.PACKAGE, "FileName": Section.FILE, "LicenseID": Section.LICENSE}
_LEFT_BY = {
    Section.CREATION: frozenset(("PackageName", "FileName", "LicenseID")),
    Section.PACKAGE: frozenset(("FileName", "LicenseID")),
    Section.FILE: frozenset(("PackageName", "LicenseID", "SnippetSPDXID")),
    Section.SNIPPET: frozenset(("PackageName", "FileName", "LicenseID")),
}


def parse(path: str, data: bytes) -> Parsed:
    """The document of a file."""
    found = list(pairs(text_of(data)))
    version = next((pair.value for pair in found if pair.tag == "SPDXVersion"), "")
    if version not in CHECKSUMS:
        raise UnreadableInput(f"SPDX version {version[:20]!r} is not known: 2.1 to 2.3 are", line=1)
    reader = _Reader(version)
    for pair in found:
        reader.take(pair)
    return Parsed(reader.finish(), (found[0].line,))


class _Reader:
    def __init__(self, version: str) -> None:
        self._version = version
        self._section = Section.START
        self._document: JsonObject = {
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "",
            "SPDXID": "SPDXRef-",
            "name": "",
            "documentNamespace": "",
            "creationInfo": None,
        }
        self._package: JsonObject | None = None
        self._file: JsonObject | None = None
        self._license: JsonObject = {}
        self._reference: JsonObject | None = None
        self._project: JsonObject | None = None
        self._relationship: JsonObject | None = None
        self._annotation: JsonObject | None = None
        self._pair = Pair("", "", 0)

    def finish(self) -> JsonObject:
        """The document, once all pairs were taken."""
        self._refuse_unnamed(self._file)
        self._refuse_unnamed(self._package)
        return self._document

    def take(self, pair: Pair) -> None:
        """The next pair."""
        self._pair = pair
        if self._version < SINCE.get(pair.tag, ""):
            self._refuse_tag()
        if self._section is Section.START and not self._at_start():
            self._section = Section.CREATION
        elif self._section is Section.START:
            return
        if self._section is Section.CREATION and self._document["creationInfo"] is None:
            self._document["creationInfo"] = {"creators": None, "created": ""}
        if self._section is Section.CREATION and pair.tag == "DocumentComment" and self._version > "SPDX-2.1":
            self._section = Section.START
            self._set(self._document, "comment", pair.value)
            return
        if pair.tag not in ("ExternalRefComment",):
            self._reference = self._reference if self._section is not Section.PACKAGE else None
        if pair.tag not in ("ArtifactOfProjectHomePage", "ArtifactOfProjectURI") and self._section is Section.FILE:
            self._project = None
        if self._anywhere():
            return
        if pair.tag in _LEFT_BY.get(self._section, ()):
            self._enter()
        self._inside()

    def _at_start(self) -> bool:
        tag, value = self._pair.tag, self._pair.value
        if tag in TEXTS[Section.START]:
            self._set(self._document, TEXTS[Section.START][tag], value)
        elif tag == "SPDXID":
            self._document["SPDXID"] = self._element(value)
        elif tag == "ExternalDocumentRef":
            self._document.setdefault("externalDocumentRefs", []).append(self._external_document(value))
        else:
            return tag == "SPDXVersion"
        return True

    def _enter(self) -> None:
        tag = self._pair.tag
        if tag == "SnippetSPDXID":
            self._section = Section.SNIPPET
            return
        before, self._section = self._section, _ENTERS[tag]
        if tag == "PackageName":
            if before is not Section.SNIPPET:
                self._refuse_unnamed(self._file)
            self._file = None
        elif tag == "FileName" and before is Section.CREATION:
            self._package = None

    def _anywhere(self) -> bool:
        """Relationships, annotations and reviews stand in any section but the first."""
        tag, value, document = self._pair.tag, self._pair.value, self._document
        if tag == "Relationship":
            self._relationship = self._related(value)
            document.setdefault("relationships", []).append(self._relationship)
        elif tag == "RelationshipComment":
            self._set(self._given(self._relationship), "comment", value)
        elif tag == "Annotator":
            agent = self._agent(value, _AGENTS)
            self._annotation = {"annotator": agent, "annotationDate": "", "annotationType": "", "comment": ""}
            document.setdefault("annotations", []).append(self._annotation)
        elif tag in ANNOTATIONS:
            self._given(self._annotation)[ANNOTATIONS[tag]] = value
        elif tag == "SPDXREF":
            self._given(self._annotation)
            self._any_element(value)
        elif tag == "Reviewer":
            self._section = Section.REVIEW
            self._agent(value, _AGENTS, may_be_empty=True)
        else:
            return False
        return True

    def _inside(self) -> None:
        tag, value, section = self._pair.tag, self._pair.value, self._section
        if tag in TEXTS.get(section, {}):
            self._set(self._object(), TEXTS[section][tag], value)
        elif tag in LISTS.get(section, {}):
            self._object().setdefault(LISTS[section][tag], []).append(value)
        elif tag in IGNORED.get(section, ()):
            pass
        elif section is Section.CREATION and tag == "Creator":
            creation = self._object()
            creation["creators"] = [*(creation["creators"] or ()), self._agent(value, _AGENTS)]
        elif section is Section.PACKAGE:
            self._in_package(tag, value)
        elif section is Section.FILE:
            self._in_file(tag, value)
        elif section is Section.SNIPPET:
            self._in_snippet(tag, value)
        elif section is Section.LICENSE and tag == "LicenseID":
            self._license = {"licenseId": value, "extractedText": ""}
            self._document.setdefault("hasExtractedLicensingInfos", []).append(self._license)
        else:
            self._refuse_tag()

    def _object(self) -> JsonObject:
        found = {
            Section.CREATION: self._document["creationInfo"],
            Section.PACKAGE: self._package,
            Section.FILE: self._file,
            Section.LICENSE: self._license,
        }[self._section]
        return self._given(found)

    def _in_package(self, tag: str, value: str) -> None:
        if tag == "PackageName":
            if self._package is None or self._package["name"]:
                self._refuse_unnamed(self._package)
                self._package = {"name": "", "SPDXID": "", "downloadLocation": "", "filesAnalyzed": True}
                if self._version < "SPDX-2.3":
                    self._package["packageVerificationCode"] = {"packageVerificationCodeValue": ""}
            self._package["name"] = value
            return
        package = self._object()
        if tag == "SPDXID":
            package["SPDXID"] = self._element(value)
            self._document.setdefault("packages", []).append(package)
        elif tag in ("PackageSupplier", "PackageOriginator"):
            agent = value if value == "NOASSERTION" else self._agent(value, _PERSONS)
            package[tag.removeprefix("Package").lower()] = agent
        elif tag == "FilesAnalyzed":
            package["filesAnalyzed"] = {"true": True, "false": False}.get(value, package["filesAnalyzed"])
        elif tag == "PackageVerificationCode":
            package["packageVerificationCode"] = _verification(value)
        elif tag == "PackageChecksum":
            package.setdefault("checksums", []).append(self._checksum(value))
        elif tag == "ExternalRef":
            words = value.split()
            if len(words) != 3:
                self._refuse("ExternalRef needs a category, a type and a locator")
            category, kind, locator = words
            self._reference = {"referenceCategory": category.replace("_", "-"), "referenceType": kind}
            self._reference["referenceLocator"] = locator
            package.setdefault("externalRefs", []).append(self._reference)
        elif tag == "ExternalRefComment":
            self._set(self._given(self._reference), "comment", value)
            self._reference = None
        else:
            self._refuse_tag()

    def _in_file(self, tag: str, value: str) -> None:
        if tag == "FileName":
            self._refuse_unnamed(self._file)
            self._file = {"fileName": value, "SPDXID": "", "checksums": None, "copyrightText": ""}
            return
        file = self._object()
        if tag == "SPDXID":
            file["SPDXID"] = self._element(value)
            holder = self._document if self._package is None else self._package
            holder.setdefault("files", []).append(file)
        elif tag == "FileChecksum":
            file["checksums"] = [*(file["checksums"] or ()), self._checksum(value)]
        elif tag == "ArtifactOfProjectName":
            self._project = {"name": value, "homePage": "", "URI": ""}
            file.setdefault("artifactOfs", []).append(self._project)
        elif tag == "ArtifactOfProjectHomePage":
            self._given(self._project)["homePage"] = value
        elif tag == "ArtifactOfProjectURI":
            self._given(self._project)["URI"] = value
        else:
            self._refuse_tag()

    def _in_snippet(self, tag: str, value: str) -> None:
        if tag == "SnippetSPDXID":
            self._refuse_unnamed(self._file)
            self._element(value)
        elif tag == "SnippetFromFileSPDXID":
            self._any_element(value)
        elif tag in ("SnippetByteRange", "SnippetLineRange"):
            if not all(_WHOLE.fullmatch(part) for part in self._split(value)):
                self._refuse(f"{tag} needs two numbers")
        else:
            self._refuse_tag()

    def _set(self, holder: JsonObject, key: str, value: str) -> None:
        if value or key in ALWAYS or (key == "copyrightText" and self._section is Section.FILE):
            holder[key] = value
        else:
            holder.pop(key, None)

    def _given(self, holder: JsonObject | None) -> JsonObject:
        if holder is None:
            self._refuse(f"{self._pair.tag[:40]} stands in front of what it belongs to")
        return holder

    def _split(self, value: str) -> tuple[str, str]:
        left, colon, right = value.partition(":")
        if not colon:
            self._refuse(f"{self._pair.tag[:40]} needs two parts with a colon between them")
        return left.strip(), right.strip()

    def _agent(self, value: str, kinds: tuple[str, ...], *, may_be_empty: bool = False) -> str:
        kind, name = self._split(value)
        if kind not in kinds or not (name or may_be_empty):
            self._refuse(f"{self._pair.tag[:40]} needs one of {', '.join(kinds)}, a colon and a name")
        return f"{kind}: {name}"

    def _checksum(self, value: str) -> JsonObject:
        algorithm, checksum = self._split(value)
        if algorithm not in CHECKSUMS[self._version]:
            self._refuse(f"the checksum {algorithm[:20]!r} is not known in {self._version}")
        return {"algorithm": algorithm, "checksumValue": checksum}

    def _external_document(self, value: str) -> JsonObject:
        words = value.split()
        if len(words) == 3:
            words[2:] = words[2].split(":", 1)
            words[2] += ":" * (len(words) == 4)
        if len(words) != 4 or not words[2].endswith(":") or not re.match("DocumentRef-.", words[0]):
            self._refuse("ExternalDocumentRef needs DocumentRef-name, a URI, an algorithm with a colon, a checksum")
        checksum = {"algorithm": words[2][:-1], "checksumValue": words[3]}
        return {"externalDocumentId": words[0], "spdxDocument": words[1], "checksum": checksum}

    def _related(self, value: str) -> JsonObject:
        words = value.split()
        if len(words) != 3:
            self._refuse("Relationship needs an element, a type and another element")
        special = words[2] in ("NONE", "NOASSERTION") and self._version > "SPDX-2.1"
        return {
            "spdxElementId": self._any_element(words[0]),
            "relatedSpdxElement": words[2] if special else self._any_element(words[2]),
            "relationshipType": words[1],
        }

    def _element(self, value: str) -> str:
        if not _ELEMENT.fullmatch(value):
            self._refuse(f"{value[:40]!r} is no identifier of the form SPDXRef-name")
        return value

    def _any_element(self, value: str) -> str:
        if not _ANY_ELEMENT.fullmatch(value):
            self._refuse(f"{value[:40]!r} is no identifier of the form SPDXRef-name or DocumentRef-name:SPDXRef-name")
        return value

    def _refuse_unnamed(self, holder: JsonObject | None) -> None:
        if holder is not None and not holder["SPDXID"]:
            self._refuse("a package or file has no SPDXID")

    def _refuse_tag(self) -> NoReturn:
        self._refuse(f"the tag {self._pair.tag[:40]!r} is not known in {self._section.value} of {self._version}")

    def _refuse(self, message: str) -> NoReturn:
        raise UnreadableInput(message, line=self._pair.line)


def _verification(value: str) -> JsonObject:
    code, excludes, rest = value.partition("(excludes:")
    if not excludes:
        return {"packageVerificationCodeValue": value}
    return {
        "packageVerificationCodeValue": code.strip(),
        "packageVerificationCodeExcludedFiles": [rest.partition(")")[0].strip()],
    }

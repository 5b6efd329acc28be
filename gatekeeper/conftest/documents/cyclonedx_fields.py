"""The objects of CycloneDX (https://cyclonedx.org/docs/), in XML and in JSON.

An object's fields are words: ``name`` of its XML element, ``@name`` of an attribute, ``#`` its own text, ``name>item``
an element that holds elements ``item``. A ``!`` in front: in JSON always there, else only if it is not empty.
``=name`` is its name in JSON, where that is another; ``:type`` an object, ``int``, ``float``, ``single`` or ``bool``
(``?`` behind: there whenever the element is), ``[]`` in front of it: an array. Without a type it is a string.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_OBJECTS = {
    "BOM": (
        "@serialNumber !@version:int metadata:Metadata components>component:[]Component services>service:[]Service"
        " externalReferences>reference:[]ExternalReference dependencies>dependency:[]Dependency"
        " compositions>composition:[]Composition properties>property:[]Property"
        " vulnerabilities>vulnerability:[]Vulnerability annotations>annotation:[]Annotation"
    ),
    "Metadata": (
        "timestamp lifecycles>lifecycle:[]Lifecycle tools:Tools authors>author:[]Contact component:Component"
        " manufacture:Organization manufacturer:Organization supplier:Organization licenses:Licenses"
        " properties>property:[]Property distributionConstraints:DistributionConstraints"
    ),
    "Lifecycle": "name phase description",
    "Tool": "vendor !name version hashes>hash:[]Hash externalReferences>reference:[]ExternalReference",
    "Hash": "!@alg !#=content",
    "ExternalReference": "!url comment hashes>hash:[]Hash !@type properties>property:[]Property",
    "Property": "!@name !#=value",
    "Component": (
        "@bom-ref @mime-type !@type supplier:Organization manufacturer:Organization author authors>author:[]Contact"
        " publisher group !name version description scope hashes>hash:[]Hash licenses:Licenses copyright cpe purl"
        " omniborId:[] swhid:[] swid:SWID modified:bool? pedigree:Pedigree"
        " externalReferences>reference:[]ExternalReference properties>property:[]Property"
        " components>component:[]Component evidence:Evidence releaseNotes:ReleaseNotes data:[]ComponentData tags>tag:[]"
        " isExternal:bool? versionRange"
    ),
    "Organization": "@bom-ref !name address:Address url:[] contact:[]Contact",
    "Address": "@bom-ref country region locality postOfficeBoxNumber postalCode streetAddress",
    "Contact": "@bom-ref name email phone",
    "License": "@bom-ref id name @acknowledgement text:Text url licensing:Licensing properties>property:[]Property",
    "LicenseExpression": "!#=expression @acknowledgement @bom-ref",
    "LicenseExpressionDetailed": (
        "!@expression @acknowledgement @bom-ref details=expressionDetails:[]LicenseExpressionDetail"
    ),
    "LicenseExpressionDetail": "!@license-identifier=licenseIdentifier text:Text url",
    "Text": "!#=content @content-type=contentType @encoding",
    "Licensing": (
        "altIds>altId:[] licensor:Party licensee:Party purchaser:Party purchaseOrder licenseTypes>licenseType:[]"
        " lastRenewal expiration"
    ),
    "Party": "organization:Organization individual:Contact",
    "SWID": "text:Text @url !@tagId !@name @version @tagVersion:int? @patch:bool?",
    "Pedigree": (
        "ancestors>component:[]Component descendants>component:[]Component variants>component:[]Component"
        " commits>commit:[]Commit patches>patch:[]Patch notes"
    ),
    "Commit": "uid url author:Action committer:Action message",
    "Action": "timestamp name email",
    "Patch": "diff:Diff resolves>issue:[]Issue !@type",
    "Diff": "text:Text url",
    "Issue": "!id name !description source:Source references>url:[] !@type",
    "Source": "name url",
    "Identity": ("field confidence:single? concludedValue methods>method:[]IdentityMethod tools>tool:[]Reference"),
    "IdentityMethod": "technique confidence:single? value",
    "Occurrence": "@bom-ref location @line:int? @offset:int? @symbol @additionalContext",
    "Callstack": "frames>frame:[]Frame",
    "Frame": "package module function parameters>parameter:[] line:int? column:int? fullFilename",
    "Copyright": "!#=text",
    "ReleaseNotes": (
        "!type title featuredImage socialImage description timestamp aliases>alias:[] tags>tag:[]"
        " resolves>issue:[]Issue notes>note:[]Note properties>property:[]Property"
    ),
    "Note": "locale !text:Text",
    "ComponentData": (
        "@bom-ref type name contents:Contents classification sensitiveData:[] graphics:Graphics description"
        " governance:Governance"
    ),
    "Contents": "attachment:Text url properties:[]Property",
    "Graphics": "description collection>graphic:[]Graphic",
    "Graphic": "name image:Text",
    "Governance": "custodians>custodian:[]Steward stewards>steward:[]Steward owners>owner:[]Steward",
    "Steward": "organization:Organization contact:Contact",
    "Service": (
        "@bom-ref provider:Organization group !name version description endpoints>endpoint:[] authenticated:bool?"
        " x-trust-boundary:bool? data>dataflow:[]DataFlow licenses:Licenses"
        " externalReferences>reference:[]ExternalReference properties>property:[]Property services>service:[]Service"
        " releaseNotes:ReleaseNotes tags>tag:[] trustZone"
    ),
    "DataFlow": "@name @description governance:Governance source>url:[] destination>url:[]",
    "DistributionConstraints": "tlp",
    "Composition": (
        "@bom-ref !aggregate assemblies>assembly:[]Reference dependencies>dependency:[]Reference"
        " vulnerabilities>vulnerability:[]Reference"
    ),
    "Vulnerability": (
        "@bom-ref !id source:Source references>reference:[]VulnerabilityReference ratings>rating:[]Rating"
        " cwes>cwe:[]int description detail recommendation workaround proofOfConcept:ProofOfConcept"
        " advisories>advisory:[]Advisory created published updated rejected credits:Credits tools:Tools"
        " analysis:Analysis affects>target:[]Affects properties>property:[]Property"
    ),
    "VulnerabilityReference": "id source:Source",
    "Rating": "source:Source score:float? severity method vector justification",
    "ProofOfConcept": "reproductionSteps environment supportingMaterial>attachment:[]Text",
    "Advisory": "title !url",
    "Credits": "organizations>organization:[]Organization individuals>individual:[]Contact",
    "Analysis": "state justification responses>response=response:[] detail firstIssued lastUpdated",
    "Affects": "!ref versions>version:[]AffectedVersion",
    "AffectedVersion": "version range !status",
    "Annotation": "@bom-ref subjects>subject:[]Reference annotator:Annotator timestamp text",
    "Annotator": "organization:Organization individual:Contact component:Component service:Service",
}

# Parts that are read from JSON only.
NOT_IN_XML = {
    "BOM": frozenset(("formulation", "declarations", "definitions", "citations")),
    "Component": frozenset(("modelCard", "cryptoProperties", "patentAssertions")),
    "Service": frozenset(("patentAssertions",)),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object; see above. ``item`` is "" where the element itself is the value."""

    kind: str  # "@", "#" or "" for an element
    element: str
    item: str
    name: str
    type: str
    is_array: bool
    always: bool
    whenever: bool


@cache
def fields(name: str) -> tuple[Field, ...]:
    """The fields of an object."""
    return tuple(map(_field, _OBJECTS[name].split()))


def _field(word: str) -> Field:
    left, _, type_ = word.partition(":")
    is_array = type_.startswith("[]")
    xml, _, name = left.removeprefix("!").partition("=")
    kind = xml[0] if xml[0] in "@#" else ""
    element, _, item = xml.removeprefix(kind).partition(">")
    return Field(
        kind,
        element,
        item,
        name or element,
        type_.removeprefix("[]").removesuffix("?"),
        is_array,
        word.startswith("!"),
        type_.endswith("?"),
    )

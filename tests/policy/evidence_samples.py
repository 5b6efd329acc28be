"""Small evidence of every kind, as readers and analyzers give it."""

from __future__ import annotations

import dataclasses

from gatekeeper.formats import jsonable
from gatekeeper.model.api import Body, OpenApiDocument, Operation, Parameter, Property, Response, Schema, Server
from gatekeeper.model.api import SecurityScheme as Scheme
from gatekeeper.model.code import CodeFinding, Sast, Secret
from gatekeeper.model.coverage import Coverage, CoveredFile, Gap, Status
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.infrastructure import HelmTemplate
from gatekeeper.model.json import JsonObject
from gatekeeper.model.packages import (
    AdvisoryData,
    Lockfile,
    Manifest,
    Package,
    Packages,
    PackageSource,
    Requirement,
    Vulnerabilities,
    Vulnerability,
)
from gatekeeper.model.place import Key, Place, Span
from tests.policy.infrastructure_samples import COMPOSE, DOCKERFILE, KUBERNETES, TERRAFORM, WORKFLOWS


def api() -> OpenApiDocument:
    def at(*keys: Key) -> Place:
        return Place("openapi.yaml", 0, keys)

    operation = Operation(
        at("paths", "/users/{email}", "get"),
        "/users/{email}",
        "get",
        "getUser",
        None,
        (Server(at("servers", 0), "http://shop.example.com"),),
        (
            Parameter(at("paths", "/users/{email}", "get", "parameters", 0), "email", "path", True, {"type": "string"}),
            Parameter(
                at("paths", "/users/{email}", "get", "parameters", 1), "api_key", "query", False, {"type": "string"}
            ),
        ),
        (Body(at("requestBody"), "application/json", ("r1",)),),
        (
            Response(at("responses", "200"), "200", (), (Body(at("r"), "application/json", ("r1",)),)),
            Response(at("responses", "429"), "429", ("retry-after",), ()),
        ),
        {"x-ratelimit": {"limit": 5}},
    )
    closed = dataclasses.replace(operation, path="/orders", method="post", security=({"key": []},), extensions={})
    user = Schema(
        at("components", "schemas", "User"),
        "User",
        (
            Property(
                at("components", "schemas", "User", "properties", "email"), "email", ("string",), "email", False, False
            ),
            Property(
                at("components", "schemas", "User", "properties", "password"),
                "password",
                ("string",),
                "",
                False,
                False,
                {"x-a": 1},
            ),
        ),
    )
    return OpenApiDocument(
        at(),
        "3.1.0",
        "Shop",
        operation.servers,
        {"key": Scheme(at("s"), "apiKey", "query", "api_key", "")},
        (operation, closed),
        {"/components/schemas/User": user},
        {"r1": ("/components/schemas/User",)},
        {"x-rate-limit": 5},
        ("user.yaml#/User",),
    )


PACKAGE = Package(
    Place("uv.lock", 0, ("package", 0)),
    "jinja2",
    "2.4.1",
    "PyPI",
    "pkg:pypi/jinja2@2.4.1",
    True,
    False,
    (),
    PackageSource("registry", "https://pypi.org/simple"),
    (),
)
PACKAGES = Packages(
    (Lockfile(Place("requirements.txt"), "requirements.txt", "PyPI", False, False, (PACKAGE,)),),
    (
        Manifest(
            Place("package.json"),
            "package.json",
            "npm",
            "front",
            "1.0.0",
            (Requirement(Place("package.json", 0, ("dependencies", "react")), "react", "^18", False),),
        ),
    ),
)
VULNERABILITIES = Vulnerabilities(
    (AdvisoryData("osv", "PyPI", 10, "2024-01-01T00:00:00Z"),),
    ("npm",),
    (
        Vulnerability(
            PACKAGE.at,
            "CVE-2019-8341",
            ("GHSA-x",),
            PACKAGE.purl,
            "jinja2",
            "2.4.1",
            "PyPI",
            False,
            "Injection",
            "critical",
            ("2.10.1",),
        ),
    ),
)

EVIDENCE = Evidence(
    terraform=TERRAFORM,
    kubernetes=KUBERNETES,
    helm=(HelmTemplate(Place("chart/templates/a.yaml")),),
    dockerfile=DOCKERFILE,
    compose=COMPOSE,
    workflows=WORKFLOWS,
    openapi=(api(),),
    packages=PACKAGES,
    vulnerabilities=VULNERABILITIES,
    secrets=(Secret(Place("app.py", span=Span(1, 1, 1, 9)), "AWS Access Key", "aws_key", 0),),
    sast=Sast(
        tuple(
            CodeFinding(
                Place("app.py", span=Span(3, 1, 3, 9)),
                f"gatekeeper.{category}",
                category,
                "m",
                "r",
                "high",
                ("CWE-89",),
                "",
            )
            for category in ("injection", "deserialisation", "personal-data-log", "personal-data-prompt")
        ),
        4,
    ),
    coverage=Coverage(
        (CoveredFile("a.tf", Status.FAILED, "terraform", "", "broken", 3, 1), CoveredFile("dist/", Status.EXCLUDED)),
        (Gap("sast", "was not scanned", "b.py"),),
    ),
)
PLAIN: JsonObject = jsonable.plain(EVIDENCE)

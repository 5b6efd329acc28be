"""Rules and evidence to measure engines with: the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.json import Json, JsonObject

_LIBRARY = """\
package bench.lib

deployments := {object.name: object |
	some object in input.kubernetes
	object.kind == "Deployment"
}

containers(object) := object.manifest.spec.template.spec.containers

finding(message, item, subject) := {"message": message, "subject": subject, "at": item.at}
"""
_HEAD = """\
# METADATA
# title: Rule {number}
# description: One of many.
# custom:
#   id: BENCH-{number:03}
#   severity: low
#   stages: [change]
#   remediation: None.
package bench.rule_{number:03}

import data.bench.lib

"""
_BODIES = (
    """\
deny contains lib.finding("runs as root", object, object.name) if {{
	some object in input.kubernetes
	object.kind == "Deployment"
	some container in lib.containers(object)
	container.securityContext.runAsUser == {small}
}}
""",
    """\
deny contains lib.finding("not encrypted", resource, resource.address) if {{
	some resource in input.terraform.resources
	resource.type == "aws_type_{small}"
	not resource.values.encrypted
	startswith(resource.values.region, "eu-")
}}
""",
    """\
deny contains lib.finding(sprintf("%s is vulnerable", [match.package]), match, match.package) if {{
	some match in input.vulnerabilities.matches
	match.severity == "critical"
	endswith(match.package, "-{number}")
}}
""",
    """\
deny contains lib.finding("a service without replicas", service, service.name) if {{
	some service in input.kubernetes
	service.kind == "Service"
	deployment := lib.deployments[service.manifest.spec.selector.app]
	deployment.manifest.spec.replicas == {small}
}}
""",
    """\
exposed contains resource.name if {{
	some resource in input.terraform.resources
	resource.values.port == {number}
}}

deny contains lib.finding("reachable from outside", object, object.name) if {{
	some object in input.kubernetes
	object.kind == "Service"
	object.name in exposed
}}
""",
)


def write_rules(folder: Path, count: int) -> Path:
    """That many rules, five kinds by turns, and a library."""
    folder.mkdir()
    (folder / "lib.rego").write_text(_LIBRARY)
    for number in range(count):
        text = (_HEAD + _BODIES[number % len(_BODIES)]).format(number=number, small=number % 40)
        (folder / f"rule_{number:03}.rego").write_text(text)
    return folder


def evidence(size: int) -> JsonObject:
    """Evidence of about ``size`` bytes as JSON."""
    document: JsonObject = jsonable.plain(Evidence())
    kubernetes, resources, matches = [], [], []
    reached = 0
    for number in range(size):
        items = [_deployment(number), _service(number), _resource(number), *_matches(number)]
        kubernetes += items[:2]
        resources.append(items[2])
        matches += items[3:]
        reached += len(orjson.dumps(items))
        if reached > size:
            break
    document["kubernetes"] = kubernetes
    document["terraform"]["resources"] = resources
    document["vulnerabilities"]["matches"] = matches
    return document


def _at(path: str, *keys: Json) -> Json:
    return {"path": path, "document": 0, "keys": list(keys), "span": None}


def _deployment(number: int) -> Json:
    containers = [
        {
            "name": f"container-{index}",
            "image": f"registry.example.org/team-{number % 17}/service-{number}:{index}.{number % 9}",
            "resources": {"limits": {"memory": f"{64 * (index + 1)}Mi"}, "requests": {"cpu": "100m"}},
            "env": [{"name": f"SETTING_{key}", "value": f"value {key} of {number}"} for key in range(4)],
            "securityContext": {"runAsUser": number % 997, "allowPrivilegeEscalation": False},
        }
        for index in range(2)
    ]
    spec = {"replicas": number % 211, "template": {"spec": {"containers": containers}}}
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"app-{number}"}, "spec": spec}
    return _object(number, "apps/v1", "Deployment", manifest)


def _service(number: int) -> Json:
    spec = {"selector": {"app": f"app-{number}"}, "ports": [{"port": 80, "targetPort": 8080 + number % 100}]}
    manifest = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"app-{number}"}, "spec": spec}
    return _object(number, "v1", "Service", manifest)


def _object(number: int, version: str, kind: str, manifest: Json) -> Json:
    return {
        "at": _at(f"deploy/{number % 50}/app-{number}.yaml"),
        "api_version": version,
        "kind": kind,
        "name": f"app-{number}",
        "namespace": f"team-{number % 17}",
        "manifest": manifest,
    }


def _resource(number: int) -> Json:
    values = {
        "encrypted": number % 5 != 0,
        "region": ("eu-central-1", "us-east-1")[number % 2],
        "port": number % 1009,
        "tags": {"owner": f"team-{number % 17}", "service": f"service-{number}"},
    }
    name = f"app-{number}"
    return {
        "at": _at("infra/main.tf", "resource", f"aws_type_{number % 61}", name),
        "module": "infra",
        "type": f"aws_type_{number % 61}",
        "name": name,
        "address": f"aws_type_{number % 61}.{name}",
        "values": values,
        "count": 1,
    }


def _matches(number: int) -> Iterator[Json]:
    for index in range(4):
        yield {
            "at": _at("package-lock.json", "packages", f"node_modules/package-{number}-{index}"),
            "package": f"package-{number}-{number * index % 601}",
            "version": f"1.{index}.{number % 13}",
            "severity": ("low", "medium", "high", "critical")[(number + index) % 4],
            "summary": "A crafted request lets a remote attacker read files that the process can read. " * 2,
        }

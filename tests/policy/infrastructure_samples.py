"""Small evidence of infrastructure, as readers and analyzers give it."""

from __future__ import annotations

from typing import Any

from gatekeeper.model.infrastructure import (
    ComposeFile,
    ComposeService,
    Dockerfile,
    DockerInstruction,
    DockerStage,
    KubernetesObject,
    NameValue,
    Terraform,
    TerraformBlock,
    Workflow,
    WorkflowJob,
    WorkflowStep,
)
from gatekeeper.model.json import Json, JsonObject, unknown
from gatekeeper.model.place import Place, Span


def block(kind: str, type_: str, name: str, values: JsonObject, count: Json = 1) -> TerraformBlock:
    at = Place("infra/main.tf", 0, (kind, type_, name, 0))
    return TerraformBlock(at, "infra", type_, name, f"{type_}.{name}", values, count)


TERRAFORM = Terraform(
    resources=(
        block(
            "resource",
            "aws_security_group",
            "web",
            {
                "ingress": [
                    {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "self": None},
                    {"from_port": 0, "to_port": 0, "protocol": "-1", "ipv6_cidr_blocks": ["::/0"]},
                ],
                "name": unknown("var.name"),
            },
        ),
        block(
            "resource",
            "aws_security_group_rule",
            "db",
            {
                "type": "ingress",
                "from_port": 5432,
                "to_port": 5432,
                "protocol": "tcp",
                "cidr_blocks": ["0.0.0.0/1"],
            },
        ),
        block(
            "resource",
            "aws_vpc_security_group_ingress_rule",
            "ssh",
            {
                "from_port": 22,
                "to_port": 22,
                "ip_protocol": "tcp",
                "cidr_ipv4": "0.0.0.0/0",
            },
        ),
        block(
            "resource",
            "google_compute_firewall",
            "ssh",
            {
                "source_ranges": ["0.0.0.0/0"],
                "direction": "INGRESS",
                "allow": [{"protocol": "tcp", "ports": ["22", "80-90"]}],
            },
        ),
        block(
            "resource",
            "azurerm_network_security_rule",
            "rdp",
            {
                "direction": "Inbound",
                "access": "Allow",
                "protocol": "Tcp",
                "source_address_prefix": "*",
                "destination_port_range": "3389",
                "destination_port_ranges": ["22"],
            },
        ),
        block("resource", "aws_s3_bucket", "logs", {"bucket": "logs", "acl": "public-read", "region": "us-east-1"}),
        block(
            "resource",
            "aws_s3_bucket_public_access_block",
            "logs",
            {
                "bucket": "logs",
                "block_public_acls": False,
                "block_public_policy": True,
                "ignore_public_acls": "true",
            },
        ),
        block("resource", "google_storage_bucket", "b", {"location": "US", "name": "b"}),
        block(
            "resource",
            "google_storage_bucket_iam_member",
            "b",
            {"member": "allUsers", "role": "roles/storage.objectViewer"},
        ),
        block(
            "resource",
            "aws_db_instance",
            "main",
            {"storage_encrypted": False, "engine": "postgres", "region": "us-east-1"},
        ),
        block("resource", "aws_rds_cluster", "main", {"engine": "aurora"}, unknown("var.count")),
        block(
            "resource",
            "aws_iam_policy",
            "all",
            {
                "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":["*"]}]}',
            },
        ),
        block("resource", "aws_iam_role_policy", "all", {"policy": unknown("data.aws_iam_policy_document.all.json")}),
        block(
            "resource",
            "aws_api_gateway_method_settings",
            "all",
            {
                "method_path": "*/*",
                "settings": [{"throttling_burst_limit": 10, "throttling_rate_limit": 5.5}],
            },
        ),
        block(
            "resource",
            "aws_apigatewayv2_stage",
            "prod",
            {
                "default_route_settings": [{"throttling_burst_limit": 10, "throttling_rate_limit": 5}],
            },
        ),
        block(
            "resource", "aws_api_gateway_usage_plan", "p", {"throttle_settings": [{"burst_limit": 5, "rate_limit": 1}]}
        ),
    ),
    data=(
        block(
            "data",
            "aws_iam_policy_document",
            "all",
            {
                "statement": [{"effect": "Allow", "actions": ["*"], "resources": ["*"], "not_actions": []}],
            },
        ),
    ),
    providers=(
        block("provider", "aws", "", {"region": "us-east-1"}),
        block("provider", "google", "", {"region": "us-east1"}),
    ),
    modules=(block("module", "module", "vpc", {"source": "./vpc", "region": "us-west-2"}),),
    backends=(block("backend", "s3", "", {"bucket": "state", "region": "us-east-1", "encrypt": False}),),
)


def manifest(api_version: str, kind: str, name: str, body: JsonObject) -> KubernetesObject:
    whole = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **body.pop("metadata", {})}, **body}
    return KubernetesObject(Place("k8s/app.yaml"), api_version, kind, name, "shop", whole)


POD: JsonObject = {
    "hostNetwork": True,
    "securityContext": {"runAsNonRoot": False, "runAsUser": 0},
    "containers": [
        {
            "name": "app",
            "image": "nginx:latest",
            "securityContext": {
                "privileged": True,
                "allowPrivilegeEscalation": True,
                "capabilities": {"add": ["SYS_ADMIN"]},
            },
            "env": [{"name": "DB_PASSWORD", "value": "<masked>"}],
            "ports": [{"containerPort": 22, "hostPort": 22}],
        }
    ],
    "initContainers": [{"name": "init", "image": "registry.example.com/init@sha256:" + "0" * 64}],
}

KUBERNETES = (
    manifest("v1", "Pod", "plain", {"spec": POD}),
    manifest(
        "apps/v1",
        "Deployment",
        "app",
        {"spec": {"replicas": 2, "template": {"metadata": {"labels": {"a": "b"}}, "spec": POD}}},
    ),
    manifest("batch/v1", "CronJob", "job", {"spec": {"jobTemplate": {"spec": {"template": {"spec": POD}}}}}),
    manifest(
        "v1",
        "Service",
        "db",
        {
            "spec": {
                "type": "LoadBalancer",
                "loadBalancerSourceRanges": ["0.0.0.0/0"],
                "ports": [{"port": 5432, "targetPort": 5432}],
            }
        },
    ),
    manifest(
        "networking.k8s.io/v1",
        "Ingress",
        "front",
        {
            "metadata": {"annotations": {"nginx.ingress.kubernetes.io/limit-rps": "10"}},
            "spec": {
                "rules": [{"host": "a", "http": {"paths": [{"path": "/", "backend": {"service": {"name": "app"}}}]}}]
            },
        },
    ),
    manifest(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        "all",
        {
            "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
        },
    ),
    manifest(
        "configuration.konghq.com/v1", "KongPlugin", "limit", {"plugin": "rate-limiting", "config": {"minute": 5}}
    ),
)


def instruction(name: str, value: str, **more: Any) -> DockerInstruction:
    return DockerInstruction(Place("Dockerfile", span=Span(2, 1, 2, 20)), name, value, tuple(value.split()), **more)


DOCKERFILE = (
    Dockerfile(
        Place("Dockerfile"),
        (NameValue(Place("Dockerfile"), "TAG", None),),
        (
            DockerStage(Place("Dockerfile"), 0, "build", "golang:1.22", None, (instruction("RUN", "make"),)),
            DockerStage(
                Place("Dockerfile"),
                1,
                "",
                unknown("nginx:${TAG}"),
                None,
                (
                    instruction("ENV", "API_KEY=x", pairs=(NameValue(Place("Dockerfile"), "API_KEY", "<masked>"),)),
                    instruction("COPY", "a b", flags={"from": "build"}),
                    instruction("USER", "root"),
                ),
                True,
            ),
        ),
    ),
    Dockerfile(Place("b/Dockerfile"), (), (DockerStage(Place("b/Dockerfile"), 0, "", "alpine", None, (), True),)),
)

COMPOSE = (
    ComposeFile(
        Place("compose.yaml"),
        (
            ComposeService(
                Place("compose.yaml", 0, ("services", "db")),
                "db",
                {
                    "image": "postgres",
                    "privileged": True,
                    "user": "root",
                    "ports": ["5432:5432", {"target": 22, "published": 22}],
                    "environment": {"POSTGRES_PASSWORD": "<masked>"},
                },
            ),
        ),
    ),
)

STEPS = (
    WorkflowStep(
        Place("ci.yml", 0, ("jobs", "a", "steps", 0)),
        "checkout",
        "actions/checkout@v4",
        "",
        {"uses": "actions/checkout@v4"},
    ),
    WorkflowStep(
        Place("ci.yml", 0, ("jobs", "a", "steps", 1)),
        "",
        "",
        "echo ${{ github.event.issue.title }}",
        {
            "run": "echo ${{ github.event.issue.title }}",
            "env": {"A": "b"},
            "shell": "bash",
        },
    ),
)
WORKFLOWS = (
    Workflow(
        Place("ci.yml"),
        "CI",
        ("pull_request_target",),
        {"contents": "write"},
        (
            WorkflowJob(
                Place("ci.yml", 0, ("jobs", "a")),
                "a",
                "",
                STEPS,
                {"runs-on": "ubuntu-latest", "permissions": "write-all"},
            ),
            WorkflowJob(
                Place("ci.yml", 0, ("jobs", "b")),
                "b",
                "org/repo/.github/workflows/x.yml@main",
                (),
                {"secrets": "inherit"},
            ),
        ),
    ),
)

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.model.json import Json
from gatekeeper.workspace.masking import MASK, mask_json, mask_text

# Put together here, so that no scanner takes this file for one that leaks.
TOKENS = [
    "AKIA" + "IOSFODNN7EXAMPL2",
    "ghp_" + "a1" * 18,
    "github_pat_" + "a1_" * 20,
    "glpat-" + "x" * 20,
    "xoxb" + "-1234567890-abcdef",
    "sk_live_" + "a1" * 10,
    "AIza" + "x" * 35,
    "npm_" + "a1" * 18,
    "pypi-A" + "gEIcHlwaS5vcmc" * 5,
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\ncut off",
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_masked_wherever_they_stand(token: str) -> None:
    assert mask_json({"a": [f"before {token}"]}) == {"a": [f"before {MASK}"]}


@pytest.mark.parametrize(
    "text",
    [
        "eyJ.eyJ.x",
        "XAKIAIOSFODNN7EXAMPL2",
        "https://user@host/path",
        "https://${USER}:${PASSWORD}@host",
        "sha256:" + "a" * 64,
        "-----BEGIN CERTIFICATE-----",
        "primary key of the table, which it passes on",
        "risk-adjusted-returns-of-the-portfolio-in-question",
    ],
)
def test_what_looks_like_a_token_is_left(text: str) -> None:
    assert mask_json(text) == text


def test_passwords_in_addresses_are_masked_alone() -> None:
    assert mask_json("see postgres://app:hunter2@db:5432/x") == "see postgres://app:[masked]@db:5432/x"


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ({"password": "hunter2", "user": "x"}, {"password": MASK, "user": "x"}),
        ({"password": 123456, "token": 3}, {"password": MASK, "token": 3}),
        ({"password": {"$unknown": "var.x"}}, {"password": {"$unknown": "var.x"}}),
        ({"secretName": "x", "token_url": "https://x"}, {"secretName": "x", "token_url": "https://x"}),
        ({"automountServiceAccountToken": False}, {"automountServiceAccountToken": False}),
        ({"Authorization": "Bearer abc"}, {"Authorization": "Bearer [masked]"}),
        ({"petstore_token": ["read:pets"]}, {"petstore_token": ["read:pets"]}),
        ([{"name": "DB_PASSWORD", "value": "x"}], [{"name": "DB_PASSWORD", "value": MASK}]),
        ([{"name": "DB_HOST", "value": "x"}], [{"name": "DB_HOST", "value": "x"}]),
        (
            [{"name": "P_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}],
            [{"name": "P_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}],
        ),
        (["DB_PASSWORD=a b;c", "A=b", "DB_PASSWORD=${X}"], ["DB_PASSWORD=[masked]", "A=b", "DB_PASSWORD=${X}"]),
        (["--password", "x", "--user", "y"], ["--password", MASK, "--user", "y"]),
        (["--password=x", "--token", "--x"], ["--password=[masked]", "--token", "--x"]),
        (
            {"kind": "Secret", "data": {"a": "eA==", "b": "{{ .b }}"}, "stringData": {"c": 5}, "type": "Opaque"},
            {"kind": "Secret", "data": {"a": MASK, "b": "{{ .b }}"}, "stringData": {"c": MASK}, "type": "Opaque"},
        ),
        ({"kind": "ConfigMap", "data": {"a": "eA=="}}, {"kind": "ConfigMap", "data": {"a": "eA=="}}),
        (
            {"name": "ENV", "value": "DB_PASSWORD hunter2", "arguments": ["DB_PASSWORD", "hunter2"]},
            {"name": "ENV", "value": "DB_PASSWORD [masked]", "arguments": ["DB_PASSWORD", MASK]},
        ),
        (
            {"type": "kubernetes_secret", "values": {"data": {"a": "b", "c": {"$unknown": "var.c"}}}},
            {"type": "kubernetes_secret", "values": {"data": {"a": MASK, "c": {"$unknown": "var.c"}}}},
        ),
        (
            {"type": "aws_ssm_parameter", "values": {"type": "SecureString", "value": "x"}},
            {"type": "aws_ssm_parameter", "values": {"type": "SecureString", "value": MASK}},
        ),
        (
            {"at": {"path": "a", "document": 0, "keys": ["password=x"], "span": None}},
            {"at": {"path": "a", "document": 0, "keys": ["password=x"], "span": None}},
        ),
        (
            "export DB_PASSWORD=a; run --token b $T\npassword: 'c d'",
            "export DB_PASSWORD=[masked]; run --token [masked] $T\npassword: '[masked]'",
        ),
        ("curl -H 'Authorization: Bearer abc' x", "curl -H 'Authorization: Bearer [masked]' x"),
        ("token=$(get) && [ \"$TOKEN\" == x ]", "token=$(get) && [ \"$TOKEN\" == x ]"),
    ],
)  # fmt: skip
def test_secrets_are_masked_and_nothing_else(value: Json, masked: Json) -> None:
    assert mask_json(value) == masked


def test_the_copy_in_an_annotation_of_a_secret_is_masked() -> None:
    annotation = "kubectl.kubernetes.io/last-applied-configuration"
    secret = {"kind": "Secret", "metadata": {"annotations": {annotation: '{"data": {"a": "eA=="}}', "b": "c"}}}
    assert mask_json(secret)["metadata"]["annotations"] == {annotation: MASK, "b": "c"}


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ('password = "hunter2"', 'password = "[masked]"'),
        ("\tpassword: hunter2", "\tpassword: [masked]"),
        ("  - DB_PASSWORD=hun;ter", "  - DB_PASSWORD=[masked]"),
        ("ENV DB_PASSWORD hunter 2", "ENV DB_PASSWORD [masked]"),
        ('{"name":"DB_PASSWORD","value":"x","y":1}', '{"name":"DB_PASSWORD","value":"[masked]","y":1}'),
        ("- {name: A_TOKEN, value: b}", "- {name: A_TOKEN, value: [masked]}"),
        ('"password": "a\\"b", "x": 1', '"password": "[masked]", "x": 1'),
        ('"{\\"password\\":\\"x\\",\\"a\\":1}"', '"{\\"password\\":\\"[masked]\\",\\"a\\":1}"'),
        ("Server=x;Password=abc;Database=y", "Server=x;Password=[masked];Database=y"),
        ("/?access_token=abc&x=1", "/?access_token=[masked]&x=1"),
        ('def f(token: str = "abc"):', 'def f(token: str = "[masked]"):'),
        ('os.environ["DB_PASSWORD"] = "x"', 'os.environ["DB_PASSWORD"] = "[masked]"'),
        ("\u0130 password=x", "\u0130 password=[masked]"),
    ],
)
def test_lines_are_masked(line: str, masked: str) -> None:
    assert mask_text(line) == masked


@pytest.mark.parametrize(
    "line",
    [
        "password = var.db_password",
        "password = random_password.db.result",
        "password = get_password()",
        'token = request.headers["x"]',
        "connect(password=password)",
        "password: string;",
        'if token == "abc":',
        "token: ${{ secrets.TOKEN }}",
        "password: {type: string, format: password}",
        "        password: { $ref: '#/components/schemas/Password' }",
        "tokens: [a, b]",
        "api_token: [read, write]",
        "password: |",
        "uses: actions/checkout@v4",
    ],
)
def test_code_is_left(line: str) -> None:
    assert mask_text(line) == line


def test_hidden_columns_are_masked_once() -> None:
    assert mask_text("abc secret here", [(4, 10), (6, 12)]) == "abc [masked]ere"
    assert mask_text("abc", [(1, 99)]) == "a[masked]"
    assert mask_text("abc", [(8, 11)]) == "abc"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9999) | st.text("abAKIA=:-\"'${} \n[]x,", max_size=20),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["password", "name", "value", "a", "kind", "data", "token", "values", "type", "arguments"]),
            children,
            max_size=4,
        )
    ),
    max_leaves=10,
)


def keys_of(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: keys_of(item) for key, item in value.items()}
    return [keys_of(item) for item in value] if isinstance(value, list) else None


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_masking_again_changes_nothing_and_keys_stay(value: Json) -> None:
    masked = mask_json(value)
    assert mask_json(masked) == masked
    assert keys_of(masked) == keys_of(value)


@pytest.mark.parametrize(
    "piece",
    [
        *("eyJ", "key", "key=", "password='", 'password="\\', "://a:", "{{", "${", "password=${a:", "name: a, "),
        *("-", "--token ", "pass\\", "-----BEGIN PRIVATE KEY-----", "token:\n"),
    ],
)
def test_time_is_linear(piece: str) -> None:
    begin = time.process_time()
    mask_json({"text": "key: " + piece * 100_000, "password": piece * 100_000})
    assert time.process_time() - begin < 30

from __future__ import annotations

import pytest

from gatekeeper.workspace.secret_names import MASK, is_secret_name, masked_literal


@pytest.mark.parametrize(
    "name",
    [
        "db_password",
        "dbPassword",
        "DB-PASSWORD",
        "PGPASSWORD",
        "DB_PASSWORD_PROD",
        "password2",
        "API_KEY",
        "x-api-key",
        "apiKey",
        "APIKey",
        "clientSecret",
        "secret_string",
        "private_key",
        "client-key-data",
        "access_key",
        "AWS_SECRET_ACCESS_KEY",
        "auth token",
        "githubToken",
        "spring.datasource.password",
        "DB_PASS",
        ".dockerconfigjson",
        "_auth",
    ],
)
def test_names_of_secrets_in_all_styles(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "secretName",
        "token_url",
        "passwordPolicy",
        "secretKeyRef",
        "key_id",
        "access_key_id",
        "secret_arn",
        "token_ttl",
        "automountServiceAccountToken",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "password_file",
        "public_key",
        "partition_key",
        "monkey",
        "key",
        "compass",
        "bypass",
        "tokens",
        "tokenizer",
        "next_token",
        "id-token",
        "nginx.ingress.kubernetes.io/auth-secret",
        "",
        "data",
    ],
)
def test_names_that_only_belong_to_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "$PASSWORD",
        "${PASSWORD}",
        "${PASSWORD:?must be set}",
        "${PASSWORD:-}",
        "${env:PASSWORD}",
        "${{ secrets.PASSWORD }}",
        "{{ .Values.password }}",
        '{{ lookup("x", {"a": 1}) }}',
        "$(PASSWORD)",
        "$(cat file)",
        "%PASSWORD%",
        "<password>",
        "${USER}:${PASSWORD}",
        "ENC[AES256_GCM,data:xyz]",
        "arn:aws:secretsmanager:eu-central-1:1:secret:x",
        "op://vault/item",
        "***",
        "true",
        "None",
        MASK,
    ],
)
def test_references_are_no_secrets(value: str) -> None:
    assert masked_literal(value) == value


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("hunter2", MASK),
        ("$2y$10$abcdefghijk", MASK),
        ("${USER}hunter2", MASK),
        ("${PASSWORD:-hunter2}", "${PASSWORD:-[masked]}"),
        ("${db.password:hunter2}", "${db.password:[masked]}"),
    ],
)
def test_literals_are(value: str, masked: str) -> None:
    assert masked_literal(value) == masked

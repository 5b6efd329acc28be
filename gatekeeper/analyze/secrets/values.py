"""What the text of a would-be secret says about it."""

from __future__ import annotations

import re

from detect_secrets.filters.heuristic import (
    is_not_alphanumeric_string,
    is_prefixed_with_dollar_sign,
    is_sequential_string,
    is_templated_secret,
)

from gatekeeper.analyze.secrets.names import words
from gatekeeper.workspace.randomness import is_mixed

PLACEHOLDER = re.compile(
    r"(?i)change[-_. ]?(?:me|it|this)|example|placeholder|dummy|fake|redacted|censored|replace[-_ ]?(?:me|this|with)"
    r"|your[-_ ]|(?:^|[-_ ])my[-_ ]|[-_ ]here\b|x{4,}|\*{3}|\.{3}|…|todo|fixme|not[-_ ]?(?:a[-_ ])?real|goes[-_ ]?here"
    r"|1234567890|0123456789|abcdefgh|deadbeef|^x+$|^s3cr3t$|^(.)\1+$"
)
TEMPLATE = re.compile(
    r"\$\{|\$\(|\{\{|\}\}|\{[\w.:\[\]()'\"]*\}|<[^<>]+>|%\(\w+\)|%[sdvqx@](?![0-9a-zA-Z])|#\{|@@\w+@@|__[A-Z_]+__|\[\["
)
REFERENCE = re.compile(
    r"(?i)^(?:arn:|projects/|secret(?:s|manager)?[:/]|vault[:/]|op://|ssm:|file:|env[:.]|ENC\[|AQICAH|!|&|\*|@|--"
    r"|os\.|process\.|import\.|var\.|local\.|data\.|self\.|this\.|config\.|settings\.|req(?:uest)?\.|ctx\.|params\.)"
)
PATH_OR_URL = re.compile(
    r"^(?:\.{0,2}/|~/|[a-zA-Z]:\\|[a-zA-Z][\w+.-]*://)|\.(?:pem|key|crt|json|ya?ml|txt|html?|js|ts|tsx|py|go|md|png|svg|env|conf)$"
)
EXPRESSION = re.compile(r"\(\?|\[\^?(?:a-z|A-Z|0-9|\\)|\\[dwsS.]|^\^|\w\(|=>|&&|\|\||[\[\]]|::|->|;$|==(?!$)")
PART = re.compile(r"[^\W_]+")
WORDY_PART = re.compile(r"(?:[A-Za-z]+\d{0,3}|\d{1,4}|[vV]\d+\w{0,8})$")
VOCABULARY = frozenset({
    "password", "passwd", "pwd", "pass", "passphrase", "secret", "secrets", "key", "keys", "api", "token", "tokens",
    "my", "your", "our", "the", "a", "an", "user", "username", "test", "testing", "tests", "tester", "example",
    "me", "it", "this", "that", "dummy", "fake", "sample", "placeholder", "default", "foo", "bar", "baz", "qux",
    "none", "null", "nil", "true", "false", "undefined", "string", "str", "int", "integer", "bool", "boolean",
    "text", "number", "object", "any", "required", "optional", "hidden", "redacted", "masked", "removed", "insert",
    "here", "enter", "replace", "value", "some", "new", "old", "current", "of", "for", "in", "on", "to", "is",
    "not", "no", "and", "or", "with", "from", "auth", "authentication", "authorization", "bearer", "basic",
    "client", "service", "private", "public", "access", "db", "database", "admin", "root", "account", "email",
    "login", "name", "id", "app", "application", "server", "web", "site", "host", "local", "dev", "development",
    "prod", "production", "staging", "encryption", "encrypted", "signing", "refresh", "session", "csrf", "xsrf",
    "jwt", "oauth", "oidc", "saml", "ldap", "sha", "md", "hmac", "aes",
    "rsa", "ecdsa", "ed", "bcrypt", "argon", "scrypt", "pbkdf", "base", "hex", "x", "tls",
    "ssl", "ssh", "gpg", "pgp", "pem", "kubernetes", "opaque", "vault", "aws", "gcp", "azure", "postgres", "mysql",
    "redis", "mongo", "rabbitmq", "guest", "demo", "unknown", "empty", "super", "very", "long", "random",
    "generate", "generated", "hash", "hashed", "plain", "plaintext", "type", "field", "input", "form", "data",
    "json", "yaml", "config", "configuration", "env", "environment", "variable",
})  # fmt: skip


def is_placeholder(value: str) -> bool:
    """Whether it stands for a secret and is none: ``changeme``, ``<password>``, ``${X}``, ``********``."""
    return (
        is_not_alphanumeric_string(value)
        or is_templated_secret(value)
        or is_sequential_string(value)
        or len(set(value.lower())) <= 3
        or PLACEHOLDER.search(value) is not None
        or TEMPLATE.search(value) is not None
        or is_vocabulary(value)
    )


def is_vocabulary(value: str) -> bool:
    """Whether it consists of words that people write where a secret will stand, and of numbers up to 123."""
    numbers = {
        "0",
        "1",
        "2",
        "3",
        "12",
        "123",
        "1234",
        "12345",
        "123456",
        "16",
        "32",
        "64",
        "256",
        "384",
        "512",
        "509",
        "25519",
    }
    parts = words(value) if value.isascii() else []
    letters = sum(len(part) for part in parts)
    plain = letters + len(re.findall(r"[-_. :/]", value)) == len(value)
    return plain and all(part in VOCABULARY or part in numbers for part in parts) and not _is_weak_password(value)


def _is_weak_password(value: str) -> bool:
    # "admin123" is a bad password, but one that people really set.
    return re.fullmatch(r"(?i)(?:admin|root|pass|passwd|password|postgres|mysql|guest|user)\d{1,6}", value) is not None


def is_reference(value: str, *, quoted: bool) -> bool:
    """Whether it leads to the secret: a variable, a path, an address, an expression."""
    if is_prefixed_with_dollar_sign(value) or REFERENCE.search(value) or PATH_OR_URL.search(value):
        return True
    if EXPRESSION.search(value):
        return True
    return not quoted and re.search(r"[(){}\[\]<>|\\]", value) is not None


def is_identifier(value: str) -> bool:
    """Whether it is made of words: ``user.password``, ``my-secret-v2``, ``UserPasswordField``."""
    if not re.fullmatch(r"[\w./:@ ,-]+", value):
        return False
    parts = PART.findall(value)
    if len(parts) > 1:
        return all(WORDY_PART.match(part) and (len(part) < 8 or not is_mixed(part)) for part in parts)
    return value.isalpha() and not is_mixed(value)


def is_password(value: str) -> bool:
    """Whether people would choose it: letters, and digits or signs among them."""
    has_letter = re.search(r"[A-Za-z]", value) is not None
    has_other = re.search(r"[0-9!@#%^&*?~+=$|]", value) is not None
    return 6 <= len(value) <= 200 and has_letter and has_other and not is_identifier(value)

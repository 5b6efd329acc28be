"""Which names are those of secrets, and which values are no secrets whatever their name."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST = 200  # characters of a name that count, from its end

MASK = "[masked]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may stand behind the noun: DB_PASSWORD_PROD, secret_string, client-key-data, password2.
_QUALIFIERS = _words(
    "value string plain plaintext raw base64 b64 data pem literal prod production dev development test staging "
    "old new current previous primary secondary default"
)
_NOUNS = ("password", "passwd", "passphrase", "passcode", "pwd", "secret", "apikey", "privatekey", "accesskey")
_WHOLE = _words("passwort kennwort requirepass dockerconfigjson dockercfg htpasswd")
_KEYS = _words(
    "access account admin api app application auth client encryption hmac license master private secret service "
    "session shared signing storage webhook"
)
_PASSES = _words(
    "account admin auth basic become db email ftp http key keystore login mail mongo mysql pg postgres proxy rabbitmq "
    "redis root smtp ssh store sudo truststore user"
)
_OTHER_TOKENS = _words(
    "bos cancellation continuation eos end id line mask max min next pad page pagination resume skip special start "
    "stop sync unk"
)
_FLAGS = _words("allow automount disable disabled enable enabled has max min random require required requires use")

_NO_SECRETS = _words(
    "true false yes no on off null none nil undefined read write inherit required optional 0 1 "
    "str string bytes int bool any object secretstr"
)
_REFERENCE = re.compile(
    r"""
      \$\{\{ [^{}]*+ \}\}                     # GitHub, GitLab
    | \{\{ [^{}]*+ \}\}                       # Jinja, Go templates
    | \$\{ (?: (?: [\w.\[\]-]++ (?: : ? \? [^{}]*+ )? ) | [^{}:]*+
         | (?: aws|cf|custom|env|file|opt|param|s3|secret|secretsmanager|self|sls|ssm|sys|vault ) : [^{}]*+ ) \}
    | \$\( [^()]*+ \)                         # shell, Kubernetes
    | \$\$?[A-Za-z_]\w*+                      # shell
    | %\w++%                                  # Windows
    | <[^<>]*+>                               # placeholders
    """,
    re.VERBOSE,
)
_FALLBACK = re.compile(r"(\$\{[\w.]++:?[-=+]?)([^{}]++)(\})")
_ELSEWHERE = re.compile(
    r"(?:ENC\[|ENC\(|arn:aws|op://|vault:|ref\+|secretref:|@Microsoft\.KeyVault\(|\$ANSIBLE_VAULT;)|\*+\Z"
)
_LETTER = re.compile(r"[^\W_]")


@lru_cache(maxsize=1 << 16)
def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret, in any naming style.

    ``db_password``, ``clientSecret``, ``API-KEY`` and ``auth.token`` are; what only belongs to one (``secretName``,
    ``token_url``, ``passwordPolicy``, ``key_id``) or switches something (``allow_empty_password``) is not.
    """
    words = [word.lower() for word in _WORD.findall(name[-_LONGEST:])]
    while words and (words[-1] in _QUALIFIERS or words[-1].isdigit()):
        words.pop()
    if not words or not _FLAGS.isdisjoint(words):
        return False
    last = words[-1]
    before = words[-2] if len(words) > 1 else ""
    if last == "secret" and "/" in name:
        return False  # an annotation or label that names a Secret
    if last.endswith(_NOUNS) or last in _WHOLE or name == "_auth":
        return True
    if last == "key":
        return before in _KEYS
    if last in ("pass", "pw"):
        return before in _PASSES
    return last.endswith("token") and before not in _OTHER_TOKENS and last.removesuffix("token") not in _OTHER_TOKENS


def masked_literal(value: str) -> str:
    """``MASK`` in place of the secret part of a value."""
    part = secret_part(value)
    return value if part is None else value[: part[0]] + MASK + value[part[1] :]


def secret_part(value: str) -> tuple[int, int] | None:
    """Offsets of what must be masked of the value of a secret.

    That is all of it, unless the value refers to a secret that is kept elsewhere, or says nothing secret: then it is
    None. Of a fallback inside a reference (``${DB_PASSWORD:-hunter2}``), the fallback alone is secret.
    """
    text = value.strip()
    if not text or text == MASK or text.lower() in _NO_SECRETS or _ELSEWHERE.match(text):
        return None
    if not _LETTER.search(_REFERENCE.sub("", text)):
        return None
    if text.startswith(("{{", "${{")) and text.endswith("}}"):
        return None
    whole = _FALLBACK.fullmatch(text)
    if whole is None:
        return 0, len(value)
    part = secret_part(whole[2])
    offset = value.index(text) + whole.start(2)
    return part and (offset + part[0], offset + part[1])

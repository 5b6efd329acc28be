"""A made-up token of each shape, put together when it is asked for: no scanner must take this file for one that leaks.

Of a ``Sample``, ``text`` is what stands in a file, ``secret`` the part of it that must never be seen again.
"""

from __future__ import annotations

import base64
import random
import string
from dataclasses import dataclass

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
DIGITS = string.digits


@dataclass(frozen=True, slots=True)
class Sample:
    text: str
    secret: str


def samples(seed: int = 3) -> list[Sample]:
    """At least one for each row of the table of tokens, and for each pattern of detect-secrets' plugins for shapes."""
    lot = random.Random(seed)

    def draw(length: int, alphabet: str = ALNUM) -> str:
        return "".join(lot.choices(alphabet, k=length))

    def jwt(signature: int) -> str:
        header = base64.urlsafe_b64encode(b'{"alg":"RS512","typ":"JWT"}').rstrip(b"=").decode()
        claims = base64.urlsafe_b64encode(b'{"iss":"shop","jti":"%s"}' % draw(40).encode()).rstrip(b"=").decode()
        return f"{header}.{claims}.{draw(signature, ALNUM + '-_')}"

    whole = [
        "AGE-SECRET-KEY-1" + draw(58, UPPER),
        "sk-" + "ant-api03-" + draw(93) + "AA",
        "ATATT3" + "xFfGF0" + draw(180),
        "aB3" + "8Q~" + draw(34),
        "dapi" + draw(32, HEX),
        "dop" + "_v1_" + draw(64, HEX),
        "dckr_" + "pat_" + draw(27),
        "github" + "_pat_" + draw(22) + "_" + draw(59),
        "AIza" + draw(35),
        "GOC" + "SPX-" + draw(28),
        "ya29" + ".a0" + draw(160),
        "glsa_" + draw(32) + "_" + draw(8, HEX),
        "gsk_" + draw(52),
        "hf_" + draw(34),
        "lin_" + "api_" + draw(40),
        "NRAK-" + draw(27, UPPER),
        "npm_" + draw(36),
        "sk-" + "proj-" + draw(80),
        "PMAK-" + draw(24, HEX) + "-" + draw(34, HEX),
        "pul-" + draw(40, HEX),
        "shpat" + "_" + draw(32, HEX),
        "xapp-" + "1-A0" + draw(9, UPPER) + "-" + draw(13, DIGITS) + "-" + draw(64, HEX),
        "xapp-" + draw(24),
        "whsec_" + draw(32),
        draw(14) + ".atlas" + "v1." + draw(67),
        "hvs." + draw(24),
        "AKC" + draw(20),
        "APB" + draw(20),
        "AKIA" + draw(16, UPPER),
        "ASIA" + draw(16, UPPER),
        "M" + draw(23) + "." + draw(6) + "." + draw(27),
        "ghp_" + draw(36),
        "ghs_" + draw(36),
        "glpat-" + draw(20),
        "glptt-" + draw(40),
        "glcbt-" + "64_" + draw(20),
        "glimt-" + draw(25),
        "glagent-" + draw(60),
        "gloas-" + draw(64),
        "GR1348941" + draw(20),
        jwt(43),
        jwt(683),
        draw(32, HEX) + "-us12",
        "sk-" + draw(20) + "T3Blbk" + "FJ" + draw(20),
        "pypi-" + "AgEIcHlwaS5vcmc" + draw(90),
        "pypi-" + "AgENdGVzdC5weXBpLm9yZw" + draw(90),
        "SG." + draw(22) + "." + draw(43),
        "xoxb-" + draw(10, DIGITS) + "-" + draw(12, DIGITS) + "-" + draw(24),
        "XOXP-" + draw(10, DIGITS) + "-" + draw(12, DIGITS) + "-" + draw(24),
        "sq0csp-" + draw(43),
        "sk_" + "live_" + draw(24),
        "rk_" + "test_" + draw(24),
        draw(10, "123456789") + ":AA" + draw(33),
        "AC" + draw(32, HEX),
        "SK" + draw(32, HEX),
        "-----BEGIN RSA "
        + "PRIVATE KEY-----\\n"
        + draw(64)
        + "\\n"
        + draw(64)
        + "\\n-----END RSA "
        + "PRIVATE KEY-----",
        "BEGIN EC " + "PRIVATE KEY " + draw(64),
        "PuTTY-User-" + "Key-File-2: ssh-rsa " + draw(64) + " Private-MAC: " + draw(40, HEX),
        "PuTTY-User-" + "Key-File-3: ssh-rsa " + draw(64) + " Private-MAC: " + draw(64, HEX),
    ]
    parts = [
        ("https://hooks.slack." + "com/services/T0" + draw(8, UPPER) + "/B0" + draw(8, UPPER) + "/", draw(24), ""),
        ("DefaultEndpointsProtocol=https;Account" + "Key=", draw(86) + "==", ";EndpointSuffix=core.windows.net"),
        ("amqp://shop:", draw(20), "@queue.shop.internal/"),
        ("amqp://shop:", draw(13) + "/" + draw(14) + "@" + draw(15) + "#" + draw(13), "@queue.shop.internal/"),
        ("see aws thing " + "key '", draw(40), "'"),
        ("cloudant_" + "pw=", draw(64, HEX), ""),
        ("ibm_cloud_" + "iam_api_key: ", draw(44), ""),
        ("cos_hmac_secret_access_" + "key => ", draw(48, HEX), ""),
        ("softlayer " + "sl_key := ", draw(64, LOWER), ""),
        ("https://api.softlayer." + "com/soap/v3/", draw(64, LOWER), "/"),
        ("https://someone:", draw(64, HEX), "@account.cloudant.com"),
        ("//registry.shop.internal/:_auth" + "Token=", "-".join(draw(n, HEX) for n in (8, 4, 4, 4, 12)), ""),
    ]
    return [Sample(secret, secret) for secret in whole] + [Sample(a + secret + b, secret) for a, secret, b in parts]


def survivors(sample: Sample, text: str, length: int = 12) -> list[str]:
    """Runs of so many characters of the secret that stand in a text, what all tokens of the shape share left out."""
    return [run for run in _runs(sample.secret, length) if run in text]


def _runs(secret: str, length: int) -> list[str]:
    known = ("PRIVATE KEY", "PuTTY-User", "Private-MAC", "BEGIN ", "END ", "AGE-SECRET", "pypi-A")
    runs = [secret[start : start + length] for start in range(max(1, len(secret) - length + 1))]
    return [run for run in runs if not any(word[:6] in run for word in known)]

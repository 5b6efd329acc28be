"""Secrets that are known by the format around them: credential files, password hashes, PHP constants, XML elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.analyze.secrets.detector import Certainty, Hit
from gatekeeper.analyze.secrets.gates import Gate

ANY = re.compile("")


@dataclass(frozen=True, slots=True)
class Credential:
    """A pattern whose group ``secret`` is the secret and ``key`` its name, in the files whose path matches."""

    name: str
    paths: re.Pattern[str]
    pattern: re.Pattern[str]
    lines: Gate
    certainty: Certainty = Certainty.FORMAT

    def gate(self, path: str) -> Gate | None:
        """None for files of other formats."""
        return self.lines if self.paths.search(path) else None

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches."""
        for match in self.pattern.finditer(line):
            key = match["key"] if "key" in self.pattern.groupindex else None
            if match["secret"]:
                yield Hit(*match.span("secret"), key=key)


def _named(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/)(?:{names})$")


CREDENTIALS: tuple[Credential, ...] = (
    # netrc(5): tokens separated by white space, any order of machine, login and password.
    Credential(
        "Netrc Password",
        _named(r"[._]?netrc"),
        re.compile(r"(?:^|\s)(?P<key>password)\s+(?P<secret>\S+)"),
        Gate(exact=(b"password",)),
    ),
    # PostgreSQL's password file: host:port:database:user:password, with \: and \\ as escapes.
    Credential(
        "PostgreSQL Password File",
        _named(r"\.?pgpass(?:\.conf)?"),
        re.compile(r"^(?!\s*#)(?:(?:[^:\\]|\\.)*:){3}(?P<key>(?:[^:\\]|\\.)*):(?P<secret>(?:[^:\\]|\\.)+)$"),
        Gate(exact=(b":",)),
    ),
    # git-credential-store(1): a URL a line.
    Credential(
        "Git Credentials",
        _named(r"\.?git-credentials"),
        re.compile(r"^[a-z][a-z0-9+.-]*://(?P<key>[^:@/\s]*):(?P<secret>[^@\s]+)@"),
        Gate(exact=(b"://",)),
    ),
    Credential(
        "NPM Credentials",
        _named(r"\.?npmrc|\.yarnrc(?:\.ya?ml)?"),
        re.compile(
            r"(?P<key>_authToken|_auth|_password|npmAuthToken|npmAuthIdent)[\"']?\s*[=:]\s*[\"']?(?P<secret>[^\s\"']+)"
        ),
        Gate(exact=(b"_auth", b"_password", b"npmAuth")),
    ),
    # crypt(5) and RFC 2307: user:$id$salt$hash or user:{SCHEME}base64.
    Credential(
        "Password Hash",
        ANY,
        re.compile(
            r"(?:^|[\s\"'])(?P<key>[\w.@-]{1,64}):(?P<secret>\$(?:apr1|1|2[abxy]|5|6|7|y|gy|sha1|md5)\$[^\s:\"']{8,256}"
            r"|\{S?SHA\}[A-Za-z0-9+/]{27,128}={0,2})(?=[:\s\"'\\]|$)"
        ),
        Gate(exact=(b":$", b":{S")),
    ),
    Credential(
        "Password Hash",
        _named(r"[^/]*\.?htpasswd|shadow-?|g?shadow|master\.passwd"),
        re.compile(r"^(?P<key>[\w.@-]{1,64}):(?P<secret>[./0-9A-Za-z]{13})(?=:|$)"),
        Gate(exact=(b":",)),
    ),
    Credential(
        "Django Secret Key",
        re.compile(r"\.py$"),
        re.compile(
            r"^\s*(?P<key>SECRET_KEY(?:_FALLBACKS)?)\s*(?::\s*str\s*)?=\s*[rbu]?([\"'])(?P<secret>(?:(?!\2).)+)\2"
        ),
        Gate(exact=(b"SECRET_KEY",)),
    ),
    Credential(
        "PHP Constant",
        re.compile(r"\.(?:php\d?|inc|phtml)$"),
        re.compile(
            r"(?i)\bdefine\s*\(\s*([\"'])(?P<key>\w{0,64}?(?:pass|pwd|secret|token|key|salt)\w{0,64})\1\s*,\s*"
            r"([\"'])(?P<secret>(?:(?!\3)[^\\]|\\.)*)\3"
        ),
        Gate(literals=(b"define",)),
    ),
    Credential(
        "XML Element",
        re.compile(r"(?i)\.(?:xml|config|props|targets|csproj|plist|xaml|jelly)$"),
        re.compile(
            r"(?i)<(?P<key>[\w.:-]{0,40}?(?:pass|pwd|secret|api_?key|token)[\w.:-]{0,40})(?:\s[^<>]{0,200})?>"
            r"(?P<secret>[^<>\s]{4,500})</"
        ),
        Gate(literals=(b"pass", b"pwd", b"secret", b"apikey", b"api_key", b"token")),
    ),
    Credential(
        "Docker Registry Credentials",
        _named(r"\.?dockercfg|\.?dockerconfig(?:json|\.json)|docker-config\.json|\.docker/config\.json|config\.json"),
        re.compile(r"\"(?P<key>auth)\"\s*:\s*\"(?P<secret>[0-9A-Za-z+/]{8,}={0,2})\""),
        Gate(exact=(b'"auth"',)),
    ),
)

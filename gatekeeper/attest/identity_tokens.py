"""Identity tokens (OpenID Connect): where they come from, and what is looked at before one is sent anywhere.

A token is as good as a password for as long as it lives: it stands in no message and no representation.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.attest.services import Service, ask
from gatekeeper.errors import UsageError
from gatekeeper.formats import strict_json
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject

AUDIENCE = "sigstore"
VARIABLE = "SIGSTORE_ID_TOKEN"  # which GitLab's documentation and other clients use
MAX_BYTES = 64 << 10
# An issuer's clock may run ahead a little.
LEEWAY = datetime.timedelta(seconds=5)
_GITHUB = "GitHub's issuer of identity tokens"
_GITHUB_SECONDS = 30.0
_PIPE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class IdentityToken:
    """A token that could be read. ``source`` says for messages where it came from; times are in UTC."""

    raw: str = field(repr=False)
    source: str
    issuer: str
    start: datetime.datetime
    end: datetime.datetime

    def check(self, now: datetime.datetime) -> None:
        """Raises UsageError: it is not valid now."""
        if self.start - LEEWAY <= now < self.end:
            return
        late = now >= self.end
        raise UsageError(
            f"the identity token of {self.source} {'has expired' if late else 'is not valid yet'}: it is valid from"
            f" {self.start.isoformat()} to {self.end.isoformat()}, and the clock here says"
            f" {now.replace(microsecond=0).isoformat()}",
            hint="get a new token, and sign right then; if it is new, set this machine's clock"
            if late
            else "set this machine's clock",
        )


def read_token(raw: str, source: str) -> IdentityToken:
    """A token from its text; whether it is valid now is left to ``check``.

    Raises:
        UsageError: it is no token, or not one for Sigstore.
    """
    try:
        claims = _claims(raw)
        start = _time(claims.get("nbf", claims.get("iat")), "nbf or iat")
        end = _time(claims.get("exp"), "exp")
        issuer, subject, audience = claims.get("iss"), claims.get("sub"), claims.get("aud")
        if not isinstance(issuer, str) or not isinstance(subject, str) or not issuer or not subject:
            raise ValueError("iss and sub are missing")
    except ValueError as error:
        raise UsageError(
            f"the identity token of {source} cannot be read: {error}", hint="give a token of OpenID Connect (a JWT)"
        ) from None
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise UsageError(
            f"the identity token of {source} is not for {AUDIENCE}", hint=f"ask its issuer for the audience {AUDIENCE}"
        )
    return IdentityToken(raw, source, issuer, start, end)


def token_from_file(path: Path) -> IdentityToken:
    """The token in a file; a line end behind it does not count.

    It may be a pipe that a shell opened, as ``<(command)`` does: so the token need not be on a disk.

    Raises:
        UsageError: the file cannot be read, or holds no token.
    """
    try:
        data = read_regular(path, MAX_BYTES, seconds=_PIPE_SECONDS)
    except OSError as error:
        raise UsageError(
            f"the identity token {path} cannot be read: {error.strerror}", hint="name a file with a token"
        ) from None
    return read_token(_text(data.rstrip(b"\r\n")), f"the file {path}")


def token_from_variable(name: str, environment: Mapping[str, str]) -> IdentityToken:
    """The token in an environment variable.

    Raises:
        UsageError: it is not set, or holds no token.
    """
    if not (raw := environment.get(name, "").strip()):
        raise UsageError(f"the variable {name} holds no identity token", hint="set it, or name a file")
    return read_token(raw, f"the variable {name}")


def token_from_github(environment: Mapping[str, str]) -> IdentityToken:
    """The token of the running job of GitHub Actions.

    Raises:
        UsageError: the job may ask for none.
        GatekeeperError: the issuer could not be asked.
    """
    url = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    credential = environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    if not url or not credential:
        raise UsageError(
            "this job of GitHub Actions may not ask for an identity token",
            hint="give it `permissions: id-token: write`; jobs for pull requests from forks never get one",
        )
    issuer = Service(_GITHUB, url)
    path = f"{'&' if '?' in url else '?'}audience={AUDIENCE}"
    answer = ask(issuer, path, body=None, token=credential, seconds=_GITHUB_SECONDS)
    try:
        value = strict_json.loads(answer)
    except ValueError:
        value = None
    raw = value.get("value") if isinstance(value, dict) else None
    if not isinstance(raw, str):
        raise issuer.failed("answered with no token", "sign later")
    return read_token(raw, "GitHub Actions")


def ambient_token(environment: Mapping[str, str]) -> IdentityToken:
    """The token of where this runs: a job of GitHub Actions, else (a job of GitLab) the variable SIGSTORE_ID_TOKEN.

    Raises:
        UsageError: there is none.
        GatekeeperError: an issuer could not be asked.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        return token_from_github(environment)
    if environment.get(VARIABLE, "").strip():
        return token_from_variable(VARIABLE, environment)
    if environment.get("GITLAB_CI") == "true":
        hint = f"give the job `id_tokens: {{{VARIABLE}: {{aud: {AUDIENCE}}}}}`"
    else:
        hint = f"--identity-token FILE or env:NAME names one; or set {VARIABLE}"
    raise UsageError("there is no identity token to sign with", hint=hint)


def _claims(raw: str) -> JsonObject:
    parts = raw.split(".")
    if len(raw) > MAX_BYTES or len(parts) != 3 or not all(parts):
        raise ValueError("a token has three parts with dots between them")
    try:
        payload = base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True)
        claims = strict_json.loads(payload)
    except (binascii.Error, ValueError):
        # The cause could quote the token.
        raise ValueError("its middle part is no JSON in base64url") from None
    if not isinstance(claims, dict):
        raise ValueError("its middle part is no JSON object")
    return claims


def _time(value: Json, name: str) -> datetime.datetime:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{name} is no time") from None


def _text(data: bytes) -> str:
    return data.decode("ascii", "replace")

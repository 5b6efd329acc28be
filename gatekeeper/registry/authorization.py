"""What is sent as ``Authorization``, and to whom: to the registry's own host, and credentials to its token realm.

Tokens are got as https://distribution.github.io/distribution/spec/auth/token/ and .../oauth/ have it. The scope is ours
and never the challenge's: a registry cannot ask for more than the operation needs.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable

import httpx

from gatekeeper.errors import Undecidable
from gatekeeper.formats import base64, strict_json
from gatekeeper.registry.challenges import Challenge
from gatekeeper.registry.credentials import Credential
from gatekeeper.registry.reference import Repository, is_loopback

PULL = "pull"
PUSH = "pull,push"
_CLIENT = "gatekeeper"
# (method, address, headers, body) -> status, body
Ask = Callable[[str, httpx.URL, dict[str, str], bytes], tuple[int, bytes]]


def authorization(
    challenges: list[Challenge],
    repository: Repository,
    actions: str,
    credential: Credential | None,
    ask: Ask,
) -> str:
    """The header's value that answers a registry's challenges.

    Raises:
        Undecidable: it wants what we do not have or do not do, or its token realm is none that may be trusted.
    """
    if credential is not None and credential.registry_token:
        return f"Bearer {_plain(credential.registry_token, repository)}"
    for challenge in challenges:
        if challenge.scheme == "bearer":
            return f"Bearer {_token(challenge, repository, actions, credential, ask)}"
    if any(challenge.scheme == "basic" for challenge in challenges):
        if credential is None or credential.identity_token:
            raise _refused(repository)
        return _basic(credential)
    raise Undecidable(
        f"{repository.host} asks for credentials in a way that is not known",
        hint="Bearer (a token realm) and Basic are",
    )


def _token(challenge: Challenge, repository: Repository, actions: str, credential: Credential | None, ask: Ask) -> str:
    realm = _realm(challenge, repository, secret=credential is not None)
    fields = {"service": challenge.parameters.get("service", ""), "scope": f"repository:{repository.name}:{actions}"}
    if credential is not None and credential.identity_token:
        fields |= {"grant_type": "refresh_token", "refresh_token": credential.identity_token, "client_id": _CLIENT}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = ask("POST", realm, headers, urllib.parse.urlencode(fields).encode())
    else:
        headers = {} if credential is None else {"Authorization": _basic(credential)}
        status, body = ask("GET", realm.copy_merge_params(fields), headers, b"")
    if status in (400, 401, 403):
        raise _refused(repository)
    try:
        answer = strict_json.loads(body)
    except ValueError:
        answer = None
    token = (answer.get("token") or answer.get("access_token")) if isinstance(answer, dict) else None
    if status != 200 or not isinstance(token, str) or not token:
        raise Undecidable(f"the token realm {realm.host} of {repository.host} gave no token: status {status}")
    return _plain(token, repository)


def _realm(challenge: Challenge, repository: Repository, *, secret: bool) -> httpx.URL:
    try:
        realm = httpx.URL(challenge.parameters.get("realm", ""))
    except httpx.InvalidURL:
        realm = httpx.URL("")
    # This very machine may name itself; another one may not send credentials to what listens here. What listens here
    # at another port may be anybody's: it gets no secret.
    netloc = realm.netloc.decode("ascii")
    local = repository.is_local and realm.scheme == "http" and is_loopback(netloc)
    if secret and netloc != repository.server:
        local = False
    if realm.userinfo or not realm.host or not (realm.scheme == "https" or local):
        raise Undecidable(
            f"{repository.host} names the token realm {realm.scheme}://{netloc}, which is not HTTPS",
            hint="credentials are sent to the registry's own host and port, and to its HTTPS token realm",
        )
    return realm


def _basic(credential: Credential) -> str:
    return "Basic " + base64.encode(f"{credential.username}:{credential.password}".encode())


def _plain(token: str, repository: Repository) -> str:
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Undecidable(f"the token for {repository.host} holds what no header can")
    return token


def _refused(repository: Repository) -> Undecidable:
    return Undecidable(
        f"{repository.host} does not let us see {repository.name} with the credentials that were found, or without any",
        hint=f"log in: `docker login {repository.host}`, or see that the account has the right to it",
    )

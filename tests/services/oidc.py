"""An issuer of identity tokens (OpenID Connect): Fulcio is served its documents; whoever has its key makes tokens.

``python -m tests.services.oidc PORT KEY`` serves two issuers of one key: ``/email`` and ``/github``.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import RSAAlgorithm

from gatekeeper.model.json import JsonObject

EMAIL, GITHUB = "email", "github"
_KEY_ID = "tests"


def token(key: Path, issuer: str, claims: JsonObject, lifetime: int = 300) -> str:
    """A token of ``issuer`` that ends in ``lifetime`` seconds."""
    now = int(time.time())
    standard = {"iss": issuer, "aud": "sigstore", "iat": now - 5, "nbf": now - 5, "exp": now + lifetime}
    return jwt.encode(standard | claims, key.read_bytes(), algorithm="RS256", headers={"kid": _KEY_ID})


def email_claims(address: str) -> JsonObject:
    return {"sub": address, "email": address, "email_verified": True}


def github_claims(repository: str, ref: str, workflow: str, commit: str = "ab" * 20) -> JsonObject:
    """What GitHub Actions says of a run of a workflow; ``repository`` is ``owner/name``, ``workflow`` a file's name."""
    owner, _, _ = repository.partition("/")
    definition = f"{repository}/.github/workflows/{workflow}@{ref}"
    return {
        "sub": f"repo:{repository}:ref:{ref}",
        "repository": repository,
        "repository_id": "100",
        "repository_owner": owner,
        "repository_owner_id": "7",
        "repository_visibility": "public",
        "ref": ref,
        "sha": commit,
        "event_name": "push",
        "workflow": "Release",
        "workflow_ref": definition,
        "workflow_sha": commit,
        "job_workflow_ref": definition,
        "job_workflow_sha": commit,
        "runner_environment": "github-hosted",
        "run_id": "42",
        "run_attempt": "1",
    }


def serve(port: int, public_key: Path) -> None:
    key = load_pem_public_key(public_key.read_bytes())
    assert isinstance(key, RSAPublicKey)
    keys = {"keys": [RSAAlgorithm.to_jwk(key, as_dict=True) | {"kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}
    base = f"http://127.0.0.1:{port}"
    documents: dict[str, JsonObject] = {"/keys": keys}
    for name in (EMAIL, GITHUB):
        documents[f"/{name}/.well-known/openid-configuration"] = {
            "issuer": f"{base}/{name}",
            "jwks_uri": f"{base}/keys",
            "authorization_endpoint": f"{base}/{name}/authorize",
            "token_endpoint": f"{base}/{name}/token",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = documents.get(self.path)
            body = json.dumps(document).encode()
            self.send_response(404 if document is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))

"""The command line that sigstore-conformance speaks to a client (its ``docs/cli_protocol.md``).

Verification is gatekeeper's own; signing is the sigstore library's. Without ``--trusted-root`` bundles are verified
against the root that ships, and for staging against the one that ships with the library. Of what the protocol does not
say, the suite's own cases decide: a bundle that is signed with a key and holds no time is verified as of now.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gatekeeper.crypto import public_keys
from gatekeeper.errors import GatekeeperError, VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification import roots
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.payload import statement_of
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.subject import About
from gatekeeper.verification.core.trust import Root, Trust
from gatekeeper.verification.subjects import files
from gatekeeper.verification.subjects.base import Subject

_DIGEST = re.compile(r"sha256:([0-9a-fA-F]{64})\Z")
_STAGING = "https%3A%2F%2Ftuf-repo-cdn.sigstage.dev"


@dataclass(frozen=True, slots=True)
class Digest:
    """A message of which only the sha256 is known."""

    sha256: bytes

    def digest(self, algorithm: str) -> bytes:
        if algorithm != "sha256":
            raise VerificationFailure(f"the {algorithm} is needed, only a sha256 is given", step="subject")
        return self.sha256

    def content(self) -> bytes:
        raise VerificationFailure("a key that signs no digest needs the whole file", step="subject")


class OfDigest(Subject):
    """An artifact of which only the sha256 is known."""

    def digests_beside(self, stated: Mapping[str, str]) -> Mapping[str, str]:
        return self.digests


def main(arguments: list[str]) -> int:
    """0 where it was signed or verified, 1 where not; messages go to stderr."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "sign-bundle":
            _sign(options)
        else:
            _verify(options)
    except GatekeeperError as error:
        details = "; ".join(filter(None, (error.message, *_details(error), error.hint)))
        print(f"refused: {details}", file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


def _details(error: GatekeeperError) -> tuple[str, ...]:
    if not isinstance(error, VerificationFailure):
        return ()
    return (f"step {error.step}", f"expected {error.expected}", f"found {error.found}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="client", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    sign = commands.add_parser("sign-bundle", allow_abbrev=False)
    sign.add_argument("--in-toto", action="store_true")
    sign.add_argument("--identity-token", required=True)
    sign.add_argument("--signing-config", type=Path)
    verify = commands.add_parser("verify-bundle", allow_abbrev=False)
    verify.add_argument("--certificate-identity")
    verify.add_argument("--certificate-oidc-issuer")
    verify.add_argument("--key", type=Path)
    for command in (sign, verify):
        command.add_argument("--staging", action="store_true")
        command.add_argument("--bundle", type=Path, required=True)
        command.add_argument("--trusted-root", type=Path)
        command.add_argument("artifact")
    return parser


def _verify(options: argparse.Namespace) -> None:
    named = (options.certificate_identity, options.certificate_oidc_issuer)
    if any(named) if options.key else not all(named):
        raise ValueError("the signer is a --key, or a --certificate-identity with its --certificate-oidc-issuer")
    root = Root.load(_root(options))
    key = public_keys.load(options.key.read_bytes()) if options.key else None
    present = datetime.datetime.now(datetime.UTC) if key else None
    bundle = Bundle.decode(options.bundle.read_bytes())
    signed = verified(bundle, Trust(root, key, present=present), _artifact(options.artifact))
    if key is None:
        identity = signed.signer.identity
        found = (identity.subject, identity.issuer) if identity else ("", "")
        if found != named:
            raise VerificationFailure("another signer", expected=f"{named}", found=f"{found}", step="identity")


def verified(bundle: Bundle, trust: Trust, artifact: Subject) -> Signed:
    """The steps of ``verify``, from the signature to the artifact; without its rules about who may sign.

    Raises:
        VerificationFailure: a step does not hold.
    """
    if isinstance(bundle.content, Envelope):
        signed = verify_bundle(bundle, trust)
        About.of(statement_of(bundle.content)).check(artifact)
        return signed
    assert artifact.message is not None
    return verify_file(bundle, trust, artifact.message)


def _root(options: argparse.Namespace) -> bytes:
    if options.trusted_root:
        return Path(options.trusted_root).read_bytes()
    if options.staging:
        return (resources.files("sigstore") / "_store" / _STAGING / "trusted_root.json").read_bytes()
    return roots.public_root()


def _artifact(name: str) -> Subject:
    match = _DIGEST.match(name)
    if match and not Path(name).exists():
        return OfDigest(name, "", {"sha256": match[1].lower()}, Digest(bytes.fromhex(match[1])))
    return files.resolve(name)


def _sign(options: argparse.Namespace) -> None:
    # Half a second, and not needed to verify.
    from sigstore.dsse import Statement as Signable
    from sigstore.errors import Error
    from sigstore.models import ClientTrustConfig
    from sigstore.oidc import IdentityToken
    from sigstore.sign import SigningContext

    data = Path(options.artifact).read_bytes()
    try:
        if options.signing_config:
            config = ClientTrustConfig.from_json(_trust_config(options))
        elif options.trusted_root:
            raise ValueError("a --trusted-root names no services: --signing-config is needed too")
        else:
            config = ClientTrustConfig.staging() if options.staging else ClientTrustConfig.production()
        with SigningContext.from_trust_config(config).signer(IdentityToken(options.identity_token)) as signer:
            bundle = signer.sign_dsse(Signable(data)) if options.in_toto else signer.sign_artifact(data)
    except Error as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    options.bundle.write_text(bundle.to_json(), encoding="utf-8")


def _trust_config(options: argparse.Namespace) -> str:
    root, signing = _root(options).decode(), options.signing_config.read_text(encoding="utf-8")
    media_type = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
    return f'{{"mediaType": "{media_type}", "trustedRoot": {root}, "signingConfig": {signing}}}'

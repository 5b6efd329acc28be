"""The command line that sigstore-conformance speaks to a client (its ``docs/cli_protocol.md``).

Both are gatekeeper's own. Without ``--trusted-root`` bundles are verified against the root that ships, and for staging
against the one that ships with the sigstore library. Of what the protocol does not say, the suite's own cases decide: a
bundle that is signed with a key and holds no time is verified as of now, which gatekeeper itself refuses.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import Message, PublicKey
from gatekeeper.errors import GatekeeperError, VerificationFailure
from gatekeeper.formats import jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.signing_config import TRUST_CONFIG
from gatekeeper.formats.statement import Statement
from gatekeeper.roads.signing import SigningRequest, open_signer
from gatekeeper.verification import roots
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.inclusion import check_checkpoint, check_inclusion
from gatekeeper.verification.core.log_body import check_body
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.payload import statement_of
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.subject import About
from gatekeeper.verification.core.trust import Need, Root, Trust
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


@dataclass(frozen=True, slots=True)
class AsGiven(Statement):
    """A statement that is signed byte by byte as it was given."""

    contents: bytes = b""

    @classmethod
    def read(cls, contents: bytes) -> AsGiven:
        read = Statement.decode(contents)
        return cls(read.subjects, read.predicate_type, read.predicate, read.type, contents)

    def encode(self) -> bytes:
        return self.contents


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
    bundle = Bundle.decode(options.bundle.read_bytes())
    artifact = _artifact(options.artifact)
    if key is not None and _is_undated(bundle, root):
        verified_as_of_now(bundle, Trust(root, key), key, artifact)
        return
    signed = verified(bundle, Trust(root, key), artifact)
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


def _is_undated(bundle: Bundle, root: Root) -> bool:
    """Whether all that is missing is a time: entries of known logs, in a version that needs no promise."""
    return (
        bundle.version != "0.1"
        and bool(bundle.entries)
        and not bundle.timestamps
        and all(entry.proof and not entry.promise and entry.log_id in root.logs for entry in bundle.entries)
    )


def verified_as_of_now(bundle: Bundle, trust: Trust, key: PublicKey, artifact: Subject) -> None:
    """Like ``verified``, of entries that nobody dated: none is of the future, so a log in use now was so before.

    Raises:
        VerificationFailure: a step does not hold.
    """
    now, content = datetime.datetime.now(datetime.UTC), bundle.content
    if isinstance(content, Envelope):
        message: Message = InMemory(content.message)
        signature = content.signatures[0].signature
    else:
        assert artifact.message is not None
        message, signature = artifact.message, content.signature
    for entry in bundle.entries:
        log = trust.root.logs[entry.log_id]
        assert entry.proof is not None
        check_inclusion(entry, entry.proof)
        check_checkpoint(entry.proof, log)
        check_body(entry, bundle, message, signature, (*bundle.certificates, public_keys.der(key))[0])
        if now not in log.window:
            raise VerificationFailure("the log's key is not in use now", expected=str(log.window), step="log entry")
    verified(replace(bundle, entries=()), replace(trust, log=Need.OPTIONAL), artifact)


def _root(options: argparse.Namespace) -> bytes:
    if options.trusted_root:
        return Path(options.trusted_root).read_bytes()
    if options.staging:
        return _of_staging("trusted_root.json")
    return roots.public_root()


def _artifact(name: str) -> Subject:
    match = _DIGEST.match(name)
    if match and not Path(name).exists():
        return OfDigest(name, "", {"sha256": match[1].lower()}, Digest(bytes.fromhex(match[1])))
    return files.resolve(name)


def _sign(options: argparse.Namespace) -> None:
    data = Path(options.artifact).read_bytes()
    with TemporaryDirectory() as folder:
        config = Path(folder, "trust-config.json")
        config.write_bytes(_trust_config(options))
        request = SigningRequest(
            clock=lambda: datetime.datetime.now(datetime.UTC),
            secret=bytes,
            environment={"TOKEN": options.identity_token},
            keyless=True,
            trust_config=str(config),
            identity_token="env:TOKEN",
        )
        signer = open_signer(request)
    bundle = signer.sign(AsGiven.read(data)) if options.in_toto else signer.sign_file(data)
    options.bundle.write_bytes(bundle.encode())


def _trust_config(options: argparse.Namespace) -> bytes:
    if options.signing_config:
        signing = Path(options.signing_config).read_bytes()
    elif options.trusted_root:
        raise ValueError("a --trusted-root names no services: --signing-config is needed too")
    elif options.staging:
        signing = _of_staging("signing_config.v0.2.json")
    else:
        from gatekeeper.attest.keyless import public_trust_config

        return public_trust_config()
    documents = {"trustedRoot": jsonable.loads(_root(options)), "signingConfig": jsonable.loads(signing)}
    return jsonable.dumps({"mediaType": TRUST_CONFIG, **documents})


def _of_staging(file: str) -> bytes:
    return (resources.files("sigstore") / "_store" / _STAGING / file).read_bytes()

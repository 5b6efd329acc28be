"""A private Sigstore on loopback, of real programs: issuer, certificate log, Fulcio, Rekor v2, timestamp authority."""

from __future__ import annotations

import datetime
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.services import oidc, pki
from tests.services.processes import free_ports, get, running, wait_for
from tests.services.tools import program

PROGRAMS = ("cosign", "createtree", "ct_server", "ctlog", "fulcio", "posix", "timestamp-server")
TRUST_CONFIG_TYPE = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
_TEMPLATES = {
    "github-workflow-trigger": "event_name",
    "github-workflow-sha": "sha",
    "github-workflow-name": "workflow",
    "github-workflow-repository": "repository",
    "github-workflow-ref": "ref",
    "build-signer-uri": "{{ .url }}/{{ .job_workflow_ref }}",
    "build-signer-digest": "job_workflow_sha",
    "runner-environment": "runner_environment",
    "source-repository-uri": "{{ .url }}/{{ .repository }}",
    "source-repository-digest": "sha",
    "source-repository-ref": "ref",
    "source-repository-identifier": "repository_id",
    "source-repository-owner-uri": "{{ .url }}/{{ .repository_owner }}",
    "source-repository-owner-identifier": "repository_owner_id",
    "build-config-uri": "{{ .url }}/{{ .workflow_ref }}",
    "build-config-digest": "workflow_sha",
    "build-trigger": "event_name",
    "run-invocation-uri": "{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}",
    "source-repository-visibility-at-signing": "repository_visibility",
}


@dataclass(frozen=True, slots=True)
class SigstoreStack:
    """A Sigstore that runs: its folder, and the addresses of its services."""

    folder: Path
    oidc: str
    certificate_log: str
    fulcio: str
    rekor: str
    timestamps: str

    @property
    def trusted_root(self) -> Path:
        return self.folder / "trusted_root.json"

    @property
    def signing_config(self) -> Path:
        return self.folder / "signing_config.json"

    @property
    def trust_config(self) -> Path:
        """Both in one, as sigstore-python takes them."""
        return self.folder / "trust_config.json"

    @property
    def email_issuer(self) -> str:
        return f"{self.oidc}/{oidc.EMAIL}"

    @property
    def github_issuer(self) -> str:
        return f"{self.oidc}/{oidc.GITHUB}"

    def email_token(self, address: str, lifetime: int = 300) -> str:
        return oidc.token(self.folder / "oidc.key", self.email_issuer, oidc.email_claims(address), lifetime)

    def github_token(
        self,
        repository: str = "acme/shop",
        ref: str = "refs/heads/main",
        workflow: str = "release.yml",
        commit: str = "ab" * 20,
    ) -> str:
        """Of a workflow run; the certificate names ``https://github.com/REPOSITORY/.github/workflows/WORKFLOW@REF``."""
        claims = oidc.github_claims(repository, ref, workflow, commit)
        return oidc.token(self.folder / "oidc.key", self.github_issuer, claims, 300)

    def save(self) -> None:
        text = json.dumps(asdict(self), default=str)
        temporary = self.folder / "stack.part"
        temporary.write_text(text)
        temporary.replace(self.folder / "stack.json")

    @classmethod
    def load(cls, folder: Path) -> SigstoreStack:
        """A running one from its folder."""
        saved = json.loads((folder / "stack.json").read_text())
        return cls(**(saved | {"folder": folder}))


@contextmanager
def running_stack(folder: Path) -> Iterator[SigstoreStack]:
    """Start everything in an empty ``folder``, and stop it at the end of the block, or when this process dies.

    Raises:
        RuntimeError: a program did not start; what it printed stands in the message.
    """
    ports = free_ports(11)
    base = [f"http://127.0.0.1:{port}" for port in ports]
    stack = SigstoreStack(folder, base[0], f"{base[2]}/gk", base[3], base[6], f"{base[9]}/api/v1/timestamp")
    start = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - pki.HOUR
    certificate_log_key = _write_keys(folder, start)
    _write_fulcio_configuration(stack)
    with ExitStack() as programs:

        def run(name: str, *arguments: object) -> subprocess.Popen[bytes]:
            return programs.enter_context(running(folder, name, *arguments))

        issuer = run(sys.executable, "-m", "tests.services.oidc", ports[0], folder / "oidc.pub")
        trees = run("ctlog", f"127.0.0.1:{ports[1]}")
        log = _start_log(run, folder, ports[6:9])
        authority = _start_authority(run, folder, ports[9])
        wait_for(trees, folder, lambda: socket.create_connection(("127.0.0.1", ports[1]), 1).close())
        _configure_certificate_log(folder, ports[1], certificate_log_key)
        certificate_log = run(
            "ct_server",
            f"--log_config={folder / 'ct.cfg'}",
            f"--log_rpc_server=127.0.0.1:{ports[1]}",
            f"--http_endpoint=127.0.0.1:{ports[2]}",
        )
        # Without its issuer Fulcio would start, and trust nobody.
        wait_for(issuer, folder, lambda: get(f"{stack.email_issuer}/.well-known/openid-configuration"))
        wait_for(certificate_log, folder, lambda: get(f"{stack.certificate_log}/ct/v1/get-roots"))
        fulcio = _start_fulcio(run, stack, ports[3:6])
        wait_for(log, folder, lambda: get(f"{stack.rekor}/healthz"))
        wait_for(authority, folder, lambda: get(f"{base[9]}/ping"))
        wait_for(fulcio, folder, lambda: get(f"{stack.fulcio}/healthz"))
        _write_trust(stack, start)
        stack.save()
        yield stack


_Run = Callable[..., subprocess.Popen[bytes]]


def _start_log(run: _Run, folder: Path, ports: Sequence[int]) -> subprocess.Popen[bytes]:
    # Verifiers want the origin of checkpoints to be the host name of the log's address.
    names = ("--http-port", "--grpc-port", "--http-metrics-port")
    where = [argument for pair in zip(names, ports, strict=True) for argument in pair]
    pace = ("--checkpoint-interval", "100ms", "--batch-max-age", "50ms")
    keys = ("--storage-dir", folder / "rekor", "--signer-filepath", folder / "rekor.key")
    return run("posix", "serve", "--hostname", "127.0.0.1", *where, *keys, *pace)


def _start_authority(run: _Run, folder: Path, port: int) -> subprocess.Popen[bytes]:
    signer = ("--timestamp-signer", "file", "--file-signer-key-path", folder / "tsa.key")
    chain = ("--certificate-chain-path", folder / "tsa.pem", "--disable-ntp-monitoring")
    return run("timestamp-server", "serve", "--host", "127.0.0.1", "--port", port, *signer, *chain)


def _start_fulcio(run: _Run, stack: SigstoreStack, ports: Sequence[int]) -> subprocess.Popen[bytes]:
    folder = stack.folder
    hosts = ("--host", "127.0.0.1", "--grpc-host", "127.0.0.1", "--legacy-unix-domain-socket", "fulcio.sock")
    names = ("--port", "--grpc-port", "--metrics-port")
    where = [argument for pair in zip(names, ports, strict=True) for argument in pair]
    authority = ("--ca", "fileca", "--fileca-cert", folder / "ca.pem", "--fileca-key", folder / "ca.key")
    unencrypted = ("--fileca-key-passwd=", "--fileca-watch=false")
    log = ("--ct-log-url", stack.certificate_log, "--ct-log-public-key-path", folder / "ct.pub")
    configuration = ("--config-path", folder / "fulcio.yaml")
    return run("fulcio", "serve", *hosts, *where, *authority, *unencrypted, *log, *configuration)


def _write_keys(folder: Path, start: datetime.datetime) -> bytes:
    """All keys and certificates; the DER of the certificate log's key."""
    authority, stamps = pki.new_key(), pki.new_key()
    pki.write_key(folder / "ca.key", authority)
    pki.write_certificates(
        folder / "ca.pem",
        pki.certificate_authority("fulcio", authority, start, [ExtendedKeyUsageOID.CODE_SIGNING]),
    )
    pki.write_key(folder / "tsa.key", stamps)
    pki.write_certificates(folder / "tsa.pem", *pki.timestamp_chain(stamps, start))
    pki.write_key(folder / "oidc.key", rsa.generate_private_key(65537, 2048))
    pki.write_key(folder / "rekor.key", pki.new_key())
    (folder / "rekor").mkdir()
    return pki.write_key(folder / "ct.key", pki.new_key())


def _configure_certificate_log(folder: Path, port: int, key: bytes) -> None:
    created = subprocess.run(
        [program("createtree"), f"--admin_server=127.0.0.1:{port}"], capture_output=True, text=True, check=True
    )
    escaped = "".join(f"\\x{byte:02x}" for byte in key)
    (folder / "ct.cfg").write_text(
        f'config {{ log_id: {created.stdout.strip()} prefix: "gk" roots_pem_file: "{folder / "ca.pem"}"'
        ' ext_key_usages: "CodeSigning" max_merge_delay_sec: 86400'
        f' private_key: {{ [type.googleapis.com/keyspb.PrivateKey] {{ der: "{escaped}" }} }} }}\n'
    )


def _write_fulcio_configuration(stack: SigstoreStack) -> None:
    email = {"issuer-url": stack.email_issuer, "client-id": "sigstore", "type": "email"}
    github = {"issuer-url": stack.github_issuer, "client-id": "sigstore", "type": "ci-provider"}
    provider = {
        "default-template-values": {"url": "https://github.com"},
        "extension-templates": _TEMPLATES,
        "subject-alternative-name-template": "{{ .url }}/{{ .job_workflow_ref }}",
    }
    # In JSON Fulcio knows other names.
    configuration = {
        "oidc-issuers": {
            stack.email_issuer: email,
            stack.github_issuer: github | {"ci-provider": "github-workflow"},
        },
        "ci-issuer-metadata": {"github-workflow": provider},
    }
    (stack.folder / "fulcio.yaml").write_text(yaml.safe_dump(configuration))


def _write_trust(stack: SigstoreStack, start: datetime.datetime) -> None:
    folder, since = stack.folder, start.strftime("start-time=%Y-%m-%dT%H:%M:%SZ")
    of = f"api-version=1,{since},operator=gk"
    root = {
        "--fulcio": f"url={stack.fulcio},certificate-chain={folder / 'ca.pem'},{since}",
        "--ctfe": f"url={stack.certificate_log},public-key={folder / 'ct.pub'},{since}",
        "--rekor": f"url={stack.rekor},public-key={folder / 'rekor.pub'},{since},origin=127.0.0.1",
        "--tsa": f"url={stack.timestamps},certificate-chain={folder / 'tsa.pem'},{since}",
    }
    signing = {
        "--rekor-config": "ANY",
        "--tsa-config": "ANY",
        "--fulcio": f"url={stack.fulcio},{of}",
        "--oidc-provider": f"url={stack.email_issuer},{of}",
        "--rekor": f"url={stack.rekor},api-version=2,{since},operator=gk",
        "--tsa": f"url={stack.timestamps},{of}",
    }
    for command, options, output in (
        ("trusted-root", root, stack.trusted_root),
        ("signing-config", signing, stack.signing_config),
    ):
        flags = [word for option in options.items() for word in option]
        cosign: list[str | Path] = [program("cosign"), command, "create", "--out", output, *flags]
        subprocess.run(cosign, capture_output=True, check=True, env=os.environ | {"HOME": str(folder)})
    both = {
        "mediaType": TRUST_CONFIG_TYPE,
        "trustedRoot": json.loads(stack.trusted_root.read_text()),
        "signingConfig": json.loads(stack.signing_config.read_text()),
    }
    stack.trust_config.write_text(json.dumps(both))

"""A PKCS#11 token in software: SoftHSM 2 and OpenSC's tool, Debian's ``softhsm2`` and ``opensc``."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "8243"
_LABEL = "gk"


@dataclass(frozen=True, slots=True)
class Token:
    """A token with keys; ``environment`` tells processes where it is."""

    folder: Path
    environment: dict[str, str]

    def uri(self, key_id: int = 2) -> str:
        """Of the key 2 (P-256) or 3 (P-384)."""
        return f"hsm:{key_id}?label={_LABEL}"

    def public_key(self, key_id: int = 2) -> PublicKey:
        return public_keys.load_der((self.folder / f"{key_id}.der").read_bytes())

    def run(self, *command: str | Path) -> None:
        subprocess.run(command, env=os.environ | self.environment, check=True, capture_output=True)

    @classmethod
    def create(cls, folder: Path) -> Token:
        """A new one in ``folder``. A process that has loaded the library sees the tokens of that moment only."""
        (folder / "tokens").mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
        token = cls(folder, {"SOFTHSM2_CONF": str(configuration), "PYKCS11LIB": str(LIBRARY)})
        token.run("softhsm2-util", "--init-token", "--free", "--label", _LABEL, "--so-pin", "12345678", "--pin", PIN)
        opened = ("pkcs11-tool", "--module", LIBRARY, "--token-label", _LABEL, "--login", "--pin", PIN, "--id", "02")
        token.run(*opened, "--keypairgen", "--key-type", "EC:prime256v1")
        token.run(*opened, "--read-object", "--type", "pubkey", "--output-file", folder / "2.der")
        # OpenSC cannot read the public key of this curve, so this one is made outside.
        key, file = generate_private_key(SECP384R1()), folder / "3.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "3.der").write_bytes(public_keys.der(key.public_key()))
        token.run("softhsm2-util", "--import", file, "--token", _LABEL, "--label", "3", "--id", "03", "--pin", PIN)
        return token

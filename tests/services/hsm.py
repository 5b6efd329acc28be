"""A PKCS#11 token in software: SoftHSM 2, Debian's package ``softhsm2``."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from tests.services.tools import debian_package

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
        if not LIBRARY.exists():
            debian_package("softhsm2")
        (folder / "tokens").mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
        token = cls(folder, {"SOFTHSM2_CONF": str(configuration), "PYKCS11LIB": str(LIBRARY)})
        token.run("softhsm2-util", "--init-token", "--free", "--label", _LABEL, "--so-pin", "12345678", "--pin", PIN)
        for key_id, curve in ((2, SECP256R1()), (3, SECP384R1())):
            key, file = generate_private_key(curve), folder / f"{key_id}.pem"
            file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            (folder / f"{key_id}.der").write_bytes(public_keys.der(key.public_key()))
            name = str(key_id)
            named = ("--label", name, "--id", f"0{name}")
            token.run("softhsm2-util", "--import", file, "--token", _LABEL, *named, "--pin", PIN)
            file.unlink()
        return token

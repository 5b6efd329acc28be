from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.errors import SettingsError
from gatekeeper.verification import roots
from gatekeeper.verification.core.trust import Need
from gatekeeper.verification.trust.loading import parse_trust, read_trust
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import Instance

RULE = '[[rule]]\nname = "r"\nsubject = ["**"]\npredicate = ["x"]\nsigners = ["ci"]\n'
VSA = 'predicate = ["https://slsa.dev/verification_summary/v1"]'
PROVENANCE = '["https://slsa.dev/provenance/v1"]'
SECOND = '[[signer]]\nname = "s"\n'


def refusal(trusting: Trusting, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        trusting(text)
    assert error.value.exit_code == 2
    return f"{error.value.message} | {error.value.hint}"


def test_what_is_not_said_has_a_careful_default(trusting: Trusting) -> None:
    trust = trusting(RULE)
    assert trust.trusts["sigstore"].log is Need.REQUIRED
    assert trust.trusts["sigstore"].sct is Need.ABSENT
    assert trust.trusts["ann"].log is Need.OPTIONAL
    assert trust.trusts["ann"].key is not None
    assert set(trust.files) >= {"root.json", "ann.pub"}
    assert trust.sha256 == sha256(trust.data).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no rule"),
        (f"{RULE}thresold = 2", "trust.toml:31: rule 1, thresold: unknown field | did you mean threshold?"),
        (f"[[rules]]\n{RULE}", "rules: unknown field | did you mean rule?"),
        (f"{RULE}threshold = true", "rule 1, threshold: a whole number is expected"),
        (f"{RULE}signer = 'ci'", "rule 1, signer: unknown field | did you mean signers?"),
        (RULE.replace('["**"]', '"**"'), "rule 1, subject: a list is expected | write subject = [...]"),
        (RULE.replace('["ci"]', '["cy"]'), "trust.toml:30: rule 1, signers 1: nobody is called 'cy'"),
        (RULE.replace('signers = ["ci"]', ""), "nobody may sign"),
        (RULE.replace('signers = ["ci"]', 'role = "reviewer"'), "0 could sign"),
        (RULE.replace('["**"]', "[]"), "matches nothing"),
        (RULE.replace("**", "{model,prompts}-*"), "could match nothing | wildcards are *, ** and ?"),
        (RULE.replace("**", "model-[0-9]*"), "could match nothing"),
        (RULE.replace("**", "model-*, prompts-*"), "could match nothing"),
        (RULE.replace("**", "./model-*"), "could match nothing"),
        (RULE.replace("**", " model-*"), "could match nothing"),
        (f"{RULE}threshold = 2", "2 distinct persons are needed, and 1 could sign"),
        (f"{RULE}threshold = 0", "0 distinct persons"),
        (f'{RULE}max_age = "soon"', "no age; write 30d"),
        (f'{RULE}max_age = "9999999999d"', "no age"),
        (f'{RULE}age_by = "signer"', "only a VSA states"),
        (f'{RULE}age_by = "me"', "one of: trusted, signer"),
        (f'{RULE}stage = "release"', "is about VSAs"),
        (f"{RULE}level = 3", "is about provenance"),
        (f'{RULE}result = ["PASSED"]', "have a result"),
        (f'{RULE}commit = "main"', "hexadecimal"),
        (f'{RULE}ref = "refs/**"', "stays inside one segment"),
        (f'{RULE}source = "https://*/x"', "scheme and host are written out"),
        (RULE.replace('predicate = ["x"]', VSA), "verifier is missing: a VSA counts for one pair"),
        (RULE.replace('predicate = ["x"]', f'{VSA}\nverifier = "*"\nstage = "build"'), "only our own gate has stages"),
        (RULE.replace('predicate = ["x"]', f'{VSA}\nstage = "build"'), "verifier is missing"),
        (f"{RULE}{RULE}", "there is another rule r"),
        (f'{SECOND}authority = "nobody"\n{RULE}', "nobody is called 'nobody'"),
        (f'{SECOND}authority = "ann"\nidentity = "x"\n{RULE}', "is about certificates, and ann is a key"),
        (f'{SECOND}authority = "sigstore"\nidentity = "x"\n{RULE}', "issuer is missing"),
        (f'{SECOND}authority = "sigstore"\nissuer = ""\n{RULE}', "identity is missing"),
        (f'{SECOND}authority = "sigstore"\nissuer = ""\nidentity = "https://h/a@b"\nref = "c"\n{RULE}', "has a ref"),
        (f'{SECOND}authority = "sigstore"\nissuer = ""\nidentity = "https://h/.."\n{RULE}', "segment . or .."),
        (
            f'{SECOND}authority = "sigstore"\nissuer = ""\nidentity = "x"\nclaims = {{ owner = "1" }}\n{RULE}',
            "signer 2, claims, owner: no claim",
        ),
        (
            f'{SECOND}authority = "ann"\nperson = "A"\n[[signer]]\nname = "t"\nauthority = "ann"\nperson = "B"\n{RULE}',
            "one key or identity is one person",
        ),
        (f'[[authority]]\nname = "x"\n{RULE}', "neither root nor key nor certificate"),
        (f'[[authority]]\nname = "x"\nroot = "root.json"\n{RULE}', "its digest is missing"),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\ncertificate = "ann.pub"\n{RULE}', "both a key and a cert"),
        (f'[[authority]]\nname = "x"\ncertificate = "ca.pem"\n{RULE}', "certificates count at a trusted time"),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\nlog = "required"\n{RULE}', "there is no root that names one"),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\nlog = "maybe"\n{RULE}', "one of: required, optional, absent"),
        (f'[[authority]]\nname = "x"\nkey = "no.pub"\n{RULE}', "trust.toml:26: authority 6: no.pub: there is no such"),
        (f'[[authority]]\nname = "x"\nkey = "root.json"\n{RULE}', "no public key in PEM"),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\nsha256 = "{"0" * 64}"\n{RULE}', "is expected of ann.pub, found"),
        (f'[[authority]]\nname = "x"\nroot = "public"\nsha256 = "{"0" * 64}"\n{RULE}', "in this version"),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\nsha256 = "ABC"\n{RULE}', "64 hexadecimal digits"),
        (
            f'[[authority]]\nname = "x"\nkey = "ann.pub"\nkey_sha256 = "{"0" * 64}"\n{RULE}',
            "is expected of ann.pub, found",
        ),
        (
            f'[[authority]]\nname = "x"\nkey = "ann.pub"\nkey_sha256 = "ABC"\n{RULE}',
            "key_sha256: 64 hexadecimal digits",
        ),
        (f'[[authority]]\nname = "x"\nkey = "ann.pub"\ncertificate_sha256 = "{"0" * 64}"\n{RULE}', "no such file"),
        (f'[[authority]]\nname = "x"\nroot = "public"\nkey_sha256 = "{"0" * 64}"\n{RULE}', "there is no such file"),
        (f'{RULE}[[revoke]]\nsigner = "ci"\nkey = "x"', "exactly one of"),
        (f'{RULE}[[revoke]]\nkey = "x"', "revoke 1, key: 'x': not base64"),
        (f'{RULE}[[revoke]]\nsigner = "ci"\nfrom = 2026-01-01', "no time with a zone"),
        (f'{RULE}[[builder]]\nsigner = "ci"\nid = "x"\nlevel = 5', "between 0 and 4"),
        (RULE.replace('["x"]', PROVENANCE) + 'parameters = { a = "b" }', 'a list of values or "any"'),
        (f"{RULE}x = ", "trust.toml:31:5: is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(trusting: Trusting, text: str, message: str) -> None:
    assert message in refusal(trusting, text)


@pytest.mark.parametrize("version", ["", "version = 2", 'version = "1"', "version = true", "version = 1.0"])
def test_the_version_is_one(version: str) -> None:
    with pytest.raises(SettingsError, match="version"):
        parse_trust(f"{version}\n{RULE}".encode(), "trust.toml", Path("/"))


def test_a_root_that_is_another_one_is_refused(trusting: Trusting, instance: Instance, tmp_path: Path) -> None:
    trusting(RULE)
    (tmp_path / "root.json").write_bytes(Instance().root())
    with pytest.raises(SettingsError, match=r"is expected of root\.json"):
        parse_trust(text_for(instance), "trust.toml", tmp_path)


def text_for(instance: Instance, more: str = "") -> bytes:
    digest = sha256(instance.root()).hexdigest()
    return f"""version = 1
[[authority]]
name = "sigstore"
root = "root.json"
sha256 = "{digest}"
{more}
[[signer]]
name = "ci"
authority = "sigstore"
issuer = ""
identity = "x"
{RULE}""".encode()


def test_a_root_must_have_who_could_do_what_is_required(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(instance.root())
    with pytest.raises(SettingsError, match="timestamp authorities are required"):
        parse_trust(text_for(instance, 'timestamp = "required"'), "trust.toml", tmp_path)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_an_authority_of_ones_own_takes_times_from_a_root(
    instance: Instance, tmp_path: Path, encoding: Encoding
) -> None:
    (tmp_path / "root.json").write_bytes(instance.root())
    (tmp_path / "ca").write_bytes(instance.authority.public_bytes(encoding))
    trust = parse_trust(text_for(instance, 'certificate = "ca"'), "trust.toml", tmp_path).trusts["sigstore"]
    assert [one.chain for one in trust.root.certificate_authorities] == [(instance.authority,)]
    assert trust.root.certificate_authorities[0].name == "sigstore"
    assert len(trust.root.logs) == 1


def test_each_file_has_a_digest_of_its_own(instance: Instance, trusting: Trusting, tmp_path: Path) -> None:
    """Beside a root ``sha256`` is the root's: what else is named could be replaced without a word."""
    trusting(RULE)
    (tmp_path / "ca").write_bytes(instance.authority.public_bytes(Encoding.PEM))
    for kind, name in (("key", "ann.pub"), ("certificate", "ca")):
        digest = sha256((tmp_path / name).read_bytes()).hexdigest()
        signed = text_for(instance, f'{kind} = "{name}"\n{kind}_sha256 = "{digest}"').decode()
        if kind == "key":
            signed = signed.replace('issuer = ""\nidentity = "x"\n', "")
        parse_trust(signed.encode(), "trust.toml", tmp_path)
        with pytest.raises(SettingsError, match=f"{'0' * 64} is expected of {name}, found {digest}"):
            parse_trust(signed.replace(digest, "0" * 64).encode(), "trust.toml", tmp_path)
        with pytest.raises(SettingsError, match=r"is expected of root\.json"):
            parse_trust(signed.replace(sha256(instance.root()).hexdigest(), digest).encode(), "trust.toml", tmp_path)


def test_certificates_that_are_no_chain_are_refused(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(instance.root())
    signed = instance.authority.public_bytes(Encoding.PEM)
    (tmp_path / "ca").write_bytes(signed + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(SettingsError, match="no certificates in PEM"):
        parse_trust(text_for(instance, 'certificate = "ca"'), "trust.toml", tmp_path)


def test_a_file_of_another_kind_is_named_with_what_it_is(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(instance.root())
    (tmp_path / "c.pem").write_bytes(instance.authority.public_bytes(Encoding.PEM))
    public = instance.ca.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "k.pub").write_bytes(public)
    (tmp_path / "empty").write_bytes(b"")
    files = {name: sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("c.pem", "empty")}
    for entry, message in (
        ('key = "c.pem"', "c.pem: no public key in PEM, but a certificate"),
        (
            f'root = "root.json"\nsha256 = "{sha256(instance.root()).hexdigest()}"\ncertificate = "k.pub"',
            "a public key",
        ),
        (f'root = "c.pem"\nsha256 = "{files["c.pem"]}"', "c.pem: no JSON"),
        (f'root = "empty"\nsha256 = "{files["empty"]}"', "empty: an empty file"),
    ):
        text = f'version = 1\n[[authority]]\nname = "x"\n{entry}\n[[signer]]\nname = "ci"\nauthority = "x"\n'
        if "key" not in entry:
            text += 'issuer = ""\nidentity = "x"\n'
        with pytest.raises(SettingsError, match=message) as caught:
            parse_trust(f"{text}{RULE}".encode(), "trust.toml", tmp_path)
        assert "https://cryptography.io" not in caught.value.message


def test_a_value_is_named_once(trusting: Trusting) -> None:
    assert "rule 1, max_age: '30 days' is no age; write 30d" in refusal(trusting, f'{RULE}max_age = "30 days"')


def test_the_public_root_ships(tmp_path: Path) -> None:
    text = text_for(Instance()).decode().replace('"root.json"', '"public"')
    lines = [line for line in text.splitlines() if not line.startswith("sha256")]
    (tmp_path / "trust.toml").write_text("\n".join(lines))
    trust = read_trust(tmp_path / "trust.toml")
    assert trust.trusts["sigstore"].root.certificate_authorities
    assert trust.files == {}
    pinned = text.replace(text.split('sha256 = "')[1][:64], roots.PUBLIC_ROOT_SHA256)
    (tmp_path / "trust.toml").write_text(pinned)
    read_trust(tmp_path / "trust.toml")


def test_a_file_behind_a_link_is_read_and_a_folder_is_not(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(instance.root())
    (tmp_path / "real.toml").write_bytes(text_for(instance))
    (tmp_path / "trust.toml").symlink_to("real.toml")
    assert read_trust(tmp_path / "trust.toml").document.rule[0].name == "r"
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SettingsError):
            read_trust(path)


@pytest.mark.parametrize("data", [b"\xff", b"\x00", b"a = " + b"[" * 100_000, b"[[" * 1000, b"version = 1\n" * 2])
def test_hostile_bytes_are_one_message(data: bytes) -> None:
    with pytest.raises(SettingsError):
        parse_trust(data, "trust.toml", Path("/"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [('[[rule]]\nname = "x"\n' * 50_000, "more than 1000 entries"), ("#" * (3 << 20), "larger than 2048 KiB")],
)
def test_what_is_far_too_much_is_refused_before_it_is_parsed(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "trust.toml").write_text(f"version = 1\n{text}")
    start = time.process_time()
    with pytest.raises(SettingsError, match=problem):
        read_trust(tmp_path / "trust.toml")
    assert time.process_time() - start < 1

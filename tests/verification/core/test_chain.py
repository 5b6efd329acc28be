"""From the signer's certificate to an authority of the root."""

from __future__ import annotations

import datetime
import time
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.verification.core.chain import check_chain, load_certificates, without_root
from gatekeeper.verification.core.trust import Authority, Root
from tests.formats.attestations import samples
from tests.verification.core.issuing import (
    AUTHORITY,
    CODE_SIGNING,
    LIFETIME,
    NOW,
    START,
    CertificateAuthority,
    Extensions,
    certificate,
    identity_extensions,
    new_authorities,
    new_authority,
    new_key,
)

OWN, ISSUER, ANCHOR = samples.chain()
SECOND = datetime.timedelta(seconds=1)
EVER = Window(START)


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return new_authority()


def root_of(*authorities: CertificateAuthority, window: Window = EVER) -> Root:
    return Root(certificate_authorities=tuple(Authority("fulcio", one.chain, window) for one in authorities))


def issued(authority: CertificateAuthority, extensions: Extensions | None = None) -> x509.Certificate:
    return authority.issue(new_key(), identity_extensions() if extensions is None else extensions, [])


def refusal(
    leaf: x509.Certificate, root: Root, *times: datetime.datetime, between: tuple[x509.Certificate, ...] = ()
) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as caught:
        check_chain((leaf, *between), root, times or (NOW,))
    assert caught.value.step == "certificate"
    return caught.value


def test_the_issuer_is_found(authority: CertificateAuthority) -> None:
    assert check_chain((issued(authority),), root_of(authority), [NOW]) == authority.chain[0]


def test_an_intermediate_may_come_with_the_bundle(authority: CertificateAuthority) -> None:
    leaf, root = issued(authority), root_of(replace(authority, chain=authority.chain[1:]))
    assert check_chain((leaf, authority.chain[0]), root, [NOW]) == authority.chain[0]
    refusal(leaf, root)


def test_of_two_intermediates_with_one_name_the_issuer_is_the_one_with_the_right_key() -> None:
    top = new_key()
    root = certificate("top", top, "top", top, AUTHORITY)
    both = []
    for _ in range(2):
        key = new_key()
        both.append(CertificateAuthority(key, (certificate("same", key, "top", top, AUTHORITY), root)))
    for one in both:
        assert check_chain((issued(one),), root_of(*both), [NOW]) == one.chain[0]


@pytest.mark.parametrize("time", [NOW, NOW + LIFETIME, NOW + LIFETIME / 2])
def test_both_ends_of_the_certificate_belong_to_it(authority: CertificateAuthority, time: datetime.datetime) -> None:
    assert check_chain((issued(authority),), root_of(authority), [time])


@pytest.mark.parametrize(
    "time", [NOW - SECOND, NOW - SECOND / 1000, NOW + LIFETIME + SECOND, NOW + LIFETIME + SECOND / 1000]
)
def test_beyond_its_ends_it_is_refused(authority: CertificateAuthority, time: datetime.datetime) -> None:
    error = refusal(issued(authority), root_of(authority), time)
    assert error.found == time.isoformat()


def test_of_several_times_each_must_fit(authority: CertificateAuthority) -> None:
    refusal(issued(authority), root_of(authority), NOW, NOW + LIFETIME + SECOND)
    refusal(issued(authority), root_of(authority), NOW - SECOND, NOW)


def test_an_expired_root_vouches_for_nothing() -> None:
    top = new_key()
    root = certificate("top", top, "top", top, AUTHORITY, (START, NOW - SECOND))
    refusal(
        CertificateAuthority(top, (root,)).issue(new_key(), identity_extensions(), []),
        Root(certificate_authorities=(Authority("old", (root,), EVER),)),
    )


def test_the_authority_was_in_use_when_it_issued_not_when_it_was_used(authority: CertificateAuthority) -> None:
    leaf = issued(authority)
    assert check_chain((leaf,), root_of(authority, window=Window(START, NOW)), [NOW + LIFETIME])
    error = refusal(leaf, root_of(authority, window=Window(NOW + SECOND)), NOW + LIFETIME)
    assert "newer root" in error.hint


def windows(*members: tuple[CertificateAuthority, Window]) -> Root:
    return Root(certificate_authorities=tuple(Authority("fulcio", one.chain, window) for one, window in members))


OVER = Window(START, NOW - SECOND)


@pytest.mark.parametrize("gone", [OVER, Window(NOW + SECOND)])
def test_a_retired_authority_does_not_pass_under_the_root_of_another(gone: Window) -> None:
    old, new = new_authorities("old", "new")
    leaf = issued(old)
    for root in (windows((old, gone), (new, EVER)), windows((new, EVER), (old, gone))):
        refusal(leaf, root)
        error = refusal(leaf, root, between=(old.chain[0],))
        assert f"not fulcio {gone}" in error.expected
        assert check_chain((issued(new), new.chain[0]), root, [NOW]) == new.chain[0]


def test_a_retired_authority_in_another_certificate_or_below_an_authority_of_its_own() -> None:
    top, key = new_key(), new_key()
    anchor = certificate("top", top, "top", top, AUTHORITY)
    first, second = (CertificateAuthority(key, (certificate("old", key, "top", top, AUTHORITY),)) for _ in range(2))
    below = new_key()
    deeper = CertificateAuthority(below, (certificate("deeper", below, "old", key, AUTHORITY),))
    open_one = CertificateAuthority(top, (anchor,))
    root = windows((replace(first, chain=(*first.chain, anchor)), OVER), (open_one, EVER))
    refusal(issued(second), root, between=second.chain)
    refusal(issued(deeper), root, between=(*deeper.chain, *first.chain))
    # Without the window that is over, both hold.
    assert check_chain((issued(second), *second.chain), windows((open_one, EVER)), [NOW]) == second.chain[0]
    assert check_chain((issued(deeper), *deeper.chain, *first.chain), windows((open_one, EVER)), [NOW])


def test_a_retired_root_that_another_root_has_certified() -> None:
    old, new = new_authority("old"), new_authority("new")
    cross = certificate("old", old.key, "new", new.key, AUTHORITY)
    refusal(issued(old), windows((old, OVER), (new, EVER)), between=(cross,))


def test_a_retired_root_above_an_authority_in_use_issues_nothing_itself() -> None:
    top = new_key()
    anchor = certificate("top", top, "top", top, AUTHORITY)
    key = new_key()
    above = CertificateAuthority(top, (anchor,))
    new = CertificateAuthority(key, (certificate("new", key, "top", top, AUTHORITY), anchor))
    root = windows((above, OVER), (new, EVER))
    refusal(issued(above), root)
    assert check_chain((issued(new),), root, [NOW]) == new.chain[0]


def test_an_authority_that_came_back_is_in_use() -> None:
    """Two windows of one authority, or a new certificate of the same key."""
    old, other = new_authorities("old", "other")
    again = replace(old, chain=new_authority("old", old.key).chain)
    for member in (old, again):
        root = windows((old, OVER), (member, EVER), (other, EVER))
        leaf = issued(member)
        assert check_chain((leaf,), root, [NOW])
        assert check_chain((leaf, member.chain[0]), root, [NOW])


def test_an_unlisted_authority_below_a_root_in_use_is_in_use() -> None:
    old, new, unlisted = new_authorities("old", "new", "unlisted")
    leaf, root = issued(unlisted), windows((old, OVER), (new, EVER))
    assert check_chain((leaf, unlisted.chain[0]), root, [NOW]) == unlisted.chain[0]
    assert check_chain((leaf, unlisted.chain[0], old.chain[0]), root, [NOW]) == unlisted.chain[0]


def test_another_authority_of_the_same_name(authority: CertificateAuthority) -> None:
    error = refusal(issued(new_authority()), root_of(authority))
    assert "not issued by" in error.message


def test_an_empty_root(authority: CertificateAuthority) -> None:
    error = refusal(issued(authority), Root())
    assert "it is empty" in error.hint


SAN = identity_extensions()[1]


@pytest.mark.parametrize(
    ("what", "extensions"),
    [
        ("for servers", ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False), SAN)),
        ("for nothing", (SAN,)),
        ("an authority", (*AUTHORITY, (CODE_SIGNING, False), SAN)),
        (
            "not for signatures",
            (
                (x509.KeyUsage(False, False, True, False, False, False, False, False, False), True),
                (CODE_SIGNING, False),
                SAN,
            ),
        ),
        (
            "with an unknown critical extension",
            ((CODE_SIGNING, False), SAN, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), True)),
        ),
    ],
)
def test_certificates_of_other_purposes(authority: CertificateAuthority, what: str, extensions: Extensions) -> None:
    refusal(issued(authority, extensions), root_of(authority))


def test_a_signer_cannot_issue(authority: CertificateAuthority) -> None:
    key = new_key()
    signer = certificate("signer", key, "sigstore", authority.key, identity_extensions())
    forged = certificate("", new_key(), "signer", key, identity_extensions(), (NOW, NOW + LIFETIME))
    refusal(forged, root_of(authority), between=(signer,))


def test_the_root_itself_signs_nothing() -> None:
    key = new_key()
    root = certificate("top", key, "top", key, (*AUTHORITY, (CODE_SIGNING, False)))
    refusal(root, Root(certificate_authorities=(Authority("top", (root,), EVER),)))


def test_a_root_may_name_the_signer_s_own_certificate(authority: CertificateAuthority) -> None:
    leaf = issued(authority)
    root = Root(certificate_authorities=(Authority("pinned", (leaf,), EVER),))
    assert check_chain((leaf,), root, [NOW]) == leaf


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_curves_of_authorities(curve: ec.EllipticCurve) -> None:
    authority = new_authority(key=ec.generate_private_key(curve))
    assert check_chain((issued(authority),), root_of(authority), [NOW])


def test_an_authority_with_an_ed25519_key_is_refused_with_that_reason() -> None:
    """A limit of the library's path validation; keys of signers may be Ed25519."""
    authority = new_authority(key=ed25519.Ed25519PrivateKey.generate())
    assert "public key algorithm" in refusal(issued(authority), root_of(authority)).found


def test_a_bundle_brings_no_root(authority: CertificateAuthority) -> None:
    leaf = issued(authority).public_bytes(Encoding.DER)
    with pytest.raises(VerificationFailure, match="brings a root"):
        load_certificates([leaf, *(one.public_bytes(Encoding.DER) for one in authority.chain)])


def test_bytes_behind_a_certificate(authority: CertificateAuthority) -> None:
    with pytest.raises(VerificationFailure, match="cannot be read"):
        load_certificates([issued(authority).public_bytes(Encoding.DER) + b"\0"])


def test_a_maze_of_authorities_ends_soon(authority: CertificateAuthority) -> None:
    """Certificates that issued one another, all with one key: each path is tried, but not for long."""
    key = new_key()
    maze = tuple(certificate("AB"[turn % 2], key, "BA"[turn % 2], key, AUTHORITY) for turn in range(9))
    leaf = certificate("", new_key(), "A", key, identity_extensions(), (NOW, NOW + LIFETIME))
    started = time.process_time()
    refusal(leaf, root_of(authority), between=maze)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((OWN, ISSUER, ANCHOR), (OWN, ISSUER)),
        ((OWN, ISSUER), (OWN, ISSUER)),
        # Only the last one can be an anchor; elsewhere the chain shall be refused.
        ((OWN, ANCHOR, ISSUER), (OWN, ANCHOR, ISSUER)),
        ((ANCHOR,), (ANCHOR,)),
        ((OWN, b"no certificate"), (OWN, b"no certificate")),
        ((), ()),
    ],
)
def test_a_root_at_the_end_of_a_chain_is_dropped(sent: tuple[bytes, ...], kept: tuple[bytes, ...]) -> None:
    assert without_root(sent) == kept

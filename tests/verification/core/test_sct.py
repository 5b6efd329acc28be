"""Certificates that were shown to certificate logs."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from cryptography import x509

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.verification.core.sct import check_sct, is_there
from gatekeeper.verification.core.trust import Root
from tests.verification.core.instance import Instance
from tests.verification.core.issuing import LIFETIME, NOW, START, CertificateLog, identity_extensions, new_key

MILLISECOND = datetime.timedelta(milliseconds=1)


def shown(instance: Instance, *logs: CertificateLog, at: datetime.datetime = NOW) -> x509.Certificate:
    return instance.authority.issue(new_key(), identity_extensions(), logs, (NOW, NOW + LIFETIME), at)


def refusal(instance: Instance, leaf: x509.Certificate, root: Root | None = None) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as caught:
        check_sct(leaf, instance.authority.chain[0], root or instance.root())
    assert caught.value.step == "certificate log"
    return caught.value


def test_a_log_that_the_root_knows(instance: Instance) -> None:
    check_sct(shown(instance, instance.ct_log), instance.authority.chain[0], instance.root())


def test_a_log_that_the_root_does_not_know_is_not_asked(instance: Instance) -> None:
    leaf = shown(instance, CertificateLog(), instance.ct_log, CertificateLog())
    check_sct(leaf, instance.authority.chain[0], instance.root())


def test_only_unknown_logs(instance: Instance) -> None:
    error = refusal(instance, shown(instance, CertificateLog()))
    assert "unknown" in error.message
    assert "newer root" in error.hint


def test_none(instance: Instance) -> None:
    leaf = shown(instance)
    assert not is_there(leaf)
    assert 'sct = "absent"' in refusal(instance, leaf).hint


def test_a_log_that_lies_with_the_id_of_a_known_one(instance: Instance) -> None:
    class Liar(CertificateLog):
        @property
        def log_id(self) -> bytes:
            return instance.ct_log.log_id

    assert "does not hold" in refusal(instance, shown(instance, Liar())).message
    # One that holds does not heal another that does not.
    refusal(instance, shown(instance, instance.ct_log, Liar()))


def test_of_another_issuer(instance: Instance) -> None:
    leaf = shown(instance, instance.ct_log)
    with pytest.raises(VerificationFailure, match="does not hold"):
        check_sct(leaf, instance.authority.chain[1], instance.root())


def test_the_window_of_the_log_counts_at_the_time_that_it_signed_to_the_millisecond(instance: Instance) -> None:
    (log,) = instance.root().ct_logs.values()
    root = replace(instance.root(), ct_logs={log.log_id: replace(log, window=Window(START, NOW + MILLISECOND))})
    for offset, fits in ((0, True), (1, True), (2, False)):
        leaf = shown(instance, instance.ct_log, at=NOW + offset * MILLISECOND)
        if fits:
            check_sct(leaf, instance.authority.chain[0], root)
        else:
            assert "was not in use" in refusal(instance, leaf, root).message


def test_a_time_beyond_all_calendars(instance: Instance) -> None:
    class Far(CertificateLog):
        def timestamp(self, precertificate: bytes, issuer: x509.Certificate, milliseconds: int) -> bytes:
            return super().timestamp(precertificate, issuer, (1 << 64) - 1)

    refusal(instance, shown(instance, Far(instance.ct_log.key)))

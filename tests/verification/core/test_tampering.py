"""Thousands of changed bundles: each is refused, but for those of the list in ``unsigned``."""

from __future__ import annotations

import copy
import datetime
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.verification.core.trust import Root, Trust
from tests.verification.core.grafting import additions, grafts
from tests.verification.core.instance import Instance
from tests.verification.core.issuing import NOW, CertificateAuthority, new_authorities
from tests.verification.core.kinds import Kind, kinds, verify, with_chain
from tests.verification.core.tampering import Change, changes, has
from tests.verification.core.unsigned import UNSIGNED

NAMES = (
    "chain, file, promise",
    "certificate, file, Rekor v1",
    "certificate, envelope, Rekor v1",
    "key, file, Rekor v1",
    "key, envelope, Rekor v1",
    "certificate, file, Rekor v2",
    "certificate, envelope, Rekor v2",
    "key, file, Rekor v2",
    "key, envelope, Rekor v2",
    "key, file",
    "key, envelope",
    "key, file, timestamp",
)
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="session")
def by_name(instance: Instance) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds(instance)}


def is_accepted(text: str, trust: Trust) -> bool:
    try:
        verify(text, trust)
    except VerificationFailure as error:
        assert error.step and error.message
        return False
    except ValueError as error:
        assert str(error)
        return False
    return True


def all_changes(kind: Kind, others: Iterable[JsonObject]) -> Iterator[Change]:
    yield from changes(kind.bundle, kind.other)
    yield from additions(kind.bundle)
    yield from grafts(kind.bundle, others)


def test_all_kinds_are_here(by_name: dict[str, Kind]) -> None:
    assert tuple(by_name) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_only_what_no_signature_covers_may_change(by_name: dict[str, Kind], name: str) -> None:
    kind = by_name[name]
    assert is_accepted(json.dumps(kind.bundle), kind.trust)
    others = [other.bundle for other in by_name.values() if other.name != name]
    accepted = {
        (change.place, change.name) for change in all_changes(kind, others) if is_accepted(change.text, kind.trust)
    }
    assert accepted == {
        (row.place, change)
        for row in UNSIGNED
        if name in row.kinds or (not row.kinds and has(kind.bundle, row.place))
        for change in row.names
    }


def test_there_are_thousands(by_name: dict[str, Kind]) -> None:
    counts = Counter(kind.name for kind in by_name.values() for _ in all_changes(kind, ()))
    assert sum(counts.values()) > 10_000
    assert min(counts.values()) > 200


def test_all_rows_of_the_list_have_a_reason_and_a_kind(by_name: dict[str, Kind]) -> None:
    for row in UNSIGNED:
        assert row.reason
        assert row.kinds <= set(by_name)
        assert row.kinds or any(has(kind.bundle, row.place) for kind in by_name.values())


@pytest.mark.parametrize("name", NAMES)
def test_another_sigstore_does_not_vouch(by_name: dict[str, Kind], name: str) -> None:
    kind = by_name[name]
    stranger = Trust(Instance().root(), kind.trust.key, kind.trust.log, kind.trust.sct, kind.trust.timestamp)
    # Where a key is trusted alone, no Sigstore is asked.
    assert is_accepted(json.dumps(kind.bundle), stranger) == (name in {"key, file", "key, envelope"})


# The members of the root whose windows each kind of bundle depends on: (array, number).
FULCIO, CT_LOG, LOG_V1, LOG_V2, TSA = (
    ("certificateAuthorities", 0),
    ("ctlogs", 0),
    ("tlogs", 0),
    ("tlogs", 1),
    ("timestampAuthorities", 0),
)
DEPENDS = {
    "chain, file, promise": {FULCIO, CT_LOG, LOG_V1},
    "certificate, file, Rekor v1": {FULCIO, CT_LOG, LOG_V1},
    "certificate, envelope, Rekor v1": {FULCIO, CT_LOG, LOG_V1},
    "key, file, Rekor v1": {LOG_V1},
    "key, envelope, Rekor v1": {LOG_V1},
    "certificate, file, Rekor v2": {FULCIO, CT_LOG, LOG_V2, TSA},
    "certificate, envelope, Rekor v2": {FULCIO, CT_LOG, LOG_V2, TSA},
    "key, file, Rekor v2": {LOG_V2, TSA},
    "key, envelope, Rekor v2": {LOG_V2, TSA},
    "key, file": set(),
    "key, envelope": set(),
    "key, file, timestamp": {TSA},
}
SECOND, MICROSECOND = datetime.timedelta(seconds=1), datetime.timedelta(microseconds=1)
# All that the bundles were made of happened at NOW: the ends belong to the window.
WINDOWS = {
    "around": (NOW - DAY, NOW + DAY, True),
    "without an end": (NOW - DAY, None, True),
    "ends then": (NOW - DAY, NOW, True),
    "starts then": (NOW, NOW + DAY, True),
    "that moment": (NOW, NOW, True),
    "ended just before": (NOW - DAY, NOW - MICROSECOND, False),
    "starts just after": (NOW + MICROSECOND, None, False),
    "ended a second before": (NOW - DAY, NOW - SECOND, False),
    "starts a second after": (NOW + SECOND, NOW + DAY, False),
    "backwards": (NOW + DAY, NOW - DAY, False),
}


def shifted(root: JsonObject, member: tuple[str, int], window: str) -> JsonObject:
    """The root with another window of one of its members."""
    start, end, _ = WINDOWS[window]
    changed = copy.deepcopy(root)
    members = changed[member[0]]
    assert isinstance(members, list)
    one = members[member[1]]
    assert isinstance(one, dict)
    owner = one.get("publicKey", one)
    assert isinstance(owner, dict)
    owner["validFor"] = {"start": written(start), **({"end": written(end)} if end else {})}
    return changed


def written(time: datetime.datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.%fZ}"


@pytest.mark.parametrize("window", WINDOWS)
def test_windows_of_the_root_count_at_the_time_of_signing(
    instance: Instance, by_name: dict[str, Kind], window: str
) -> None:
    fits = WINDOWS[window][2]
    for member in (FULCIO, CT_LOG, LOG_V1, LOG_V2, TSA):
        root = Root.load(jsonable.dumps(shifted(instance.root_json(), member, window)))
        for name, kind in by_name.items():
            given = kind.trust.root if not kind.trust.root.logs else root
            trust = Trust(given, kind.trust.key, kind.trust.log, kind.trust.sct, kind.trust.timestamp)
            expected = fits or member not in DEPENDS[name]
            assert is_accepted(json.dumps(kind.bundle), trust) == expected, (name, member, window)


def with_sibling(instance: Instance, sibling: CertificateAuthority) -> JsonObject:
    """The instance's root with a second authority, which is in use."""
    second = Instance(sibling).root_json()["certificateAuthorities"]
    assert isinstance(second, list)
    root = instance.root_json()
    return {**root, "certificateAuthorities": [*_list(root, "certificateAuthorities"), *second]}


@pytest.mark.parametrize("window", WINDOWS)
def test_an_authority_s_window_counts_under_a_root_that_it_shares(window: str) -> None:
    """The certificate of the issuer comes with the bundle, or only from the root."""
    old, new = new_authorities("old", "new")
    instance = Instance(old)
    trust = Trust(Root.load(jsonable.dumps(shifted(with_sibling(instance, new), FULCIO, window))))
    brought, fits = with_chain(instance), WINDOWS[window][2]
    assert is_accepted(json.dumps(brought), trust) == fits
    assert is_accepted(json.dumps(_leaf_only(brought)), trust) == fits
    assert is_accepted(json.dumps(with_chain(replace(instance, authority=new))), trust)


def _leaf_only(bundle: JsonObject) -> JsonObject:
    changed = copy.deepcopy(bundle)
    changed["verificationMaterial"]["x509CertificateChain"]["certificates"].pop()
    return changed


def root_changes(root: JsonObject) -> Iterator[tuple[str, Json]]:
    for array in ("certificateAuthorities", "ctlogs", "tlogs", "timestampAuthorities"):
        yield f"no {array}", {**root, array: []}
        yield f"{array} is an object", {**root, array: {}}
        yield f"{array} has no window", _each(root, array, _without_window)
        yield f"{array} has an unknown field", _each(root, array, lambda one: {**one, "unknown": 1})
        yield f"{array} twice", {**root, array: [*_list(root, array), *_list(root, array)]}
    yield "another media type", {**root, "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=9"}
    yield "no media type", {key: value for key, value in root.items() if key != "mediaType"}


def _list(root: JsonObject, array: str) -> list[Json]:
    value = root[array]
    assert isinstance(value, list)
    return value


def _each(root: JsonObject, array: str, change: object) -> JsonObject:
    assert callable(change)
    return {**root, array: [change(one) for one in _list(root, array)]}


def _without_window(one: JsonObject) -> JsonObject:
    result = {key: value for key, value in one.items() if key != "validFor"}
    if isinstance(key := result.get("publicKey"), dict):
        result["publicKey"] = {name: value for name, value in key.items() if name != "validFor"}
    return result


def test_a_changed_root_never_makes_a_bundle_hold_that_did_not(instance: Instance, by_name: dict[str, Kind]) -> None:
    kind = by_name["certificate, file, Rekor v2"]
    for name, value in root_changes(instance.root_json()):
        try:
            root = Root.load(jsonable.dumps(value))
        except ValueError as error:
            assert str(error), name
            continue
        # An authority twice is the same authority; a log of v1 is not asked here.
        harmless = name in {"certificateAuthorities twice", "timestampAuthorities twice"}
        assert is_accepted(json.dumps(kind.bundle), Trust(root)) == harmless, name

from __future__ import annotations

import datetime
import json

import pytest

from gatekeeper.attest.keyless import public_trust_config
from gatekeeper.formats.sigstore.signing_config import (
    SIGNING_CONFIG,
    Selection,
    Service,
    Services,
    SigningConfig,
    TrustConfig,
)
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.model.json import Json, JsonObject

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
YEAR = datetime.timedelta(days=365)


def service(
    url: str, version: int = 1, operator: str = "a", start: datetime.timedelta = -YEAR, end: datetime.timedelta = YEAR
) -> Service:
    return Service(url, version, Window(NOW + start, NOW + end), operator)


def chosen(*members: Service, selection: Selection | None = None) -> list[str]:
    services = Services(members, selection or Selection("ALL"))
    return [one.url for one in services.choose((1, 2), NOW)]


def config(**changes: Json) -> JsonObject:
    log = {"url": "https://log", "majorApiVersion": 2, "validFor": {"start": "2026-01-01T00:00:00Z"}, "operator": "a"}
    return {
        "mediaType": SIGNING_CONFIG,
        "rekorTlogUrls": [log],
        "rekorTlogConfig": {"selector": "ANY"},
    } | changes


def test_of_an_operator_the_highest_known_version_is_chosen_and_of_that_the_newest() -> None:
    assert chosen(service("one"), service("two", 2), service("three", 3)) == ["two"]
    assert chosen(service("old"), service("new", start=-YEAR / 2)) == ["new"]
    assert chosen(service("here"), service("there", operator="b")) == ["here", "there"]


def test_what_is_not_in_use_now_is_not_chosen() -> None:
    assert chosen(service("past", 2, end=-YEAR / 2), service("now"), service("future", 2, start=YEAR / 2)) == ["now"]
    with pytest.raises(ValueError, match="0 of the services are in use now"):
        chosen(service("past", end=-YEAR / 2))


def test_as_many_as_are_selected() -> None:
    members = (service("here"), service("there", operator="b"))
    assert chosen(*members, selection=Selection("ANY")) == ["here"]
    assert chosen(*members, selection=Selection("EXACT", 2)) == ["here", "there"]
    with pytest.raises(ValueError, match="not 3"):
        chosen(*members, selection=Selection("EXACT", 3))


def test_the_public_configuration_of_the_pinned_sigstore() -> None:
    signing = TrustConfig.decode(public_trust_config()).signing
    assert [one.url for one in signing.logs.choose((1, 2), NOW)] == ["https://rekor.sigstore.dev"]
    assert [one.url for one in signing.certificate_authorities.choose((1,), NOW)] == ["https://fulcio.sigstore.dev"]


def test_a_window_a_version_and_a_selector() -> None:
    signing = SigningConfig.from_json(config())
    assert signing.logs.selection == Selection("ANY", 0)
    [log] = signing.logs.members
    assert (log.url, log.version, log.operator, log.window.end) == ("https://log", 2, "a", None)


@pytest.mark.parametrize(
    "value",
    [
        [],
        config(mediaType="application/vnd.dev.sigstore.signingconfig.v0.1+json"),
        config(unknown=1),
        config(rekorTlogUrls={}),
        config(rekorTlogUrls=["https://log"]),
        config(rekorTlogUrls=[{"url": "https://log", "majorApiVersion": 2}]),
        config(rekorTlogUrls=[{"url": "https://log", "majorApiVersion": "2", "validFor": {}}]),
        config(rekorTlogUrls=[{"url": "https://log", "majorApiVersion": True, "validFor": {}}]),
        config(rekorTlogUrls=[{}] * 65),
        config(rekorTlogConfig={"selector": "SERVICE_SELECTOR_UNDEFINED"}),
        config(rekorTlogConfig={"selector": "EXACT"}),
        config(rekorTlogConfig={"selector": "ANY", "count": -1}),
        config(rekorTlogConfig=[]),
    ],
)
def test_malformed_configurations_are_refused(value: Json) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SigningConfig.from_json(value)


def test_a_trust_config_has_exactly_its_three_parts() -> None:
    public = json.loads(public_trust_config())
    changes: list[JsonObject] = [{"extra": 1}, {"mediaType": "x"}, {"trustedRoot": {}}, {"signingConfig": None}]
    for changed in changes:
        with pytest.raises(ValueError, match=r".+"):
            TrustConfig.decode(json.dumps(public | changed).encode())

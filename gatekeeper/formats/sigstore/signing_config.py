"""Signing and client trust configurations of Sigstore (sigstore/protobuf-specs, ``sigstore_trustroot.proto``)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from gatekeeper.formats import jsonable
from gatekeeper.formats.fields import Fields, parse
from gatekeeper.formats.sigstore.trusted_root import TrustedRoot, Window
from gatekeeper.model.json import Json, JsonObject

TRUST_CONFIG = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
SIGNING_CONFIG = "application/vnd.dev.sigstore.signingconfig.v0.2+json"
MAX_SERVICES = 64
_SELECTORS = ("ALL", "ANY", "EXACT")


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is, which version of its API it speaks, when it is in use, and who runs it."""

    url: str
    version: int
    window: Window
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """How many services of a kind must take part: ``ALL``, ``ANY`` one, or ``EXACT`` so many."""

    selector: str = "ANY"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one kind."""

    members: tuple[Service, ...] = ()
    selection: Selection = field(default_factory=Selection)

    def choose(self, versions: Sequence[int], now: datetime.datetime) -> tuple[Service, ...]:
        """Those to use now: of each operator the newest of its highest known version, as many as are selected.

        Raises:
            ValueError: there are too few.
        """
        best: dict[str, Service] = {}
        for service in self.members:
            if service.version not in versions or now not in service.window:
                continue
            rival = best.get(service.operator)
            if rival is None or (rival.version, rival.window.start) < (service.version, service.window.start):
                best[service.operator] = service
        wanted = {"ALL": max(1, len(best)), "ANY": 1}.get(self.selection.selector, self.selection.count)
        if len(best) < wanted:
            raise ValueError(f"{len(best)} of the services are in use now and speak a known version, not {wanted}")
        return tuple(best.values())[:wanted]


@dataclass(frozen=True, slots=True)
class SigningConfig:
    """Which services take part when something is signed."""

    certificate_authorities: Services
    logs: Services
    timestamp_authorities: Services

    @classmethod
    def from_json(cls, value: Json) -> SigningConfig:
        """The configuration.

        Raises:
            ValueError: it is malformed, or of another version than 0.2.
        """
        if not isinstance(value, dict):
            raise ValueError("signing config: an object is expected")
        left = dict(value)
        lists = {
            name: _services(left.pop(name, []), f"signing config.{name}")
            for name in ("caUrls", "oidcUrls", "rekorTlogUrls", "tsaUrls")
        }
        selections = {
            name: _selection(left.pop(name, None), f"signing config.{name}")
            for name in ("rekorTlogConfig", "tsaConfig")
        }
        fields = Fields(left, "signing config")
        if (kind := fields.text("mediaType")) != SIGNING_CONFIG:
            raise ValueError(f"mediaType {kind!r:.80} is no signing config of version 0.2")
        fields.done()
        return cls(
            Services(lists["caUrls"]),
            Services(lists["rekorTlogUrls"], selections["rekorTlogConfig"]),
            Services(lists["tsaUrls"], selections["tsaConfig"]),
        )


@dataclass(frozen=True, slots=True)
class TrustConfig:
    """A Sigstore for clients: with which services to sign, and the trusted root (JSON) to verify the result with."""

    trusted_root: bytes
    signing: SigningConfig

    @classmethod
    def decode(cls, data: bytes) -> TrustConfig:
        """The configuration.

        Raises:
            ValueError: it, or a document inside, is malformed or of an unknown version.
        """
        value = parse(data)
        if not isinstance(value, dict) or set(value) != {"mediaType", "trustedRoot", "signingConfig"}:
            raise ValueError("a client trust config has a mediaType, a trustedRoot and a signingConfig")
        if value["mediaType"] != TRUST_CONFIG:
            raise ValueError(f"mediaType {value['mediaType']!r:.80} is no client trust config of version 0.1")
        root = jsonable.dumps(value["trustedRoot"])
        TrustedRoot.decode(root)
        return cls(root, SigningConfig.from_json(value["signingConfig"]))


def _services(values: Json, where: str) -> tuple[Service, ...]:
    if not isinstance(values, list) or len(values) > MAX_SERVICES:
        raise ValueError(f"{where}: an array of at most {MAX_SERVICES} services is expected")
    return tuple(_service(value, f"{where}[{index}]") for index, value in enumerate(values))


def _service(value: Json, where: str) -> Service:
    left: JsonObject = dict(value) if isinstance(value, dict) else {}
    version = _number(left.pop("majorApiVersion", 0), f"{where}.majorApiVersion")
    fields = Fields(left, where)
    window = fields.required("validFor")
    start, end = window.time("start"), window.time("end")
    window.done()
    service = fields.text("url"), fields.text("operator")
    fields.done()
    if start is None or not service[0]:
        raise ValueError(f"{where}: a service has an url and a validFor.start")
    return Service(service[0], version, Window(start, end), service[1])


def _selection(value: Json, where: str) -> Selection:
    if value is None:
        return Selection()
    left: JsonObject = dict(value) if isinstance(value, dict) else {}
    count = _number(left.pop("count", 0), f"{where}.count")
    fields = Fields(left, where)
    selector = fields.text("selector")
    fields.done()
    if selector not in _SELECTORS or (selector == "EXACT" and not count):
        raise ValueError(f"{where}: the selector is ALL, ANY, or EXACT with a count")
    return Selection(selector, count)


def _number(value: Json, where: str) -> int:
    """A uint32, which protobuf's JSON writes as a number."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 32:
        raise ValueError(f"{where}: a number is expected, not {value!r:.40}")
    return value

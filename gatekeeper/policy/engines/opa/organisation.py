"""The organisation's OPA server as an engine: it already serves the policies, and says which.

What those may do there (network, environment) is the organisation's business and outside of our bounds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.formats.files import read_regular
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import OpaServerSettings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Answer, Program, RuleResult, Session
from gatekeeper.policy.engines.opa.engine import missing_kind, result
from gatekeeper.policy.engines.opa.errors import MEND, failures
from gatekeeper.policy.engines.opa.served_settings import compare, settings_read
from gatekeeper.workers import Limits

if TYPE_CHECKING:
    from gatekeeper.policy.engines.opa.client import OrganisationClient

_MAX_TOKEN = 64 << 10
_PLAIN = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Served:
    """Which policies a server served: the revision of its bundles, a digest over their texts ("" where unknown)."""

    revision: str
    digest: str
    version: str


class OrganisationEngine:
    """Rules of a bundle, evaluated where the organisation serves them, under the names of their packages.

    Without ``strict_foreign``, an error of a builtin leaves rules of others undefined, as OPA does by default.
    """

    def __init__(
        self, settings: OpaServerSettings, limits: Limits | None = None, *, strict_foreign: bool = True
    ) -> None:
        """Connects to nothing yet.

        Raises:
            SettingsError: an address, a file or the token makes no sense.
        """
        self._settings = settings
        self._limits = limits or Limits(seconds=60)
        self._strict_foreign = strict_foreign
        self._revision: str | None = None
        self._digest = ""
        self._version = ""
        self._connect().close()

    @property
    def name(self) -> str:
        """Name of the engine."""
        return "opa"

    @property
    def version(self) -> str:
        """Version that the server gave with its last answer, empty before the first."""
        return self._version

    def describe(self) -> Served:
        """Which policies judged. Empty where nothing was asked yet."""
        return Served(self._revision or "", self._digest, self._version)

    def check(self, bundle: Bundle) -> Sequence[Failure]:
        """See ``Engine``: whether it is known, or need not be known, which policies the server has."""
        try:
            with closing(self._connect()) as client:
                self._digest = digest(client.texts())
        except EngineFailure as error:
            return [Failure("engine", error.message, error.hint)]
        if self._digest or self._settings.accept_unknown_digest:
            return []
        hint = "see whether the token is right; let it read /v1/policies, or set policy.server.accept_unknown_digest"
        return [Failure("engine", "the organisation's OPA server does not show its policies: digest unknown", hint)]

    def evaluate(
        self, bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json
    ) -> Sequence[RuleResult]:
        """See ``Engine``. The settings are those that the server has: they must be the same where a rule reads them.

        Raises:
            EngineFailure: the server gave no answer, its revision is not the expected one, or its settings differ.
        """
        runnable = [rule for rule in rules if not missing_kind(rule, evidence) and _PLAIN.fullmatch(rule.package)]
        kinds = sorted({kind for rule in runnable for kind in rule.needs})
        document = {kind: evidence[kind] for kind in kinds} | {"version": SCHEMA_VERSION}
        odd = Answer(error=EngineFailure("the name of its package cannot be part of an address", hint="rename it"))
        answers = {rule.id: odd for rule in rules if not _PLAIN.fullmatch(rule.package)}
        with closing(self._connect()) as client:
            if runnable and (read := settings_read(bundle, runnable)):
                compare(read, settings, client.data("gatekeeper/settings"))
            for group in self._groups(runnable):
                answers |= self._answer(client, group, document)
        return [result(rule, answers.get(rule.id), missing_kind(rule, evidence)) for rule in rules]

    def session(self, program: Program, *, strict: bool = True) -> AbstractContextManager[Session]:
        """See ``Engine``: this one takes no programs.

        Raises:
            EngineFailure: always.
        """
        raise EngineFailure(
            "the organisation's OPA server evaluates the policies that it serves, no others",
            hint="use the embedded engine or an OPA program",
        )

    def _connect(self) -> OrganisationClient:
        from gatekeeper.policy.engines.opa.client import OrganisationClient  # noqa: PLC0415 - it loads slowly

        return OrganisationClient(self._settings, read_token(self._settings), self._limits)

    def _groups(self, rules: Sequence[Rule]) -> Iterator[list[Rule]]:
        """Rules that one query can ask for: below one package, and with the same strictness."""

        def key(rule: Rule) -> tuple[str, bool]:
            return rule.package.partition(".")[0], self._strict(rule)

        for _, group in groupby(sorted(rules, key=key), key=key):
            yield list(group)

    def _strict(self, rule: Rule) -> bool:
        return self._strict_foreign or not rule.foreign

    def _answer(self, client: OrganisationClient, group: list[Rule], document: Json) -> dict[str, Answer]:
        from gatekeeper.policy.engines.opa.client import Refused  # noqa: PLC0415 - it loads slowly

        packages = [rule.package.split(".") for rule in group]
        prefix = _common(packages)
        try:
            answer = client.query(".".join(prefix), "", document, strict=self._strict(group[0]))
        except Refused:  # one rule fails all: each by itself, to know which
            return {rule.id: self._alone(client, rule, document) for rule in group}
        self._accept(answer)
        return {
            rule.id: _within(answer, [*package[len(prefix) :], rule.name])
            for rule, package in zip(group, packages, strict=True)
        }

    def _alone(self, client: OrganisationClient, rule: Rule, document: Json) -> Answer:
        from gatekeeper.policy.engines.opa.client import Refused  # noqa: PLC0415 - it loads slowly

        try:
            answer = client.query(rule.package, rule.name, document, strict=self._strict(rule))
        except Refused as refused:
            error = next(failures(refused.answer, None), None)
            return Answer(error=error or EngineFailure(f"the server refused: {refused}", hint=MEND))
        self._accept(answer)
        return _within(answer, [])

    def _accept(self, answer: JsonObject) -> None:
        """Hold each answer against the expected revision, and against that of the answers before.

        Raises:
            EngineFailure: it is another.
        """
        revision, version = provenance(answer)
        expected = self._settings.revision
        if expected and revision != expected:
            raise EngineFailure(
                f"the organisation's OPA server serves the revision {revision or 'unknown'}, not {expected}",
                hint="wait until it has the expected bundle, or set policy.server.revision",
            )
        if self._revision not in (None, revision):
            raise EngineFailure(
                f"the policies of the organisation's OPA server changed from {self._revision} to {revision} meanwhile",
                hint="run it again",
            )
        self._revision, self._version = revision, version


def provenance(answer: JsonObject) -> tuple[str, str]:
    """Revision and version of the server that an answer names; several bundles are ``name=revision, ...``."""
    said = answer.get("provenance")
    said = said if isinstance(said, dict) else {}
    bundles = said.get("bundles")
    named = {
        str(name): str(bundle.get("revision", ""))
        for name, bundle in (bundles.items() if isinstance(bundles, dict) else ())
        if isinstance(bundle, dict)
    }
    version = str(said.get("version", ""))
    if len(named) == 1:
        return next(iter(named.values())), version
    if named:
        return ", ".join(f"{name}={revision}" for name, revision in sorted(named.items())), version
    return str(said.get("revision", "")), version


def digest(texts: Mapping[str, str] | None) -> str:
    """``sha256:hex`` over ids and texts of policies; empty where they are unknown, or there are none."""
    if not texts:
        return ""
    return jsonable.digest(sorted([name, sha256(text.encode()).hexdigest()] for name, text in texts.items()))


def read_token(settings: OpaServerSettings) -> str:
    """The bearer token, empty where the settings name none.

    Raises:
        SettingsError: it is named twice, or cannot be read.
    """
    if settings.token_file and settings.token_variable:
        raise SettingsError("policy.server has both token_file and token_variable", hint="keep one of them")
    if settings.token_variable:
        token, where = os.environ.get(settings.token_variable, ""), f"the variable {settings.token_variable}"
    elif settings.token_file:
        where = settings.token_file
        try:
            token = read_regular(where, _MAX_TOKEN).decode("ascii")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is no ASCII"
            raise SettingsError(
                f"policy.server.token_file {where}: {reason}", hint="name a file that holds the token and can be read"
            ) from None
    else:
        return ""
    token = token.strip()
    if not token or not (token.isascii() and token.isprintable()) or " " in token:
        raise SettingsError(f"policy.server: {where} holds no token", hint="it is one word of ASCII")
    return token


def _within(answer: JsonObject, path: Sequence[str]) -> Answer:
    """The value below the result; undefined where the server has nothing there."""
    value, defined = answer.get("result"), "result" in answer
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return Answer()
        value = value[key]
    return Answer(value, defined)


def _common(packages: Sequence[list[str]]) -> list[str]:
    """The parts that all packages start with."""
    first, last = min(packages), max(packages)
    return [a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))]

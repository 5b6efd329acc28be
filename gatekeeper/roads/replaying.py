"""A third road: kept evidence is judged again, and what comes out is compared with what was decided."""

from __future__ import annotations

import dataclasses
import datetime
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper import __version__
from gatekeeper.decide.deciding import decide
from gatekeeper.errors import SettingsError, UnreadableInput, UsageError
from gatekeeper.formats import jsonable, strict_json
from gatekeeper.model.coverage import Coverage
from gatekeeper.model.decision import RECORD_VERSION, Decision, DecisionRecord, PolicySet
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice, PolicySettings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.choosing import Choice, choose
from gatekeeper.policy.judging import Judgement, judge, policy_set
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.report.decision import record, written
from gatekeeper.report.differences import differences, same_engines
from gatekeeper.roads.policies import read_policies
from gatekeeper.workers import Pool

MAX_RECORD_BYTES = 64 << 20
MAX_EVIDENCE_BYTES = 1 << 30
_HINT = "`gatekeeper gate --output decision=FILE` writes it"


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """The record, the evidence as ``gate`` or ``collect`` writes it, and the added policies, in order.

    ``engine`` takes the place of the recorded choice.
    """

    record: Path
    evidence: Path
    policies: tuple[Path, ...] = ()
    engine: EngineChoice | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out; ``same_program`` says whether engine and program have the versions of the record.

    ``notes`` say what a replay cannot show.
    """

    before: DecisionRecord
    after: DecisionRecord
    differences: tuple[str, ...]
    same_program: bool
    notes: tuple[str, ...] = ()


def replay(request: ReplayRequest) -> Replay:
    """Judge the evidence again under the recorded settings, waivers, baseline, stage and clock.

    In the same version of program and engine the record must come out byte for byte, in another the same digests,
    findings, failures and verdict.

    Raises:
        UnreadableInput: the record or the evidence is none.
        UsageError: a file is missing.
        SettingsError: a folder of policies is missing.
        EngineFailure: the policies cannot be read, or there is no such engine.
    """
    kept = read_record(request.record)
    evidence = read_evidence(request.evidence)
    clock = _clock(kept, request.record)
    with Pool() as pool:
        policy = _policy(kept.inputs.settings.policy, request.engine)
        packs = read_policies(request.policies, policy, clock).packs
        choice = choose(pool, policy, foreign=bool(packs))
        bundle = load_bundle(pool, packs, opa=choice.parser, policy=policy)
        judgement, refused = _judge(bundle, choice, evidence, kept)
    decided = decide(
        judgement.findings,
        [*kept.inputs.failures, *judgement.failures],
        rules={rule.id: rule for rule in bundle.rules},
        waivers=kept.inputs.waivers,
        settings=kept.inputs.settings,
        stage=kept.decision.stage,
        clock=clock,
        baseline=kept.inputs.baseline,
        base=kept.inputs.base,
    )
    decision = Decision(
        decision=decided.ruling,
        findings=decided.findings,
        failures=(*kept.inputs.failures, *judgement.failures),
        coverage=Coverage(),
        policies=_policies(kept, bundle, choice, judgement),
        evidence={kind: jsonable.digest(value) for kind, value in sorted(evidence.items())},
        source=kept.source,
        settings=kept.origins,
        notes=(),
        artifacts=kept.artifacts,
        tool={"name": "gatekeeper", "version": __version__},
    )
    after = record(decision, kept.inputs)
    same = kept.tool == after.tool and same_engines(kept.policies, after.policies)
    found = [*refused, *differences(kept, after)]
    if same and not found and written(after) != written(kept):
        found.append("the bytes differ, though nothing that counts does")
    return Replay(kept, after, tuple(found), same, tuple(_notes(kept, after)))


def _notes(kept: DecisionRecord, after: DecisionRecord) -> Iterator[str]:
    """A server of the organisation may have other policies by now, and a record is no reason to send it evidence."""
    for used in kept.policies.engines:
        if used.served:
            now = f"{after.policies.engine} {after.policies.engine_version}"
            yield (
                f"{len(used.rules)} rules were evaluated by the organisation's OPA server ({used.name} {used.version}, "
                f"revision {used.revision or 'unknown'}, {used.digest or 'digest unknown'}); it is not asked again: "
                f"the policies given now were evaluated in {now}, and whether the server had the same is not shown here"
            )


def read_record(path: Path) -> DecisionRecord:
    """The record in a file.

    Raises:
        UnreadableInput: it is none.
        UsageError: there is no such file.
    """
    try:
        kept = jsonable.decode(DecisionRecord, strict_json.loads(_read(path, MAX_RECORD_BYTES)))
        if kept.version != RECORD_VERSION:
            raise ValueError(f"its version is {kept.version}, not {RECORD_VERSION}")
    except ValueError as error:
        raise UnreadableInput(f"{path}: is no decision record: {error}", path=str(path), hint=_HINT) from None
    return kept


def read_evidence(path: Path) -> dict[str, Json]:
    """The evidence in a file, by kind.

    Raises:
        UnreadableInput: it is none.
        UsageError: there is no such file.
    """
    hint = "`gatekeeper gate --output evidence=FILE` writes it, and so does `gatekeeper collect`"
    try:
        document = jsonable.loads(_read(path, MAX_EVIDENCE_BYTES))
    except ValueError as error:
        raise UnreadableInput(f"{path}: is no JSON: {error}", path=str(path), hint=hint) from None
    if not isinstance(document, dict) or document.pop("version", None) != SCHEMA_VERSION:
        raise UnreadableInput(f"{path}: is no evidence of version {SCHEMA_VERSION}", path=str(path), hint=hint)
    return document


def _read(path: Path, limit: int) -> bytes:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(number, "rb") as file:
            data = file.read(limit + 1) if stat.S_ISREG(os.fstat(number).st_mode) else None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="name a file that can be read") from error
    if data is None or len(data) > limit:
        message = f"{path}: not a regular file of at most {limit} bytes"
        raise UnreadableInput(message, path=str(path), hint="name the file itself")
    return data


def _clock(kept: DecisionRecord, path: Path) -> datetime.datetime:
    try:
        clock = datetime.datetime.strptime(kept.decision.time, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        message = f"{path}: is no decision record: decision.time is {kept.decision.time!r:.60}"
        raise UnreadableInput(message, path=str(path), hint=_HINT) from None
    return clock.replace(tzinfo=datetime.UTC)


def _policy(recorded: PolicySettings, engine: EngineChoice | None) -> PolicySettings:
    """What of the record changes what policies say. The programs, servers and keys that it names are not trusted."""
    return PolicySettings(
        engine=engine or recorded.engine,
        builtin_errors=recorded.builtin_errors,
        deny_severity=recorded.deny_severity,
        warn_severity=recorded.warn_severity,
    )


def _judge(
    bundle: Bundle, choice: Choice, evidence: Mapping[str, Json], kept: DecisionRecord
) -> tuple[Judgement, tuple[str, ...]]:
    """The judgement, or why these policies cannot have been those of the record."""
    try:
        settings, stage = kept.inputs.settings, kept.decision.stage
        return judge(bundle, choice.engine, evidence, settings, stage, choice.others), ()
    except SettingsError as error:
        return Judgement((), (), ()), (error.message,)


def _policies(kept: DecisionRecord, bundle: Bundle, choice: Choice, judgement: Judgement) -> PolicySet:
    """Which policies judged now. Of the same digest they have the same revision: folders may have other names."""
    policies = policy_set(bundle, choice.engine, judgement)
    same = kept.policies.digest == bundle.digest
    return dataclasses.replace(policies, revision=kept.policies.revision) if same else policies

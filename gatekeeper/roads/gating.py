"""The first road: evidence is collected, policies judge it, the artifact is signed or rejected."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from gatekeeper import __version__
from gatekeeper.attest.attesting import attest, bundle_paths, withdraw
from gatekeeper.attest.signers import Signer
from gatekeeper.decide.deciding import decide
from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import Artifact, Decision, PolicySet, Verdict
from gatekeeper.model.finding import JudgedFinding, Rule, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.bundle import load as load_bundle
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.judging import judge
from gatekeeper.roads.configuring import Configuration, configure
from gatekeeper.roads.gathering import Gathered, gather, open_tree, refuse_nothing
from gatekeeper.roads.listing import bill_of_materials
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import printable
from gatekeeper.workspace.locating import locate


@dataclass(frozen=True, slots=True)
class GateRequest:
    """All that a run depends on besides the inspected folder itself.

    ``signer`` is called (and may ask for a password) only where the request makes sense.
    """

    path: Path
    clock: datetime.datetime
    stage: Stage | None = None
    artifacts: tuple[Path, ...] = ()
    signer: Callable[[], Signer] | None = None
    attestations: Path | None = None
    policies: tuple[Path, ...] = ()
    organisation: Path | None = None
    waivers: Path | None = None
    flags: Mapping[str, Json] = field(default_factory=dict)
    scanning: Scanning = field(default_factory=Scanning)
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class GateResult:
    """The decision, the rules behind it, and the bundles that were written or withdrawn."""

    decision: Decision
    rules: Mapping[str, Rule]
    signed: tuple[Path, ...] = ()
    withdrawn: tuple[Path, ...] = ()


def gate(request: GateRequest, progress: Progress = lambda stage, done, total: None) -> GateResult:
    """Walk the road once.

    Raises:
        UsageError: a path does not exist.
        SettingsError: settings, waivers or policies are malformed.
        NothingCollected: there was nothing to judge; bundles of an earlier run are withdrawn all the same.
        Undecidable: the tree could not be walked at all.
    """
    if request.clock.tzinfo is None:
        raise UsageError("the clock has no time zone", hint="datetime.datetime.now(datetime.UTC)")
    artifacts = {path: _describe(path) for path in request.artifacts}
    if request.signer is None or not artifacts:
        _refuse_half_a_request(request)
    if len({bundle_paths(path, request.attestations)["vsa"] for path in artifacts}) < len(artifacts):
        raise UsageError("two artifacts have the same name", hint="sign them into folders of their own: --attestations")
    signer = request.signer() if request.signer else None
    try:
        configuration = configure(
            request.path, organisation=request.organisation, waivers=request.waivers, flags=request.flags
        )
        with Pool() as pool:
            bundle = load_bundle(pool, request.policies)
            gathered = gather(
                open_tree(request.path, configuration.settings),
                configuration.settings,
                request.scanning,
                pool,
                progress,
            )
            if not request.allow_empty:
                refuse_nothing(gathered)
            decision = _decide(request, configuration, bundle, gathered, tuple(artifacts.values()), pool, progress)
    except BaseException:
        # Whatever went wrong: what an earlier run signed is not what stands here now.
        withdraw(request.artifacts, request.attestations)
        raise
    rules = {rule.id: rule for rule in bundle.rules}
    if decision.decision.verdict in (Verdict.FAIL, Verdict.ERROR):
        return GateResult(decision, rules, withdrawn=tuple(withdraw(request.artifacts, request.attestations)))
    if signer is None:
        return GateResult(decision, rules)
    progress("signing", 0, 0)
    signed: list[Path] = []
    try:
        for file, artifact in artifacts.items():
            sbom = bill_of_materials(gathered, [artifact], decision.decision.time)
            settings = configuration.settings.attest
            signed += attest(decision, sbom, file, artifact, signer, settings, request.attestations)
    except BaseException:
        # All artifacts of a run are signed, or none.
        withdraw(request.artifacts, request.attestations)
        raise
    return GateResult(decision, rules, signed=tuple(signed))


def _decide(
    request: GateRequest,
    configuration: Configuration,
    bundle: Bundle,
    gathered: Gathered,
    artifacts: tuple[Artifact, ...],
    pool: Pool,
    progress: Progress,
) -> Decision:
    stage = request.stage or (Stage.BUILD if artifacts else Stage.CHANGE)
    settings = configuration.settings
    progress("judging", 0, 0)
    engine = EmbeddedEngine(pool)
    judgement = judge(bundle, engine, gathered.evidence, settings, stage)
    decided = decide(
        judgement.findings,
        [*gathered.failures, *judgement.failures],
        rules={rule.id: rule for rule in bundle.rules},
        waivers=configuration.waivers,
        settings=settings,
        stage=stage,
        clock=request.clock,
    )
    progress("locating", 0, 0)
    return Decision(
        decision=decided.ruling,
        findings=_located(decided.findings, gathered, pool),
        failures=(*gathered.failures, *judgement.failures),
        coverage=gathered.coverage,
        policies=PolicySet(
            digest=bundle.digest,
            revision=bundle.revision,
            engine=engine.name,
            engine_version=engine.version,
            rules=tuple(sorted(judgement.rules)),
        ),
        evidence={kind: jsonable.digest(value) for kind, value in sorted(gathered.evidence.items())},
        source=gathered.source,
        settings=configuration.origins,
        notes=(*configuration.notes, *decided.notes),
        artifacts=artifacts,
        waivers=decided.waivers,
        tool={"name": "gatekeeper", "version": __version__},
    )


def _located(findings: Sequence[JudgedFinding], gathered: Gathered, pool: Pool) -> tuple[JudgedFinding, ...]:
    hidden = [jsonable.decode(Place, secret["at"]) for secret in gathered.evidence["secrets"]]
    locations = locate(gathered.tree, [finding.at for finding in findings], hidden, pool)
    return tuple(
        dataclasses.replace(finding, location=location) for finding, location in zip(findings, locations, strict=True)
    )


def _describe(path: Path) -> Artifact:
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            return Artifact(printable(path.name), digest, file.tell())
    except OSError as error:
        raise UsageError(f"the artifact {path} cannot be read: {error.strerror}") from error


def _refuse_half_a_request(request: GateRequest) -> None:
    if request.signer is not None:
        raise UsageError("there is nothing to sign", hint="name the artifact with --artifact FILE")
    if request.attestations is not None:
        raise UsageError("--attestations says where signatures go, but nothing is signed", hint="add --key FILE")

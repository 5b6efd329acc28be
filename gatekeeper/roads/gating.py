"""The first road: evidence is collected, policies judge it, the artifact is signed or rejected."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper import __version__
from gatekeeper.attest.attesting import bundle_paths, check_folders, sign, write
from gatekeeper.attest.signers import Signer
from gatekeeper.decide.deciding import decide
from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.change import ChangedControl
from gatekeeper.model.decision import Artifact, Decision, Inputs, Verdict
from gatekeeper.model.finding import JudgedFinding, KnownFinding, Rule, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.choosing import Choice, choose
from gatekeeper.policy.judging import check_names, judge, policy_set
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.registry.reference import Reference
from gatekeeper.roads.artifacts import describe, named_after
from gatekeeper.roads.checked import CheckedSigner, checked
from gatekeeper.roads.comparing import before_change, change_of, changed_policies, controls_of, differences
from gatekeeper.roads.configuring import Configuration, configure
from gatekeeper.roads.further import check_request, further_statements
from gatekeeper.roads.gathering import Gathered, gather, ignore_rules, open_tree, refuse_nothing
from gatekeeper.roads.listing import bill_of_materials
from gatekeeper.roads.policies import read_policies
from gatekeeper.roads.provenance import NAME_THE_BUILD, Build, Provenance, read_build, sign_provenance
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.roads.withdrawing import Withdrawal
from gatekeeper.workers import Pool
from gatekeeper.workspace.base_tree import Base, BaseTree, find_base
from gatekeeper.workspace.locating import locate

_ENGINE = "policy.engine"


@dataclass(frozen=True, slots=True)
class GateRequest:
    """All that a run depends on besides the inspected folder itself.

    ``signer`` is called (and may ask for a password) only where the request makes sense. ``base`` names a commit of
    which only the change from there to the folder is judged. ``provenance`` is a file that says how the artifacts were
    built (SLSA provenance v1), ``materials`` one that names what else went into them; ``also`` are
    kinds of further statements to sign; ``claimed`` is what the environment says about the build.
    """

    path: Path
    clock: datetime.datetime
    stage: Stage | None = None
    artifacts: tuple[Path | Reference, ...] = ()
    signer: Callable[[], Signer] | None = None
    attestations: Path | None = None
    provenance: Path | None = None
    materials: Path | None = None
    also: tuple[str, ...] = ()
    claimed: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Path, ...] = ()
    organisation: Path | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    base: str = ""
    flags: Mapping[str, Json] = field(default_factory=dict)
    scanning: Scanning = field(default_factory=Scanning)
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class GateResult:
    """The decision, the rules behind it, what else it rests on, and the bundles that were written or withdrawn.

    ``evidence`` is what the policies saw as ``input``, ``unsigned`` tells what was not signed, and why.
    """

    decision: Decision
    rules: Mapping[str, Rule]
    inputs: Inputs
    evidence: Json
    signed: tuple[Path, ...] = ()
    withdrawn: tuple[Path, ...] = ()
    unsigned: tuple[str, ...] = ()


def gate(
    request: GateRequest,
    progress: Progress = lambda stage, done, total: None,
    tell: Callable[[Path], None] = lambda path: None,
) -> GateResult:
    """Walk the road once. ``tell`` hears of each bundle of an earlier run that is withdrawn, whatever comes of it.

    Raises:
        UsageError: a path does not exist; bundles of an earlier run stay.
        SettingsError: settings, waivers or policies are malformed; so they do here.
        NothingCollected: there was nothing to judge; bundles of an earlier run are withdrawn all the same.
        Undecidable: the tree could not be walked at all; here, too.
    """
    if request.clock.tzinfo is None:
        raise UsageError("the clock has no time zone", hint="datetime.datetime.now(datetime.UTC)")
    files = tuple(dict.fromkeys(named_after(one) for one in request.artifacts))
    if request.signer is None or not files:
        _refuse_half_a_request(request)
    if len({bundle_paths(path, request.attestations)["vsa"] for path in files}) < len(set(request.artifacts)):
        raise UsageError("two artifacts have the same name", hint="sign them into folders of their own: --attestations")
    stage = request.stage or (Stage.BUILD if files else Stage.CHANGE)
    if request.base and _is_whole(request, stage):
        what = "something is to be signed" if request.signer else f"the stage is {stage}"
        raise UsageError(f"--base judges a change, but {what}", hint="what is signed or released is judged as a whole")
    with Withdrawal(files, request.attestations, tell) as withdrawal:
        artifacts = describe(request.artifacts, request.attestations)
        build = read_build(request.provenance, request.materials)
        signer = checked(request.signer()) if request.signer else None
        if signer is not None:
            _check_signing(request, signer, build, files)
        with Pool() as pool:
            run = _prepare(request, stage, tuple(artifacts.values()), pool)
            configuration = run.configuration
            tree = open_tree(request.path, configuration.settings)
            withdrawal.judging(signs=signer is not None)
            gathered = gather(tree, configuration.settings, request.scanning, pool, progress)
            if not request.allow_empty:
                refuse_nothing(gathered)
            known: tuple[KnownFinding, ...] = ()
            if run.base is not None:
                gathered, known = _compare(run, run.base, gathered, pool, progress)
            decision = _decide(run, gathered, known, pool, progress)
        inputs = Inputs(
            configuration.settings, configuration.waivers, configuration.baseline, known, tuple(gathered.failures)
        )
        result = GateResult(decision, {rule.id: rule for rule in run.bundle.rules}, inputs, gathered.document())
        if decision.decision.verdict in (Verdict.FAIL, Verdict.ERROR):
            withdrawal.take_back()
            return dataclasses.replace(result, withdrawn=tuple(withdrawal.withdrawn))
        if signer is None:
            return result
        progress("signing", 0, 0)
        provenance = sign_provenance(signer, tuple(artifacts.values()), decision.source, build)
        # All artifacts of a run are signed before the first bundle is written, or none is.
        bundles = _sign(request, signer, artifacts, decision, gathered, configuration, provenance)
        signed = write(bundles, files, request.attestations)
    gone = tuple(path for path in withdrawal.withdrawn if path not in signed)
    return dataclasses.replace(result, signed=tuple(signed), withdrawn=gone, unsigned=provenance.missing)


def _prepare(request: GateRequest, stage: Stage, artifacts: tuple[Artifact, ...], pool: Pool) -> _Run:
    """All that a user can have got wrong besides what is judged."""
    base = find_base(_folder(request.path), request.base) if request.base else None
    configuration, controls = _configure(request, stage, base)
    policy = configuration.settings.policy
    policies = read_policies(request.policies, policy, request.clock)
    choice = choose(pool, policy, foreign=bool(policies.packs), outside=_folder(request.path))
    bundle = load_bundle(pool, policies.packs, opa=choice.parser, policy=policy)
    check_names(bundle, configuration.settings)
    notes = (*configuration.notes, *policies.notes, *choice.notes)
    return _Run(request, stage, artifacts, configuration, choice, bundle, notes, base, controls)


def _check_signing(request: GateRequest, signer: CheckedSigner, build: Build, files: Sequence[Path]) -> None:
    """See that what is asked for can be signed and written, so far as that is known before anything is judged."""
    if build.materials and build.predicate is None and not signer.certified:
        raise UsageError("nothing can name the materials: a key says nothing about the build", hint=NAME_THE_BUILD)
    check_request(request.also, request.scanning)
    check_folders(files, request.attestations)


def _sign(
    request: GateRequest,
    signer: Signer,
    artifacts: Mapping[Path, Artifact],
    decision: Decision,
    gathered: Gathered,
    configuration: Configuration,
    provenance: Provenance,
) -> dict[Path, bytes]:
    bundles: dict[Path, bytes] = {}
    for file, artifact in artifacts.items():
        sbom = bill_of_materials(gathered, [artifact], decision.decision.time)
        if provenance.bundle:
            bundles[bundle_paths(file, request.attestations)["provenance"]] = provenance.bundle
        settings = configuration.settings.attest
        more = further_statements(request.also, artifact, decision, gathered)
        bundles |= sign(decision, sbom, file, artifact, signer, settings, request.attestations, request.claimed, more)
    return bundles


def _configure(
    request: GateRequest, stage: Stage, base: Base | None
) -> tuple[Configuration, tuple[ChangedControl, ...]]:
    """What counts for the run, and what the change would like to count.

    A change does not bring what exempts it: of the repository's own files those of the base count. And what is signed
    or released is not judged by the engine that whoever runs the gate would like.
    """
    flags = dict(request.flags)
    asked = flags.pop(_ENGINE, None) if _is_whole(request, stage) else None

    def configured(folder: Path) -> Configuration:
        return configure(
            folder,
            organisation=request.organisation,
            waivers=request.waivers,
            flags=flags,
            baseline=request.baseline,
        )

    head = configured(request.path)
    notes = []
    if asked is not None:
        where = "for what is signed" if request.signer else f"in the stage {stage}"
        notes.append(f"--engine {asked} is ignored: {where} the engine comes from the organisation's settings")
    if base is None:
        return dataclasses.replace(head, notes=(*head.notes, *notes)), ()
    with controls_of(base) as folder:
        before = configured(folder)
    notes.append(f"compared with {base.commit[:12]}, whose settings, waivers and baseline count")
    controls = differences(before, head, _folder(request.path))
    return dataclasses.replace(before, notes=(*before.notes, *notes)), controls


def _is_whole(request: GateRequest, stage: Stage) -> bool:
    """Whether all counts, not only what a change brings: what is signed in the stage change is no mere change."""
    return stage is not Stage.CHANGE or request.signer is not None


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


@dataclass(frozen=True, slots=True)
class _Run:
    """What a decision is made of besides what was gathered."""

    request: GateRequest
    stage: Stage
    artifacts: tuple[Artifact, ...]
    configuration: Configuration
    choice: Choice
    bundle: Bundle
    notes: tuple[str, ...]
    base: Base | None
    controls: tuple[ChangedControl, ...]


def _compare(
    run: _Run,
    base: Base,
    gathered: Gathered,
    pool: Pool,
    progress: Progress,
) -> tuple[Gathered, tuple[KnownFinding, ...]]:
    """What was gathered, with the change as evidence, and the findings that stand in the base already."""
    progress("comparing", 0, 0)
    tree = BaseTree(base, gathered.tree, ignore_rules(run.configuration.settings))
    controls = run.controls + changed_policies(tree, _folder(run.request.path), run.request.policies)
    change = change_of(base, tree, gathered.tree, controls)
    before = before_change(
        tree, gathered, run.bundle, run.choice, run.configuration.settings, run.request.scanning, pool
    )
    failures = tuple(
        dataclasses.replace(failure, message=f"in the base of the change: {failure.message}")
        for failure in before.failures
    )
    together = dataclasses.replace(
        gathered,
        evidence={**gathered.evidence, "change": jsonable.plain(change)},
        source=dataclasses.replace(gathered.source, base=base.commit),
        failures=(*gathered.failures, *failures),
    )
    return together, before.known


def _decide(run: _Run, gathered: Gathered, known: tuple[KnownFinding, ...], pool: Pool, progress: Progress) -> Decision:
    configuration, bundle, settings = run.configuration, run.bundle, run.configuration.settings
    progress("judging", 0, 0)
    judgement = judge(bundle, run.choice.engine, gathered.evidence, settings, run.stage, run.choice.others)
    decided = decide(
        judgement.findings,
        [*gathered.failures, *judgement.failures],
        rules={rule.id: rule for rule in bundle.rules},
        waivers=configuration.waivers,
        settings=settings,
        stage=run.stage,
        clock=run.request.clock,
        baseline=configuration.baseline,
        base=known,
    )
    progress("locating", 0, 0)
    return Decision(
        decision=decided.ruling,
        findings=_located(decided.findings, gathered, pool),
        failures=(*gathered.failures, *judgement.failures),
        coverage=gathered.coverage,
        policies=policy_set(bundle, run.choice.engine, judgement),
        evidence={kind: jsonable.digest(value) for kind, value in sorted(gathered.evidence.items())},
        source=gathered.source,
        settings=configuration.origins,
        notes=(*run.notes, *decided.notes),
        artifacts=run.artifacts,
        waivers=decided.waivers,
        tool={"name": "gatekeeper", "version": __version__},
    )


def _located(findings: Sequence[JudgedFinding], gathered: Gathered, pool: Pool) -> tuple[JudgedFinding, ...]:
    hidden = [jsonable.decode(Place, secret["at"]) for secret in gathered.evidence["secrets"]]
    locations = locate(gathered.tree, [finding.at for finding in findings], hidden, pool)
    return tuple(
        dataclasses.replace(finding, location=location) for finding, location in zip(findings, locations, strict=True)
    )


def _refuse_half_a_request(request: GateRequest) -> None:
    if request.signer is not None:
        raise UsageError("there is nothing to sign", hint="name the artifact with --artifact FILE")
    if request.provenance is not None or request.materials is not None:
        raise UsageError(
            "provenance is signed, but nothing is signed", hint="add --artifact FILE, and --key or --keyless"
        )
    if request.attestations is not None:
        raise UsageError(
            "--attestations says where signatures go, but nothing is signed", hint="add --key FILE, or --keyless"
        )

"""The second road: subjects and attestations go in; a trust file judges who signed what; out comes the verdict."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.errors import Rejected, Undecidable, UsageError, VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.times import in_utc
from gatekeeper.model.verification import Refusal, Verification, VerifiedSubject
from gatekeeper.roads.registries import registry_of
from gatekeeper.verification.batch import Attributions
from gatekeeper.verification.closed import is_closed
from gatekeeper.verification.describing import describe, refusal
from gatekeeper.verification.gathering import Gatherer, Source, Unread
from gatekeeper.verification.judging import Judgement, judge
from gatekeeper.verification.relevance import FEW, Relevance, Relevant, Unreadable
from gatekeeper.verification.statements import Statements
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.naming import FOLDER, IMAGE, LAYOUT, REGISTRY, on_disk
from gatekeeper.verification.subjects.reading import FileMessage
from gatekeeper.verification.subjects.resolving import resolve_all
from gatekeeper.verification.trust.flags import from_flags
from gatekeeper.verification.trust.loading import TrustFile, read_trust
from gatekeeper.verification.trust.pins import unpinned
from gatekeeper.verification.trust.places import check_files, find_trust

if TYPE_CHECKING:
    from gatekeeper.model.release import ReleaseVerdict
    from gatekeeper.model.settings import Settings
    from gatekeeper.registry.client import Client

_HOLDING = "it holds attestations, and not all of it is what counts for the files here"
_HOLDING_HINT = "take it away; or trust who signed it, and keep only bundles, with nothing in them that nobody signed"


@dataclass(frozen=True, slots=True)
class Expectations:
    """What is demanded of the gate's summary where a key alone is trusted; an empty text demands nothing."""

    stage: str = ""
    resource: str = ""
    policies_digest: str = ""
    verifier: str = ""
    max_age: datetime.timedelta | None = None


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What is verified, when, and by whose word.

    ``subjects`` are texts such as ``app.tar.gz``, ``dir:dist`` or ``oci://HOST/NAME@DIGEST``. Trust comes from the
    file ``trust`` (None: the one of the environment, the user or the organisation) or, with ``key``, from that public
    key and ``expected`` alone. ``attestations`` are a file or folder, ``oci`` (those in the subject's registry), or ""
    for what lies beside a file and in an image's registry. ``offline`` asks no registry at all. With ``settings`` (the
    organisation's) or added ``policies``, rules of the stage ``release`` judge what was verified.
    """

    subjects: tuple[str, ...]
    clock: datetime.datetime
    trust: Path | None = None
    key: Path | None = None
    expected: Expectations = field(default_factory=Expectations)
    attestations: str | Path = ""
    offline: bool = False
    settings: Path | None = None
    policies: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A subject, and where its attestations are.

    ``holds`` are the digests of the attestations that it holds itself, where it is one of the files of a folder: None
    where it holds none.
    """

    subject: Subject
    sources: tuple[Source, ...]
    holds: frozenset[str] | None = None


def verify(request: VerifyRequest) -> Verification:
    """Walk the road once, and accept all subjects or none.

    Raises:
        UsageError, SettingsError: a subject, file or trust file is missing or malformed.
        Undecidable: a registry or file cannot be read, or policies could not be evaluated.
        VerificationFailure: a subject is refused.
        Rejected: policies reject what was verified.
    """
    verification = examine(request)
    if failure := first_failure(verification):
        raise failure
    if verification.release is not None:
        _check(verification.release)
    return verification


def _check(release: ReleaseVerdict) -> None:
    if release.exit_code == Undecidable.exit_code:
        errors = [f"{one.rule}: {one.message}" for one in release.findings if one.effect == "error"]
        raise Undecidable(f"policies could not judge the release: {'; '.join((*release.failures, *errors))}")
    if release.exit_code:
        found = [f"{one.rule}: {one.subject}: {one.message}" for one in release.findings if one.effect == "fail"]
        raise Rejected(f"policies reject the release: {'; '.join(found)}")


def first_failure(verification: Verification) -> VerificationFailure | None:
    """Why the first subject that is refused is refused; None where all are accepted."""
    refused = verification.refused
    if not refused:
        return None
    why = refused[0].refusal or Refusal("", "refused")
    many = f" (and {len(refused) - 1} more of {len(verification.subjects)} are refused)" if len(refused) > 1 else ""
    return VerificationFailure(
        f"{refused[0].name}: {why.message}{many}", expected=why.expected, found=why.found, hint=why.hint, step=why.step
    )


def examine(request: VerifyRequest) -> Verification:
    """Like ``verify``, but with the verdict on each subject instead of a refusal.

    Raises:
        UsageError, SettingsError, Undecidable: as ``verify`` does.
    """
    if request.clock.tzinfo is None:
        raise UsageError("the clock has no time zone", hint="give an aware time, e.g. in UTC")
    trust, folder = _trust_of(request)
    settings = _settings_of(request)
    with registry_of(() if request.offline else request.subjects) as client:
        taken = list(_take_all(request, client))
    relevants = _relevants([one for one in taken if isinstance(one, _Taken)])
    attributions = Attributions(trust, folder)
    attributions.learn([one for relevant in relevants for one in relevant.attestations])
    verdicts: list[VerifiedSubject] = []
    judged: list[tuple[int, _Taken, Judgement]] = []
    remaining, statements, unreadable = iter(relevants), Statements(), _Unreadables()
    for one in taken:
        if isinstance(one, VerifiedSubject):
            verdicts.append(one)
            continue
        relevant = next(remaining)
        judgement = judge(one.subject, relevant.attestations, trust, request.clock, attributions, statements)
        judged.append((len(verdicts), one, judgement))
        verdicts.append(describe(judgement, unreadable.of(one), relevant.others, gated=request.key is not None))
    left_out = _without_attestations(judged, verdicts)
    judgements = [judgement for place, _, judgement in judged if place not in left_out]
    verification = Verification(
        in_utc(request.clock),
        trust.sha256,
        trust.name,
        tuple(one for place, one in enumerate(verdicts) if place not in left_out),
        left_out=tuple(verdicts[place].name for place in sorted(left_out)),
    )
    if verification.refused:
        return verification
    return dataclasses.replace(verification, release=_judge_by_policies(judgements, trust, settings, request))


def _settings_of(request: VerifyRequest) -> Settings | None:
    """The settings that rules in Rego are asked with; None where nobody asks for them."""
    if request.settings is None and not request.policies:
        return None
    # Engines and settings take longer to load than all else together.
    from gatekeeper.settings.files import organisation_layer  # noqa: PLC0415
    from gatekeeper.settings.layers import combine  # noqa: PLC0415

    return combine([organisation_layer(request.settings)] if request.settings else []).settings


def _judge_by_policies(
    judgements: Sequence[Judgement], trust: TrustFile, settings: Settings | None, request: VerifyRequest
) -> ReleaseVerdict | None:
    """What rules in Rego say about all that was verified; None where nobody asks for them."""
    if settings is None:
        return None
    from gatekeeper.roads.releasing import judge_release  # noqa: PLC0415 - see _settings_of

    return judge_release(judgements, trust, settings, request.clock, request.policies)


def _trust_of(request: VerifyRequest) -> tuple[TrustFile, Path]:
    """The trust file, and the folder from where it names others."""
    expected = request.expected
    if request.key is None:
        if expected != Expectations():
            raise UsageError("--stage and the like go with --key", hint="a trust file says these things itself")
        places = [where for text in request.subjects if (where := on_disk(text)) is not None]
        path = find_trust(request.trust, os.environ, Path.cwd(), places)
        trust = read_trust(path)
        check_files(path, unpinned(trust.document), Path.cwd(), places)
        return trust, Path(os.path.abspath(path)).parent
    if request.trust is not None:
        raise UsageError("either --trust or --key, not both", hint="name the key as an authority in the trust file")
    trust = from_flags(
        request.key,
        stage=expected.stage,
        verifier=expected.verifier,
        resource=expected.resource,
        policies_digest=expected.policies_digest,
        max_age=expected.max_age,
    )
    return trust, request.key.resolve().parent


def _take_all(request: VerifyRequest, client: Client | None) -> Iterator[_Taken | VerifiedSubject]:
    gatherer = Gatherer()
    given = request.attestations
    shared = gatherer.named(Path(given)) if given not in ("", REGISTRY) else None
    for text in request.subjects:
        try:
            taken = [_Taken(one, _sources(one, given, shared, gatherer, client)) for one in resolve_all(text, client)]
        except VerificationFailure as failure:
            # A registry or layout that holds something else than it says.
            yield VerifiedSubject(text, text, {}, refusal(failure))
            continue
        yield from _files(text, taken) if text.startswith(FOLDER) else taken


def _sources(
    subject: Subject, given: str | Path, shared: Source | None, gatherer: Gatherer, client: Client | None
) -> tuple[Source, ...]:
    if shared is not None:
        return (shared,)
    if subject.uri.startswith(IMAGE) and client is not None:
        from gatekeeper.verification.referrers import find_attached  # noqa: PLC0415 - only where there is a client

        return (find_attached(client, subject),)
    if given == REGISTRY:
        raise UsageError(
            f"{subject.uri} is in no registry, so that it has no attestations there",
            hint="name their file or folder with --attestations; a folder of that name is ./oci",
        )
    where = on_disk(subject.uri)
    assert where is not None, "what is not in a registry is on disk"
    beside = gatherer.beside(where, subject.digests.get("sha256", ""))
    if not subject.uri.startswith(LAYOUT):
        return beside
    from gatekeeper.verification.referrers import find_in_layout  # noqa: PLC0415 - only where there is a layout

    return (find_in_layout(subject), *beside)


def _files(text: str, taken: Sequence[_Taken]) -> Sequence[_Taken]:
    """The files of a folder, with what each of them holds itself."""
    sources = {id(source): source for one in taken for source in one.sources}
    holding: dict[str, frozenset[str]] = {}
    for source in sources.values():
        holding.update(source.files)
    files = [dataclasses.replace(one, holds=holding.get(_real(one.subject))) for one in taken]
    if all(one.holds is not None for one in files):
        raise Undecidable(f"{text}: there is nothing in this folder but attestations", hint="name the folder of both")
    return files


def _real(subject: Subject) -> str:
    return os.path.realpath(subject.message.path) if isinstance(subject.message, FileMessage) else ""


def _without_attestations(
    judged: Sequence[tuple[int, _Taken, Judgement]], verdicts: list[VerifiedSubject]
) -> frozenset[int]:
    """Which files of folders need no attestation: those that are nothing but attestations which count in this run.

    Whatever else could be read as attestations, or stands in them unsigned, is of nobody who is known: it is refused.
    """
    counted = {own.attestation.sha256 for _, _, judgement in judged for own in judgement.counted if is_closed(own)}
    left_out = set()
    for place, one, _ in judged:
        why = verdicts[place].refusal
        if one.holds is None or why is None:
            continue
        if one.holds <= counted:
            left_out.add(place)
            continue
        told = dataclasses.replace(why, message=f"{why.message}; {_HOLDING}", hint=_HOLDING_HINT)
        verdicts[place] = dataclasses.replace(verdicts[place], refusal=told)
    return frozenset(left_out)


def _relevants(taken: Sequence[_Taken]) -> list[Relevant]:
    """Which attestations each subject is judged by: where many share a place, those that can be about it."""
    indexes: dict[int, Relevance] = {}
    result = []
    for one in taken:
        chosen: list[Attestation] = []
        others = 0
        for source in one.sources:
            if (len(taken) == 1 and len(source.attestations) <= FEW) or not source.shared:
                chosen += source.attestations
                continue
            if id(source) not in indexes:
                indexes[id(source)] = Relevance(source.attestations, [other.subject for other in taken])
            relevant = indexes[id(source)].of(one.subject)
            chosen += relevant.attestations
            others += relevant.others
        result.append(Relevant(tuple(chosen), others))
    return result


class _Unreadables:
    """What could not be read where attestations are, each place looked through once."""

    def __init__(self) -> None:
        self._known: dict[int, Unreadable] = {}

    def of(self, taken: _Taken) -> list[Unread]:
        """What is told with a subject."""
        found: list[Unread] = []
        for source in taken.sources:
            if id(source) not in self._known:
                self._known[id(source)] = Unreadable(source)
            found += self._known[id(source)].of(taken.subject)
        return found

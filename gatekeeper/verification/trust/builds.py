"""What provenance proves about a build: only what its certificate says too, or whose builder the trust file knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.predicates.provenance import Provenance, Source
from gatekeeper.formats.predicates.release import Release
from gatekeeper.model.json import Json
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.model import ANY, Builder, Rule

BUILD_SIGNER = "build_signer_uri"
_CERTIFIED = {
    "repository": "source_repository_uri",
    "ref": "source_repository_ref",
    "commit": "source_repository_digest",
}
_ASKED = {"repository": "source", "ref": "ref", "commit": "commit"}
_IDS = {"owner_id": "source_repository_owner_id", "repository_id": "source_repository_id"}
# The workflow's file, of GitHub's build types; the certificate names it with its repository and ref.
_WORKFLOW, _WORKFLOW_FILE = "build_config_uri", "workflow.path"


def level(builders: Sequence[Builder], signers: Sequence[str], builder_id: str) -> int | None:
    """The SLSA build level that the trust file gives a builder's provenance by these signers; None where it is silent.

    Of several entries that fit the least counts.
    """
    fitting = [one for one in builders if one.signer in signers and identities.matches(one.id, builder_id)]
    return min((one.level for one in fitting), default=None)


def verified_builder(build: Provenance, claims: Mapping[str, str], known: bool) -> str:
    """builder.id where somebody vouches for it: the trust file's map (``known``) or the certificate; else ""."""
    return build.builder_id if known or build.builder_id == claims.get(BUILD_SIGNER) else ""


def verified_source(build: Provenance | Release | None, claims: Mapping[str, str], known: bool) -> Source:
    """The source where somebody vouches for it: the certificate, else a builder that the trust file knows.

    A release is the word of the platform that signs it, which is ``known`` by being a signer of the rule.

    Raises:
        VerificationFailure: statement and certificate say different things.
    """
    certified = {name: claims.get(claim, "") for name, claim in _CERTIFIED.items()}
    if build is None:
        return Source(**certified)
    said = {name: getattr(build.source, name) for name in _CERTIFIED}
    for name, value in certified.items():
        if value and said[name] and value != said[name]:
            raise VerificationFailure(
                f"the statement and its certificate name different sources ({name})",
                expected=value,
                found=said[name],
                hint="the certificate is the platform's word: do not use this artifact",
                step="source",
            )
    return Source(**{name: certified[name] or (said[name] if known else "") for name in _CERTIFIED})


def check_builder(rule: Rule, build: Provenance, claims: Mapping[str, str], given_level: int | None) -> None:
    """Builder and level.

    Raises:
        VerificationFailure: one of them is not as the rule demands.
    """
    if rule.builder:
        vouched = verified_builder(build, claims, given_level is not None)
        if not vouched or not identities.matches(rule.builder, vouched):
            raise VerificationFailure(
                "built by another builder" if vouched else "nobody vouches for the builder",
                expected=rule.builder,
                found=build.builder_id,
                hint="" if vouched else "add a [[builder]] for this signer and builder.id to the trust file",
                step="builder",
            )
    if rule.level and (given_level is None or given_level < rule.level):
        raise VerificationFailure(
            "the builder is not good enough",
            expected=f"SLSA build level {rule.level}",
            found="a builder without a level in the trust file: " + build.builder_id
            if given_level is None
            else f"level {given_level}: {build.builder_id}",
            hint="the [[builder]] table of the trust file says what builders are worth",
            step="builder",
        )


def check_parameters(rule: Rule, build: Provenance, claims: Mapping[str, str]) -> None:
    """External parameters: all must be allowed.

    Those that name the source are as far as they are compared: with the certificate by ``verified_source``, with what
    the rule demands by ``check_source``. Both must have been called.

    Raises:
        VerificationFailure: one is not.
    """
    compared = _compared(rule, build, claims)
    for path, value in parameters(build.external_parameters):
        if path not in compared and not _allowed(path, value, rule.parameters):
            raise VerificationFailure(
                f"an external parameter that is not allowed: {path}",
                expected=_text(rule.parameters.get(path, []))
                if path in rule.parameters
                else f"one of: {', '.join(rule.parameters) or 'none'}",
                found=_text(value)[:200],
                hint="parameters of the rule says which are allowed, and their values",
                step="parameters",
            )


def check_source(rule: Rule, source: Source) -> None:
    """Repository, ref and commit.

    Raises:
        VerificationFailure: one is another than the rule demands, or nobody vouches for it.
    """
    for name, asked in _ASKED.items():
        wanted, found = getattr(rule, asked), getattr(source, name)
        fits = found == wanted if name == "commit" else identities.path_matches(wanted, found)
        if wanted and not fits:
            raise VerificationFailure(
                f"from another source ({name})" if found else f"nobody vouches for the source ({name})",
                expected=wanted,
                found=found or "neither a claim of the certificate nor provenance of a builder in the trust file",
                step="source",
            )


def check_ids(rule: Rule, release: Release | None, claims: Mapping[str, str]) -> None:
    """Ids of the repository and its owner: a name can be registered anew, an id cannot.

    Raises:
        VerificationFailure: one is another than the rule demands, or is not there.
    """
    for name, claim in _IDS.items():
        wanted, found = getattr(rule, name), claims.get(claim) or (getattr(release, name) if release else "")
        if wanted and found != wanted:
            raise VerificationFailure(
                f"from another source ({name})" if found else f"nobody vouches for the source ({name})",
                expected=wanted,
                found=found or "no id: certificates of before 2023 have none",
                hint="the name may have been registered anew by somebody else" if found else "",
                step="source",
            )


def parameters(value: Json) -> Iterator[tuple[str, Json]]:
    """The leaves of external parameters by their paths; empty names and those with dots stand in quotes, as in JSON.

    Lists are leaves, and so are empty objects but for the outermost.
    """
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, Mapping) and (one or not path):
            for key, inner in one.items():
                name = json.dumps(key, ensure_ascii=False) if not key or "." in key or '"' in key else key
                waiting.append((f"{path}.{name}" if path else name, inner))
        else:
            yield path, one


def _compared(rule: Rule, build: Provenance, claims: Mapping[str, str]) -> set[str]:
    """The parameters that say nothing but what the certificate says, or the rule demands, about the source."""
    fields = {name for name, claim in _CERTIFIED.items() if claims.get(claim)}
    fields |= {name for name, asked in _ASKED.items() if getattr(rule, asked)}
    compared = {path for path, read in build.source_parameters.items() if fields.issuperset(read)}
    workflow = build.external_parameters.get("workflow")
    if isinstance(workflow, Mapping) and claims.get(_WORKFLOW):
        file = f"{build.source.repository}/{workflow.get('path')}@{build.source.ref}"
        compared |= {_WORKFLOW_FILE} if claims[_WORKFLOW] == file else set()
    return compared


def _allowed(path: str, value: Json, allowed: Mapping[str, Json]) -> bool:
    # An empty table of known parameters, and a known one without a value, choose nothing.
    if (value == {} and any(name.startswith(f"{path}.") for name in allowed)) or (value is None and path in allowed):
        return True
    if any(given == ANY and (path == name or path.startswith(f"{name}.")) for name, given in allowed.items()):
        return True
    given = allowed.get(path, [])
    # As JSON, where 1 is not true.
    return isinstance(given, list) and _text(value) in [_text(one) for one in given]


def _text(value: Json) -> str:
    """As JSON; a statement may hold integers of any size."""
    return json.dumps(value, sort_keys=True)

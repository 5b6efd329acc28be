"""What provenance proves about a build: only what its certificate says too, or whose builder the trust file knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.predicates.provenance import Provenance, Source
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
# They name the source, which is compared with the certificate.
_NAME_THE_SOURCE = ("workflow.repository", "workflow.ref", "workflow.path", "source.uri", "source.digest.*")


def level(builders: Sequence[Builder], signers: Sequence[str], builder_id: str) -> int | None:
    """The SLSA build level that the trust file gives a builder's provenance by these signers; None where it is silent.

    Of several entries that fit the least counts.
    """
    fitting = [one for one in builders if one.signer in signers and identities.matches(one.id, builder_id)]
    return min((one.level for one in fitting), default=None)


def verified_builder(build: Provenance, claims: Mapping[str, str], known: bool) -> str:
    """builder.id where somebody vouches for it: the trust file's map (``known``) or the certificate; else ""."""
    return build.builder_id if known or build.builder_id == claims.get(BUILD_SIGNER) else ""


def verified_source(build: Provenance | None, claims: Mapping[str, str], known: bool) -> Source:
    """The source where somebody vouches for it: the certificate, else a builder that the trust file knows.

    Raises:
        VerificationFailure: provenance and certificate say different things.
    """
    certified = {name: claims.get(claim, "") for name, claim in _CERTIFIED.items()}
    if build is None:
        return Source(**certified)
    said = {name: getattr(build.source, name) for name in _CERTIFIED}
    for name, value in certified.items():
        if value and said[name] and value != said[name]:
            raise VerificationFailure(
                f"provenance and certificate name different sources ({name})",
                expected=value,
                found=said[name],
                hint="the certificate is the platform's word: do not use this artifact",
                step="source",
            )
    return Source(**{name: certified[name] or (said[name] if known else "") for name in _CERTIFIED})


def check_build(rule: Rule, build: Provenance, claims: Mapping[str, str], given_level: int | None) -> None:
    """Builder, level and external parameters.

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
    for path, value in parameters(build.external_parameters):
        if not _allowed(path, value, rule.parameters):
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


def parameters(value: Json) -> Iterator[tuple[str, Json]]:
    """The leaves of external parameters by their paths; names with dots stand in quotes, lists are leaves."""
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, Mapping):
            for key, inner in one.items():
                name = f'"{key}"' if "." in key or '"' in key else key
                waiting.append((f"{path}.{name}" if path else name, inner))
        elif one is not None and one != []:
            yield path, one


def _allowed(path: str, value: Json, allowed: Mapping[str, Json]) -> bool:
    if any(path == name or (name.endswith(".*") and path.startswith(name[:-1])) for name in _NAME_THE_SOURCE):
        return True
    if any(given == ANY and (path == name or path.startswith(f"{name}.")) for name, given in allowed.items()):
        return True
    given = allowed.get(path, [])
    # As JSON, where 1 is not true.
    return isinstance(given, list) and _text(value) in [_text(one) for one in given]


def _text(value: Json) -> str:
    """As JSON; a statement may hold integers of any size."""
    return json.dumps(value, sort_keys=True)

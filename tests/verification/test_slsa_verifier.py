"""slsa-verifier's own samples, judged by it and by trust files that say the same: every difference stands here."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.model.json import JsonObject
from tests.verification.slsa_verifier import Question, folder, ours, samples, theirs

pytestmark = pytest.mark.services
__all__ = ["folder", "samples"]

WORKFLOWS = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows"
GO, GENERIC = (f"{WORKFLOWS}/{name}_slsa3.yml" for name in ("builder_go", "generator_generic"))
TRW = "https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml"
EXAMPLE = "github.com/slsa-framework/example-package"
HOSTED, RUNNER = "https://github.com/actions/runner/github-hosted", "https://github.com/actions/runner"
# Builder and who signs for it, by the folder of the samples.
BUILDERS = {
    "gha_container-based": (f"{WORKFLOWS}/builder_container-based_slsa3.yml", "builder_container-based_slsa3.yml"),
    "gha_delegator": (TRW, "delegator_generic_slsa3.yml"),
    "gha_gradle": (f"{WORKFLOWS}/builder_gradle_slsa3.yml", "delegator_lowperms-generic_slsa3.yml"),
    "gha_maven": (f"{WORKFLOWS}/builder_maven_slsa3.yml", "delegator_lowperms-generic_slsa3.yml"),
}
# File -> package, source, builder, workflow that signs.
PACKAGES = {
    "gundam-visor-cli-v1-tag": (
        "gundam-visor@1.0.1",
        "github.com/ramonpetgrave64/gundam-visor",
        HOSTED,
        "https://github.com/ramonpetgrave64/gundam-visor/.github/workflows/npm-publish.yml@refs/tags/*",
    ),
    "provenance-npm-test-cli-v02-prega": (
        "@laurentsimon/provenance-npm-test@1.0.3",
        "github.com/laurentsimon/provenance-npm-test",
        RUNNER,
        "https://github.com/laurentsimon/provenance-npm-test/.github/workflows/release.yml@refs/heads/main",
    ),
    "provenance-npm-test-cli-v1-prega": (
        "sigstore@2.3.1",
        "github.com/sigstore/sigstore-js",
        HOSTED,
        "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main",
    ),
    "provenance-npm-test-ossf": (
        "@laurentsimon/provenance-npm-test@1.0.5",
        "github.com/laurentsimon/provenance-npm-test",
        f"{WORKFLOWS}/builder_nodejs_slsa3.yml",
        f"{WORKFLOWS}/delegator_lowperms-generic_slsa3.yml@refs/tags/v*",
    ),
    "supreme-googles-cli-v02-tag": (
        "@trishankatdatadog/supreme-goggles@1.0.5",
        "github.com/trishankatdatadog/supreme-goggles",
        RUNNER,
        "https://github.com/trishankatdatadog/supreme-goggles/.github/workflows/npm-publish.yml@refs/tags/*",
    ),
}
OF_A_TAG = "slsa-verifier takes the branch of a tag from provenance alone; the certificate names the tag only"

# Builder -> versions whose bundles both accept. One more of the delegator was at a branch.
VERSIONS = {
    "gha_container-based": ("v1.8.0", "v1.9.0", "v1.10.0", "v2.0.0", "v2.1.0"),
    "gha_delegator": ("v1.10.0", "v2.0.0", "v2.1.0"),
    "gha_gradle": ("v1.9.0", "v1.10.0", "v2.0.0", "v2.1.0"),
    "gha_maven": ("v1.9.0", "v1.10.0", "v2.0.0", "v2.1.0"),
}
VERSIONS_OF_BUNDLES = {"gha_go": ("v2.1.0",), "gha_generic": ("v2.1.0",)}
TAGS = ("push-v13.0.30", "push-v14", "push-v14.2")


def builds(versions: Mapping[str, tuple[str, ...]], *others: str) -> frozenset[str]:
    """BUILDER/VERSION/ARTIFACT of each build at a tag, and of ``others``."""
    return frozenset(
        f"{builder}/{version}/binary-linux-amd64-{name}"
        for builder, numbers in versions.items()
        for version in numbers
        for name in ((TAGS[1],) if version == "v1.8.0" else TAGS) + others
    )


@dataclasses.dataclass(frozen=True)
class Difference:
    """What the two say differently about exactly these builds, and why."""

    reason: str
    builds: frozenset[str]


# What is asked -> what slsa-verifier accepts and we refuse. There is nothing that we accept and it refuses.
WE_REFUSE = {
    "the branch that a tag is on": Difference(OF_A_TAG, builds(VERSIONS) | builds(VERSIONS_OF_BUNDLES)),
    "the inclusion proof of another": Difference(
        "slsa-verifier looks at no proof beside a promise; we verify all that is there",
        builds(VERSIONS, "workflow_dispatch"),
    ),
}


def built(samples: Path) -> list[Question]:
    """All samples of slsa-github-generator's own builders."""
    found = []
    for file in sorted(samples.rglob("*.slsa")):
        builder, workflow = BUILDERS[file.parent.parent.name]
        artifact = file.with_name(file.name.removesuffix(".build.slsa").removesuffix(".intoto"))
        found.append(Question(artifact, file, EXAMPLE, builder, f"{WORKFLOWS}/{workflow}@refs/tags/v*"))
    assert len(found) == 66
    return found


def published(samples: Path) -> list[Question]:
    """All samples of npm's packages, those with a broken signature included."""
    found = []
    for file in sorted((samples / "npm" / "gha").glob("*.tgz")):
        name = file.stem.removesuffix("-invalidsigprov").removesuffix("-invalidsigpub")
        package, source, builder, workflow = PACKAGES[name]
        found.append(Question(file, file.with_name(f"{file.name}.json"), source, builder, workflow, package=package))
    assert len(found) == 15
    return found


def variations(question: Question, other: Path) -> Iterator[tuple[str, Question]]:
    """The question itself, and others that should be answered in another way."""
    tag = question.artifact.name.partition("-push-")[2]

    def asked(**changes: object) -> Question:
        return dataclasses.replace(question, **changes)  # type: ignore[arg-type]  # fields by name

    yield "it", question
    yield "another artifact", asked(artifact=other)
    yield "another source", asked(source=question.source + "s")
    yield "a source above", asked(source=question.source.rpartition("/")[0])
    yield "a source in other letters", asked(source=question.source[:-1] + question.source[-1].upper())
    other_builder = GENERIC if question.builder == GO else GO
    yield "another builder", asked(builder=other_builder, workflow=f"{other_builder}@refs/tags/v*")
    if tag:
        yield "its tag", asked(tag=tag)
        yield "another tag", asked(tag=f"{tag}.1")
        yield "the branch that a tag is on", asked(branch="main")
    elif not question.package:
        yield "its branch", asked(branch="main")
        yield "another branch", asked(branch="x@refs/tags/v1")
        yield "the tag of a branch", asked(tag="v1")


@dataclasses.dataclass
class Answers:
    """How often both accepted and both refused, and which builds we refused alone."""

    accepted: int = 0
    refused: int = 0
    different: set[str] = dataclasses.field(default_factory=set)


def compare(questions: Iterator[tuple[str, Question]], folder: Path) -> dict[str, Answers]:
    """The answers by what was asked; each build about which they differ stands in the list of that question."""
    answers: dict[str, Answers] = {}
    for name, question in questions:
        one, other = theirs(question, folder / "targets"), ours(question, folder)
        answer = answers.setdefault(name, Answers())
        if bool(one) == bool(other):
            answer.accepted += not one
            answer.refused += bool(one)
            continue
        build = "/".join(question.artifact.parts[-3:])
        listed = not one and name in WE_REFUSE and build in WE_REFUSE[name].builds
        assert listed, f"{name}, {build}: {one or 'accepted'} | {other or 'accepted'}"
        answer.different.add(build)
    return answers


@pytest.mark.parametrize(
    ("build", "their_answer", "our_answer", "listed"),
    [
        ("gha_maven/v2.1.0", "", "refused", True),
        ("gha_maven/v3.0.0", "", "refused", False),
        ("gha_maven/v2.1.0", "refused", "", False),
    ],
)
def test_a_difference_about_another_build_is_a_new_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, build: str, their_answer: str, our_answer: str, listed: bool
) -> None:
    monkeypatch.setattr(f"{__name__}.theirs", lambda *_: their_answer)
    monkeypatch.setattr(f"{__name__}.ours", lambda *_: our_answer)
    artifact = tmp_path / build / "binary-linux-amd64-push-v14"
    asked = [("the branch that a tag is on", Question(artifact, artifact, EXAMPLE, GO, GO))]
    if listed:
        compare(iter(asked), tmp_path)
    else:
        with pytest.raises(AssertionError, match="the branch that a tag is on, gha_maven"):
            compare(iter(asked), tmp_path)


def test_provenance_of_builders(samples: Path, folder: Path) -> None:
    questions = built(samples)
    other = samples / "annotated-tag"
    asked = (pair for question in questions for pair in variations(question, other))
    answers = compare(asked, folder)
    # One builder's delegator was at a branch, whose versions count for nobody.
    assert answers["it"] == Answers(62, 4)
    assert answers["its tag"].accepted > 40
    assert answers["the branch that a tag is on"].different == builds(VERSIONS)
    assert answers["its branch"].accepted > 10
    for name in (
        "another artifact",
        "another source",
        "a source above",
        "another builder",
        "another tag",
        "another branch",
    ):
        assert answers[name].accepted == 0, name
        assert answers[name].refused > 10, name


def test_packages_of_npm(samples: Path, folder: Path) -> None:
    questions = published(samples)
    asked = (pair for question in questions for pair in variations(question, samples / "annotated-tag"))
    answers = compare(asked, folder)
    assert answers["it"] == Answers(5, 10)
    assert all(answer.accepted == 0 for name, answer in answers.items() if name != "it")


RULES_LINT = "github.com/aspect-build/rules_lint"
PUBLISHER = "https://github.com/bazel-contrib/publish-to-bcr/.github/workflows/publish.yaml"
RELEASER = "https://github.com/bazel-contrib/.github/.github/workflows/release_ruleset.yaml"


def bundled(samples: Path) -> Iterator[tuple[str, Question]]:
    """Bundles v0.3 under the name of bare envelopes, and attestations of the Bazel Central Registry."""
    for folder_of, builder in (("gha_go", GO), ("gha_generic", GENERIC)):
        for file in sorted((samples / folder_of / "v2.1.0").glob("*.intoto.jsonl")):
            artifact = file.with_name(file.name.removesuffix(".intoto.jsonl"))
            yield from variations(
                Question(artifact, file, EXAMPLE, builder, f"{builder}@refs/tags/v*"), samples / "annotated-tag"
            )
    for name, builder in (
        ("MODULE.bazel", PUBLISHER),
        ("MODULE-wrong-signer.bazel", PUBLISHER),
        ("rules_lint-v1.3.1.tar.gz", RELEASER),
    ):
        file = samples / "bcr" / name
        attestations = file.with_name(f"{name}.intoto.jsonl")
        asked = Question(file, attestations, RULES_LINT, builder, f"{builder}@refs/tags/v*", github=True)
        yield f"{name} of the registry", asked
        yield "another source in the registry", dataclasses.replace(asked, source=f"{RULES_LINT}s")
        yield "another artifact in the registry", dataclasses.replace(asked, artifact=samples / "annotated-tag")
        yield "another builder in the registry", dataclasses.replace(asked, builder=GO, workflow=f"{GO}@refs/tags/v*")


def test_bundles_of_version_three(samples: Path, folder: Path) -> None:
    answers = compare(bundled(samples), folder)
    assert answers["it"] == Answers(8)
    assert answers["the branch that a tag is on"].different == builds(VERSIONS_OF_BUNDLES)
    assert answers["MODULE.bazel of the registry"] == Answers(1)
    assert answers["rules_lint-v1.3.1.tar.gz of the registry"] == Answers(1)
    assert answers["MODULE-wrong-signer.bazel of the registry"] == Answers(0, 1)
    assert all(answer.accepted == 0 for name, answer in answers.items() if name.startswith("another"))


# ---- tampered -----------------------------------------------------------------------------------------------------


def swapped(*path: str | int) -> Callable[[JsonObject, JsonObject], None]:
    """Puts in what stands there in another bundle of the same builder."""

    def swap(document: JsonObject, other: JsonObject) -> None:
        *above, last = path
        for key in above:
            document, other = document[key], other[key]  # type: ignore[index]  # lists of JSON, too
        assert document[last] != other[last]  # type: ignore[index]  # as above
        document[last] = other[last]  # type: ignore[index]  # as above

    return swap


def without_entries(document: JsonObject, other: JsonObject) -> None:
    document["verificationMaterial"]["tlogEntries"] = []


def later(document: JsonObject, other: JsonObject) -> None:
    entry = document["verificationMaterial"]["tlogEntries"][0]
    entry["integratedTime"] = str(int(entry["integratedTime"]) + 3600)


ENTRY = ("verificationMaterial", "tlogEntries", 0)
TAMPERED: dict[str, Callable[[JsonObject, JsonObject], None]] = {
    "the payload of another": swapped("dsseEnvelope", "payload"),
    "the signature of another": swapped("dsseEnvelope", "signatures"),
    "the envelope of another": swapped("dsseEnvelope"),
    "the log entries of another": swapped("verificationMaterial", "tlogEntries"),
    "the log's body of another": swapped(*ENTRY, "canonicalizedBody"),
    "the log's promise of another": swapped(*ENTRY, "inclusionPromise"),
    "the log's index of another": swapped(*ENTRY, "logIndex"),
    "the inclusion proof of another": swapped(*ENTRY, "inclusionProof"),
    "no log entry": without_entries,
    "a later time": later,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_bundles(samples: Path, folder: Path, tmp_path: Path, name: str) -> None:
    def asked() -> Iterator[tuple[str, Question]]:
        for question in built(samples):
            version = question.attestations.parent
            others = [file for file in sorted(version.glob("*.slsa")) if file != question.attestations]
            document, other = (json.loads(file.read_bytes()) for file in (question.attestations, others[0]))
            TAMPERED[name](document, other)
            tampered = tmp_path / f"{version.parent.name}-{version.name}-{question.attestations.name}"
            tampered.write_text(json.dumps(document))
            yield name, dataclasses.replace(question, attestations=tampered)

    answer = compare(asked(), folder)[name]
    assert (answer.accepted, answer.refused + len(answer.different)) == (0, 66)
    assert answer.different == (WE_REFUSE[name].builds if name in WE_REFUSE else set())


# ---- bare envelopes -----------------------------------------------------------------------------------------------


def test_bare_envelopes_show_no_time(samples: Path, folder: Path) -> None:
    """slsa-verifier asks the public log for them. Without a network it refuses them as we do."""
    refused = 0
    for file in sorted((samples / "gha_go").rglob("*.intoto.jsonl")):
        if "mediaType" in json.loads(file.read_bytes()):
            continue
        artifact = file.with_name(file.name.removesuffix(".intoto.jsonl"))
        answer = ours(Question(artifact, file, EXAMPLE, GO, f"{GO}@refs/tags/v*"), folder)
        # The first ones did not even hold the certificate.
        assert "no trusted time" in answer or "signed with a key" in answer, answer
        refused += 1
    assert refused > 50


# ---- what only one of them asks -----------------------------------------------------------------------------------


def test_slsa_verifier_knows_that_runners_are_hosted(samples: Path, folder: Path) -> None:
    """npm wrote no kind of runner before provenance v1. A trust file asks the certificate: runner_environment."""
    (question,) = (one for one in published(samples) if one.artifact.name == "supreme-googles-cli-v02-tag.tgz")
    hosted = dataclasses.replace(question, builder=HOSTED)
    assert theirs(hosted, folder / "targets") == ""
    assert ours(hosted, folder).startswith("builder: ")


def test_slsa_verifier_asks_for_name_and_version_of_a_package(samples: Path, folder: Path) -> None:
    """We are asked about a tarball: its digest is what both attestations are about, whatever name it goes by."""
    (question,) = (one for one in published(samples) if one.artifact.name == "gundam-visor-cli-v1-tag.tgz")
    for package in ("gundam-visor@1.0.2", "gundam-visors@1.0.1"):
        asked = dataclasses.replace(question, package=package)
        assert theirs(asked, folder / "targets") != ""
        assert ours(asked, folder) == ""


def test_slsa_verifier_looks_at_no_external_parameters(samples: Path, folder: Path) -> None:
    """But for inputs of a workflow where it is told some. Ours refuse what the trust file does not allow."""
    question = next(one for one in built(samples) if "container-based" in str(one.artifact))
    assert theirs(question, folder / "targets") == ""
    assert "not allowed: " in ours(question, folder, parameters=())

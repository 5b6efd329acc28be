"""Where builds say that their source came from."""

from __future__ import annotations

import datetime

import pytest

from gatekeeper.formats.predicates import provenance_v02, provenance_v1
from gatekeeper.formats.predicates.claims import Descriptor
from gatekeeper.formats.predicates.provenance import Source, source_of
from gatekeeper.model.json import JsonObject

COMMIT = "ab" * 20
REPOSITORY = "https://github.com/acme/app"


def v1(parameters: JsonObject, *dependencies: JsonObject, **metadata: object) -> JsonObject:
    definition = {"buildType": "t", "externalParameters": parameters, "resolvedDependencies": list(dependencies)}
    return {"buildDefinition": definition, "runDetails": {"builder": {"id": "b"}, "metadata": metadata}}


def dependency(uri: str, **digest: str) -> JsonObject:
    return {"uri": uri, "digest": digest}


@pytest.mark.parametrize(
    ("uri", "repository", "ref"),
    [
        (f"git+{REPOSITORY}@refs/heads/main", REPOSITORY, "refs/heads/main"),
        (f"git+{REPOSITORY}", REPOSITORY, ""),
        # A branch may be called x@refs/tags/v1: the first @ ends the repository.
        (f"git+{REPOSITORY}@refs/heads/x@refs/tags/v1", REPOSITORY, "refs/heads/x@refs/tags/v1"),
        ("git+ssh://git@github.com/acme/app@refs/heads/main", "ssh://git@github.com/acme/app", "refs/heads/main"),
        ("git+ssh://git@host", "ssh://git", "host"),
        ("pkg:docker/alpine@3.20", "pkg:docker/alpine", "3.20"),
        ("", "", ""),
    ],
)
def test_a_uri_is_repository_and_ref(uri: str, repository: str, ref: str) -> None:
    assert source_of(Descriptor(uri, digests={"sha1": COMMIT})) == Source(repository, ref, COMMIT)


def test_v1_of_github_s_workflows() -> None:
    workflow = {"workflow": {"repository": REPOSITORY, "ref": "refs/tags/v1", "path": ".github/workflows/x.yml"}}
    other = dependency("git+https://github.com/acme/other@refs/tags/v1", gitCommit="cd" * 20)
    own = dependency(f"git+{REPOSITORY}@refs/tags/v1", gitCommit=COMMIT)
    read = provenance_v1.read(
        v1(workflow, other, own, startedOn="2026-01-02T03:04:05.123456789Z", finishedOn="2026-01-02T05:04:05+01:00")
    )
    assert read.source == Source(REPOSITORY, "refs/tags/v1", COMMIT)
    assert read.external_parameters == workflow
    assert [one.uri for one in read.dependencies] == [other["uri"], own["uri"]]
    assert read.started == datetime.datetime(2026, 1, 2, 3, 4, 5, 123456, datetime.UTC)
    assert read.finished == datetime.datetime(2026, 1, 2, 4, 4, 5, 0, datetime.UTC)
    # No dependency is that repository at that ref: then there is no commit.
    assert provenance_v1.read(v1(workflow, other)).source == Source(REPOSITORY, "refs/tags/v1")


def test_v1_of_other_builders() -> None:
    named = dependency(f"git+{REPOSITORY}@refs/tags/v1", sha1=COMMIT)
    expected = Source(REPOSITORY, "refs/tags/v1", COMMIT)
    assert provenance_v1.read(v1({"source": named})).source == expected
    assert provenance_v1.read(v1({"inputs": {}}, dependency("pkg:a/b"), named)).source == expected
    # What a build type calls by the same name may be anything.
    assert provenance_v1.read(v1({"source": "text", "workflow": []}, named)).source == expected
    assert provenance_v1.read(v1({})).source == Source()


def test_v02() -> None:
    configured = dependency(f"git+{REPOSITORY}@refs/heads/main", sha1=COMMIT)
    predicate: JsonObject = {
        "builder": {"id": "b"},
        "buildType": "t",
        "invocation": {"configSource": {**configured, "entryPoint": "x.yml"}, "parameters": {"a": 1}},
        "metadata": {"buildInvocationID": "7", "buildStartedOn": "2026-01-02T03:04:05Z"},
        "materials": [dependency("git+https://github.com/acme/other@main")],
    }
    read = provenance_v02.read(predicate)
    assert read.source == Source(REPOSITORY, "refs/heads/main", COMMIT)
    assert (read.invocation_id, read.external_parameters, read.finished) == ("7", {"a": 1}, None)
    del predicate["invocation"]
    assert provenance_v02.read(predicate).source == Source("https://github.com/acme/other", "main")


@pytest.mark.parametrize(
    "predicate",
    [
        {},
        {"buildDefinition": []},
        {**v1({}), "runDetails": {"builder": {"id": ""}}},
        {**v1({}), "buildDefinition": {}},
        v1({"workflow": {"repository": 1}}),
        v1({}, {"uri": 1}),
        v1({}, {"uri": "x", "digest": {"sha1": 1}}),
        v1({}, startedOn="yesterday"),
        v1({}, startedOn="2026-13-01T00:00:00Z"),
        v1({}, startedOn="2026-01-01T00:00:00"),
    ],
    ids=str,
)
def test_a_field_of_another_type_is_an_error(predicate: JsonObject) -> None:
    with pytest.raises(ValueError, match="predicate"):
        provenance_v1.read(predicate)

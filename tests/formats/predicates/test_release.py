from __future__ import annotations

import pytest

from gatekeeper.formats.predicates.provenance import Source
from gatekeeper.formats.predicates.release import Release, read
from gatekeeper.model.json import JsonObject

PURL = "pkg:github/acme/app@v1.0"
SOURCE = Source("https://github.com/acme/app", "refs/tags/v1.0")
# As GitHub writes it.
RELEASE: JsonObject = {
    "ownerId": "1001",
    "purl": PURL,
    "releaseId": "222158671",
    "repository": "acme/app",
    "repositoryId": "2002",
    "tag": "v1.0",
}


def test_what_github_says() -> None:
    assert read(RELEASE) == Release(PURL, SOURCE, "1001", "2002")
    assert read({"purl": PURL, "databaseId": "7", "packageId": "8"}) == Release(PURL, SOURCE)


@pytest.mark.parametrize(
    ("purl", "repository", "tag", "source"),
    [
        ("pkg:github/acme/app@v1.0", "Acme/App", None, Source("https://github.com/Acme/App", "refs/tags/v1.0")),
        ("pkg:github/acme/app@go%2Fv1", None, "go/v1", Source("https://github.com/acme/app", "refs/tags/go/v1")),
        ("pkg:github/acme/app@v1.0?repository_url=x", "acme/app", "v1.0", Source()),
        ("pkg:github/acme/app", "acme/app", "v1.0", Source()),
        ("pkg:npm/app@1.0", "acme/app", "v1.0", Source()),
    ],
)
def test_which_repository_a_purl_names(purl: str, repository: str | None, tag: str | None, source: Source) -> None:
    assert read({"purl": purl, "repository": repository, "tag": tag}).source == source


@pytest.mark.parametrize(
    "changed",
    [{"purl": ""}, {"purl": None}, {"repository": "evil/app"}, {"tag": "v1.0\n"}, {"tag": 1}, {"ownerId": 1001}],
)
def test_what_contradicts_itself_is_refused(changed: JsonObject) -> None:
    with pytest.raises(ValueError, match="predicate"):
        read({**RELEASE, **changed})

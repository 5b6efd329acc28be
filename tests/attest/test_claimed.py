from __future__ import annotations

from gatekeeper.attest.claimed import claimed


def test_github_says_what_it_runs() -> None:
    assert claimed(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SHA": "ab" * 20,
            "GITHUB_WORKFLOW_REF": "acme/shop/.github/workflows/release.yml@refs/heads/main",
            "GITHUB_TOKEN": "secret",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret",
        }
    ) == {
        "platform": "github",
        "repository": "acme/shop",
        "commit": "ab" * 20,
        "workflow": "acme/shop/.github/workflows/release.yml@refs/heads/main",
    }


def test_credentials_and_what_cannot_be_seen_stay_away() -> None:
    environment = {
        "GITLAB_CI": "true",
        "CI_PROJECT_URL": "https://user:secret@gitlab.example/a",
        "CI_JOB_URL": "a\x1b[1m",
    }
    assert claimed(environment | {"CI_COMMIT_REF_NAME": "x" * 1000}) == {"platform": "gitlab", "ref": "x" * 300}


def test_elsewhere_nothing_is_claimed() -> None:
    assert claimed({"GITHUB_REPOSITORY": "acme/shop", "GITHUB_ACTIONS": "false"}) == {}

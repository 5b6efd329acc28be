"""What variables of the environment say about a build: whoever runs it can set them, so it is only claimed."""

from __future__ import annotations

from collections.abc import Mapping

MAX_CHARACTERS = 300
_GITHUB = {
    "repository": "GITHUB_REPOSITORY",
    "ref": "GITHUB_REF",
    "commit": "GITHUB_SHA",
    "workflow": "GITHUB_WORKFLOW_REF",
    "run": "GITHUB_RUN_ID",
}
_GITLAB = {
    "repository": "CI_PROJECT_URL",
    "ref": "CI_COMMIT_REF_NAME",
    "commit": "CI_COMMIT_SHA",
    "workflow": "CI_CONFIG_PATH",
    "run": "CI_JOB_URL",
}


def claimed(environment: Mapping[str, str]) -> dict[str, str]:
    """Platform, repository, ref, commit, workflow and run; empty outside of GitHub Actions and GitLab.

    Only these variables are looked at: others hold tokens.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        platform, variables = "github", _GITHUB
    elif environment.get("GITLAB_CI") == "true":
        platform, variables = "gitlab", _GITLAB
    else:
        return {}
    found = {name: environment.get(variable, "") for name, variable in variables.items()}
    return {"platform": platform, **{name: text[:MAX_CHARACTERS] for name, text in found.items() if _is_shown(text)}}


def _is_shown(text: str) -> bool:
    """Whether it says something, in characters that can be seen, and holds no credentials of a URL."""
    return bool(text) and text.isprintable() and not ("://" in text and "@" in text)

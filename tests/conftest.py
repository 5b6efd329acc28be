"""What all tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

# Machines are noisy: a slow example is no wrong one. CI replays the same examples; elsewhere new ones are looked for.
hypothesis.settings.register_profile("noisy", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("noisy")

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The labelled data beside the checkout; tests that use it carry the marker ``corpora``."""
    return CORPORA


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect (never skip) what cannot run here: corpora that are absent, benchmarks that nobody asked for.

    Without Go, tests of tools that it builds are left out as well; not where ``CI`` is set.
    """
    chosen = config.getoption("-m")
    no_go = shutil.which("go") is None and not os.environ.get("CI")
    unwanted = [
        item
        for item in items
        if (item.get_closest_marker("corpora") and not CORPORA.is_dir())
        or (no_go and (item.get_closest_marker("services") or item.get_closest_marker("real_projects")))
        or (item.get_closest_marker("benchmark") and "benchmark" not in str(chosen))
    ]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where ``CI`` is set, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

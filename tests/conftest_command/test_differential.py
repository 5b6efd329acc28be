"""conftest itself is the judge: both programs on the same cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest_command import differential
from tests.conftest_command.cases import GROUPS
from tests.conftest_command.differential import Case

pytestmark = pytest.mark.services


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    differential.end()


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{group}: {case.name}") for group, cases in GROUPS.items() for case in cases]
)
def test_says_what_conftest_says(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    expected = differential.conftest(tmp_path, case.args, stdin=case.stdin, **case.environment)
    found = differential.gatekeeper(tmp_path, case.args, stdin=case.stdin, **case.environment)
    assert found.code == expected.code, f"{expected.stderr}\n{found.stderr}"
    assert found.findings == expected.findings, f"{expected.stderr}\n{found.stderr}"
    embedded = differential.gatekeeper(tmp_path, case.args, stdin=case.stdin, engine="embedded", **case.environment)
    if case.name in OTHERWISE:
        assert (embedded.code, embedded.findings) != (expected.code, expected.findings)
    elif embedded.findings is None and not (embedded.code == 0 and "--quiet" in case.args):
        assert embedded.code in (1, 4) and embedded.stderr  # an error, where OPA is needed: no silent pass
    else:
        assert embedded.code == expected.code, f"{expected.stderr}\n{embedded.stderr}"
        assert embedded.findings == expected.findings


# What the embedded engine says otherwise, and why that is bearable.
OTHERWISE = {
    "objects": "the number 1e3 is spelt 1000.0 in metadata",
    "numbers in YAML": "large numbers are spelt out in messages",
    "numbers combined": "large numbers are spelt out in messages",
    "one file": "numbers of data files are spelt anew in messages",
    "sums of fractions": "0.1 + 0.2 is not 0.3; policies about money need OPA",
    "an exception that does not fit": "no type error: nothing is exempted, so the rule fails",
    "bad METADATA": "comments are not read",
    "METADATA that is no YAML": "comments are not read",
    "v1 in v0": "its parser takes both",
}

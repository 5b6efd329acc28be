"""The shipped library gives the same findings in the embedded engine and in a real OPA, whatever the evidence."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Stage
from gatekeeper.model.json import Json, JsonObject, unknown
from gatekeeper.model.place import Key
from gatekeeper.model.settings import ApiSettings, PersonalDataSettings, ResidencySettings, Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.policy.judging import Judgement, judge
from gatekeeper.roads.gathering import gather_folder
from gatekeeper.roads.requests import Scanning
from gatekeeper.workers import Pool
from tests.policy.evidence_samples import PLAIN
from tests.policy.variations import free_values

pytestmark = pytest.mark.services

FIXTURES = Path(__file__).parents[2] / "fixtures"
FOLDERS = ("shop", "shop-rejected", "formats")
STRICT = Settings(
    api=ApiSettings(public_paths=("/health", "/users/*")),
    residency=ResidencySettings(allowed_regions=("eu-*",)),
    personal_data=PersonalDataSettings(names=("patient_number",), ignore=("email",)),
)
PATHS = list(free_values())
VALUES = st.one_of(
    st.just(unknown("var.x")),
    st.none(),
    st.booleans(),
    st.integers(-3, 70_000),
    st.sampled_from(
        ["", "0.0.0.0/0", "*", "latest", "eu-west-1", "us-east-1", "email", "é\u2028", "{{ x }}", "a" * 300]
    ),
    st.recursive(
        st.one_of(st.just(unknown("local.y")), st.integers(0, 9), st.sampled_from(["a", "*", "Allow"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "Action", "$x"]), inner),
        max_leaves=6,
    ),
)


class Both:
    """The library in both engines."""

    def __init__(self, pool: Pool, bundle: Bundle, opa: Path) -> None:
        self._bundle = bundle
        self._engines = (EmbeddedEngine(pool), OpaEngine(find_program(str(opa))))

    def judge(self, evidence: Json, chosen: Settings = STRICT, stage: Stage = Stage.RELEASE) -> Judgement:
        """What both say, where that is the same."""
        first, second = (judge(self._bundle, engine, evidence, chosen, stage) for engine in self._engines)
        assert first.findings == second.findings
        assert (first.failures, second.failures) == ((), ())
        assert first.rules == second.rules
        assert [engine.name for judgement in (first, second) for engine in judgement.engines] == ["regorus", "opa"]
        return first


@pytest.fixture(scope="module")
def both(pool: Pool, shipped: Bundle, opa: Path) -> Both:
    return Both(pool, shipped, opa)


@pytest.mark.parametrize("folder", FOLDERS)
def test_on_the_fixtures(both: Both, folder: str) -> None:
    advisories = Scanning(advisories=FIXTURES / "advisories")
    gathered = gather_folder(FIXTURES / folder, None, {}, advisories, lambda stage, done, total: None)
    for stage in (Stage.CHANGE, Stage.RELEASE):
        for chosen in (Settings(), STRICT):
            judgement = both.judge(gathered.evidence, chosen, stage)
            assert judgement.findings or folder == "shop"


def test_on_the_samples_where_every_domain_finds_something(both: Both) -> None:
    found = {finding.rule.rpartition("-")[0] for finding in both.judge(PLAIN).findings}
    assert found >= {"GK-API", "GK-DEP", "GK-GATE", "GK-INF", "GK-SEC"}


def test_on_nothing(both: Both) -> None:
    assert both.judge(jsonable.plain(Evidence())).findings == ()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=60))
def test_on_evidence_in_which_anything_may_be_unknown(both: Both, changes: list[tuple[tuple[Key, ...], Json]]) -> None:
    evidence: JsonObject = copy.deepcopy(PLAIN)
    for path, value in changes:
        _replace(evidence, path, value)
    both.judge(evidence)


def _replace(evidence: JsonObject, path: tuple[Key, ...], value: Json) -> None:
    """Put the value there, unless an earlier change has taken the place away."""
    target: Json = evidence
    for key in path[:-1]:
        target = _inside(target, key)
    if isinstance(target, dict) or _inside(target, path[-1]) is not None:
        target[path[-1]] = value


def _inside(target: Json, key: Key) -> Json:
    if isinstance(target, list):
        return target[key] if isinstance(key, int) and key < len(target) else None
    return target.get(key) if isinstance(target, dict) else None

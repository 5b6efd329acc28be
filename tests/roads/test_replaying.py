"""Decisions of real runs, judged again."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from gatekeeper.errors import GatekeeperError, UnreadableInput, UsageError
from gatekeeper.model.decision import Inputs
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice, Settings
from gatekeeper.report.decision import record, written
from gatekeeper.roads.baselining import create
from gatekeeper.roads.gathering import gather_folder
from gatekeeper.roads.gating import GateRequest, gate
from gatekeeper.roads.replaying import Replay, ReplayRequest, replay
from gatekeeper.roads.requests import Scanning
from tests.services.tools import program

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
POLICY = """# METADATA
# title: No web
# description: Nobody needs it.
# custom:
#   id: ACME-001
#   severity: high
#   stages: [change]
#   remediation: Remove it.
package acme.no_web

import rego.v1

deny contains {"message": "There is a web", "subject": service.name, "at": service.at} if {
	some service in input.compose[_].services
	service.name == "web"
}
"""


def silent(stage: str, done: int, total: int) -> None:
    pass


class Kept:
    """A folder that was judged: the record, the evidence and the policies."""

    def __init__(self, folder: Path) -> None:
        self.record, self.evidence, self.policies = folder / "decision.json", folder / "evidence.json", folder / "acme"
        project = folder / "project"
        project.mkdir()
        self.policies.mkdir()
        (self.policies / "no_web.rego").write_text(POLICY)
        (project / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n  db:\n    image: postgres\n")
        decision = gate(GateRequest(project, NOON, policies=(self.policies,))).decision
        self.record.write_bytes(written(record(decision, Inputs(Settings()))))
        gathered = gather_folder(project, None, {}, Scanning(), silent)
        self.evidence.write_bytes(orjson.dumps(gathered.document(), option=orjson.OPT_INDENT_2))

    def replayed(self, **changes: Path) -> Replay:
        where = {"record": self.record, "evidence": self.evidence} | changes
        return replay(ReplayRequest(where["record"], where["evidence"], (changes.get("policies", self.policies),)))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


def edited(file: Path, to: Path, edit: Callable[[Json], None]) -> Path:
    document = json.loads(file.read_text())
    edit(document)
    to.write_text(json.dumps(document))
    return to


def test_the_same_bytes_come_out(kept: Kept) -> None:
    result = kept.replayed()
    assert (result.differences, result.same_program) == ((), True)
    assert len(result.after.findings) == 3
    assert written(result.after) == kept.record.read_bytes()


def test_folders_of_policies_may_have_other_names(kept: Kept, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "no_web.rego").write_text(POLICY)
    assert kept.replayed(policies=elsewhere).differences == ()


def test_other_evidence_is_told_with_what_follows_from_it(kept: Kept, tmp_path: Path) -> None:
    def edit(evidence: Json) -> None:
        del evidence["compose"][0]["services"][0]

    told = "\n".join(kept.replayed(evidence=edited(kept.evidence, tmp_path / "e.json", edit)).differences)
    assert "- digest of the evidence compose: sha256:" in told
    assert "digest of the evidence terraform" not in told
    assert "- finding: fail (new) high ACME-001 web: There is a web" in told
    assert "+ finding" not in told


def test_other_policies_are_told(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "no_web.rego").write_text(POLICY.replace('"web"', '"db"'))
    told = "\n".join(kept.replayed(policies=tmp_path).differences)
    assert "- digest of the policies: " in told
    assert "- finding: fail (new) high ACME-001 web" in told
    assert "+ finding: fail (new) high ACME-001 db" in told


def test_settings_that_name_a_rule_of_other_policies_are_told(kept: Kept, tmp_path: Path) -> None:
    def edit(decision: Json) -> None:
        decision["inputs"]["settings"]["rules"] = {"OTHER-001": {"severity": "low", "off": False, "reason": ""}}

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert "the settings name the rule 'OTHER-001', which there is not" in result.differences


def test_an_edited_verdict_is_told(kept: Kept, tmp_path: Path) -> None:
    def edit(decision: Json) -> None:
        decision["decision"]["verdict"] = "PASS"
        decision["findings"] = []

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert any(line.startswith("- decision: PASS") for line in result.differences)
    assert sum(line.startswith("+ finding") for line in result.differences) == 3


def test_a_waiver_that_was_slipped_in_does_not_fit_the_digests(kept: Kept, tmp_path: Path) -> None:
    waiver = {
        "rule": "*", "owner": "me", "reason": "why not", "expires": "2027-01-01", "path": "**", "subject": "",
        "fingerprint": "", "ticket": "", "origin": "",
    }  # fmt: skip

    def edit(decision: Json) -> None:
        decision["inputs"]["waivers"] = [waiver]

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert any("digest of the inputs, which the record itself holds: waivers" in line for line in result.differences)


def test_the_baseline_counts_again(kept: Kept, tmp_path: Path) -> None:
    def edit(decision: Json) -> None:
        known = [one for one in decision["findings"] if one["rule"] == "ACME-001"]
        decision["inputs"]["baseline"] = [
            {"rule": one["rule"], "path": "", "subject": "", "fingerprint": one["fingerprint"], "count": 1}
            for one in known
        ]

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert [one.status for one in result.after.findings if one.rule == "ACME-001"] == ["baseline"]


def test_another_version_must_only_find_the_same(kept: Kept, tmp_path: Path) -> None:
    def edit(decision: Json) -> None:
        decision["tool"]["version"] = "0.0.1"

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert (result.differences, result.same_program) == ((), False)


@pytest.mark.services
def test_the_other_engine_finds_the_same(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program("opa").parent), prepend=os.pathsep)
    result = replay(ReplayRequest(kept.record, kept.evidence, (kept.policies,), EngineChoice.OPA))
    assert (result.differences, result.same_program) == ((), False)
    assert result.after.policies.engine == "opa"
    assert len(result.after.findings) == 3


def test_programs_and_servers_that_a_record_names_are_not_run(kept: Kept, tmp_path: Path) -> None:
    trap = tmp_path / "opa"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)

    def edit(decision: Json) -> None:
        policy = decision["inputs"]["settings"]["policy"]
        policy["opa"] = str(trap)
        policy["server"]["url"] = "https://127.0.0.1:1"

    result = kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))
    assert len(result.after.findings) == 3
    assert not (tmp_path / "ran").exists()


HOSTILE = {
    "nothing": b"",
    "depth": b"[" * 100_000,
    "deep": b'{"a":' * 100_000,
    "nul": b"\x00",
    "no text": b'"\xff"',
    "half a pair": b'{"version":"\\ud800"}',
    "a list": b"[]",
    "a number": b"1" * 5000,
    "twice": b'{"version":2,"version":2}',
    "unknown": b'{"' + b"x" * 1_000_000 + b'":1}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_record_or_no_evidence_is_refused(kept: Kept, tmp_path: Path, name: str) -> None:
    file = tmp_path / "hostile.json"
    file.write_bytes(HOSTILE[name])
    with pytest.raises(UnreadableInput, match="is no decision record"):
        kept.replayed(record=file)
    with pytest.raises(UnreadableInput, match=r"is no (JSON|evidence)"):
        kept.replayed(evidence=file)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("decision", "time"), "yesterday"),
        (("decision", "time"), "9999-99-99T00:00:00Z"),
        (("decision", "stage"), "never"),
        (("decision", "summary"), [1]),
        (("findings",), {"a": 1}),
        (("inputs", "settings", "gate", "fail_on"), 3),
        (("inputs", "baseline"), [{"fingerprint": 1}]),
        (("policies",), None),
        (("version",), "1"),
        (("version",), 2),
    ],
)
def test_values_of_other_types_are_named(kept: Kept, tmp_path: Path, path: tuple[str, ...], value: Json) -> None:
    def edit(decision: Json) -> None:
        target = decision
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value

    with pytest.raises(UnreadableInput, match="is no decision record"):
        kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit))


def test_missing_files_are_usage_errors_and_folders_are_refused(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        kept.replayed(record=tmp_path / "absent.json")
    with pytest.raises(GatekeeperError):
        kept.replayed(evidence=tmp_path)


def test_a_count_below_zero_or_beyond_all_bounds_hides_nothing_more(kept: Kept, tmp_path: Path) -> None:
    def edit(decision: Json) -> None:
        entry = {"rule": "R", "path": "", "subject": "", "fingerprint": decision["findings"][0]["fingerprint"]}
        decision["inputs"]["baseline"] = [entry | {"count": -5}, entry | {"count": 2**60}]

    assert kept.replayed(record=edited(kept.record, tmp_path / "d.json", edit)).differences


def test_create_is_what_replay_takes_for_a_baseline(kept: Kept, tmp_path: Path) -> None:
    project = kept.record.parent / "project"
    changed = create(GateRequest(project, NOON, policies=(kept.policies,)), tmp_path / "b.json", silent)
    assert changed.total == 3


def test_what_a_server_decided_is_replayed_here_and_that_is_said(kept: Kept, tmp_path: Path) -> None:
    def on_a_server(document: Json) -> None:
        for engine in document["policies"]["engines"]:
            if "ACME-001" in engine["rules"]:
                engine.update(served=True, name="opa", version="1.22.0", revision="7", digest="sha256:abc")

    done = kept.replayed(record=edited(kept.record, tmp_path / "decision.json", on_a_server))
    (note,) = done.notes
    assert "by the organisation's OPA server (opa 1.22.0, revision 7, sha256:abc); it is not asked again" in note
    assert not done.same_program
    assert not kept.replayed().notes

"""The baseline file: one finding a line, in an order and a form that merge."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import SettingsError
from gatekeeper.model.finding import KnownFinding
from gatekeeper.settings.baseline import parse_baseline, read_baseline, write_baseline

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ENTRIES = st.lists(
    st.builds(KnownFinding, TEXT, TEXT, TEXT, st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(1, 9)),
    max_size=6,
    unique_by=lambda entry: (entry.rule, entry.path, entry.subject, entry.fingerprint),
)


def entry(rule: str, path: str = "k8s/api.yaml", count: int = 1) -> KnownFinding:
    return KnownFinding(rule, path, "Deployment/api", f"{rule[-3:]:0>32}", count)


@given(ENTRIES)
def test_what_is_written_is_read(entries: list[KnownFinding]) -> None:
    data = write_baseline(entries)
    assert sorted(parse_baseline(data, "x"), key=repr) == sorted(entries, key=repr)
    assert write_baseline(list(reversed(entries))) == data
    assert data.count(b"\n") == len(entries) + 2


def test_a_line_holds_neither_line_numbers_nor_times() -> None:
    line = write_baseline([entry("GK-INF-007", count=2)]).decode().splitlines()[1]
    assert line == (
        ',{"rule":"GK-INF-007","path":"k8s/api.yaml","subject":"Deployment/api","count":2,'
        '"fingerprint":"00000000000000000000000000000007"}'
    )


def test_changes_at_different_places_merge(tmp_path: Path) -> None:
    there = [entry(f"GK-INF-00{number}") for number in range(1, 8)]
    versions = {"base": there, "ours": [entry("GK-API-001"), *there[1:]], "theirs": [*there[:-2], entry("GK-SEC-001")]}
    for name, entries in versions.items():
        (tmp_path / name).write_bytes(write_baseline(entries))
    subprocess.run(["git", "merge-file", "ours", "base", "theirs"], cwd=tmp_path, check=True)
    merged = [entry("GK-API-001"), *there[1:-2], entry("GK-SEC-001")]
    assert read_baseline(tmp_path / "ours") == tuple(merged)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('[{"gatekeeper_baseline":1}\n<<<<<<< ours\n]', "is no JSON"),
        ("{}", "is no baseline"),
        ("[]", "is no baseline"),
        ('["x"]', "is no baseline"),
        ('[{"gatekeeper_baseline":2}]', "is no baseline of version 1"),
        ('[{"gatekeeper_baseline":true}]', "is no baseline of version 1"),
        ('[{"gatekeeper_baseline":1,"gatekeeper_baseline":1}]', "duplicate key"),
        ('[{"gatekeeper_baseline":1},3]', "finding 1: value: an object is expected"),
        ('[{"gatekeeper_baseline":1},{"rule":"x"}]', "finding 1: value: field .* is missing"),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "gatekeeper.baseline.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_baseline(file)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"count": 0}, "count is 0"),
        ({"count": True}, "int is expected"),
        ({"count": 10**12}, "count is 1000000000000"),
        ({"fingerprint": "c5a1"}, "32 hexadecimal digits"),
        ({"fingerprint": 3}, "str is expected"),
        ({"line": 3}, "unknown field 'line'"),
    ],
)
def test_a_wrong_entry_is_named(changes: dict[str, object], message: str) -> None:
    good = {"rule": "R", "path": "a", "subject": "s", "count": 1, "fingerprint": "0" * 32}
    document = [{"gatekeeper_baseline": 1}, good, good | changes]
    with pytest.raises(SettingsError, match=f"finding 2: .*{message}"):
        parse_baseline(json.dumps(document).encode(), "x")


def test_a_finding_that_stands_there_twice_after_a_merge_is_refused() -> None:
    lines = write_baseline([entry("GK-A-001")]).decode().splitlines()
    twice = [lines[0], lines[1], lines[1].replace('"count":1', '"count":2'), lines[2]]
    with pytest.raises(SettingsError, match="stands there twice"):
        parse_baseline("\n".join(twice).encode(), "x")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(write_baseline([]))
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(SettingsError, match="symbolic"):
        read_baseline(tmp_path / "link")

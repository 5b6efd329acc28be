"""Both sources, and what becomes of their answers."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gatekeeper.analyze.base import Context
from gatekeeper.analyze.vulnerabilities import VulnerabilitiesAnalyzer
from gatekeeper.analyze.vulnerabilities.base import Match, Pin
from gatekeeper.analyze.vulnerabilities.merging import merge
from gatekeeper.analyze.vulnerabilities.online import PipAudit
from gatekeeper.analyze.vulnerabilities.osv import OsvExport
from gatekeeper.analyze.vulnerabilities.ranges import is_affected
from gatekeeper.analyze.vulnerabilities.severity import severity_of
from gatekeeper.analyze.vulnerabilities.versions import parse
from gatekeeper.errors import UnreadableInput, WorkerFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.packages import Vulnerabilities
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import DirectoryTree


def record(identity: str = "PYSEC-2024-1", **changes: Json) -> JsonObject:
    return {
        "id": identity,
        "modified": "2024-05-01T00:00:00Z",
        "aliases": ["CVE-2024-1", "GHSA-aaaa"],
        "summary": "Everything is wrong",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "left-pad"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}],
            }
        ],
        **changes,
    }


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(size=1) as pool:
        yield pool


def export(folder: Path, *records: JsonObject) -> Path:
    for one in records:
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    return folder


def ask(pool: Pool, path: Path, *pins: tuple[str, str]) -> list[Match]:
    return list(OsvExport(path, pool).ask([Pin("PyPI", name, version) for name, version in pins]).matches)


def test_a_pin_below_the_fix_matches(pool: Pool, tmp_path: Path) -> None:
    [match] = ask(pool, export(tmp_path, record()), ("left-pad", "1.1"), ("left-pad", "1.2"), ("other", "1.1"))
    assert (match.pin.version, match.id, match.fixed) == ("1.1", "PYSEC-2024-1", ("1.2",))


def test_names_are_compared_as_their_ecosystem_does(pool: Pool, tmp_path: Path) -> None:
    one = record()
    one["affected"][0]["package"]["name"] = "Left_Pad"
    assert len(ask(pool, export(tmp_path, one), ("left-pad", "1.1"))) == 1


def test_withdrawn_records_do_not_count(pool: Pool, tmp_path: Path) -> None:
    withdrawn = record(withdrawn="2024-06-01T00:00:00Z")
    assert ask(pool, export(tmp_path, withdrawn, record("PYSEC-2024-2")), ("left-pad", "1.1"))[0].id == "PYSEC-2024-2"


def test_the_data_is_told_by_ecosystem_with_its_newest_change(pool: Pool, tmp_path: Path) -> None:
    path = export(tmp_path, record(), record("PYSEC-2024-2", modified="2024-07-01T00:00:00Z"))
    [data] = OsvExport(path, pool).ask([]).data
    assert (data.ecosystem, data.records, data.modified) == ("PyPI", 2, "2024-07-01T00:00:00Z")


def test_zip_files_are_read(pool: Pool, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2024-1.json", json.dumps(record()))
    assert len(ask(pool, tmp_path / "all.zip", ("left-pad", "1.1"))) == 1
    assert len(ask(pool, tmp_path, ("left-pad", "1.1"))) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "X", "affected": [{"package": {}}]}', '{"affected": 3}'])
def test_a_broken_record_is_an_error_not_a_hole(pool: Pool, tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    with pytest.raises(UnreadableInput, match=r"broken\.json"):
        ask(pool, tmp_path, ("left-pad", "1.1"))


def test_an_export_without_records_is_an_error(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(UnreadableInput, match="holds no advisories"):
        ask(pool, tmp_path, ("left-pad", "1.1"))


def test_a_broken_archive_is_an_error(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(UnreadableInput, match=r"all\.zip"):
        ask(pool, tmp_path, ("left-pad", "1.1"))


def test_a_huge_record_is_refused(pool: Pool, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b" " * (20 << 20))
    with pytest.raises(UnreadableInput, match="larger than"):
        ask(pool, tmp_path, ("left-pad", "1.1"))


def test_a_version_that_is_none_is_a_gap(pool: Pool, tmp_path: Path) -> None:
    answer = OsvExport(export(tmp_path, record()), pool).ask([Pin("PyPI", "left-pad", "1.x.y")])
    assert "1.x.y was not checked" in answer.gaps[0].reason


def match(identity: str, *aliases: str, severity: str = "unknown", fixed: Sequence[str] = ()) -> Match:
    return Match(Pin("PyPI", "p", "1"), identity, aliases, "", severity, tuple(fixed))


def test_aliases_are_one_flaw_under_its_cve() -> None:
    chain = [match("PYSEC-1", "GHSA-1"), match("X-1", "CVE-1", fixed=["2"]), match("GHSA-1", "CVE-1", severity="high")]
    [merged] = merge(chain)
    assert (merged.id, merged.severity, merged.fixed) == ("CVE-1", "high", ("2",))
    assert merged.aliases == ("GHSA-1", "PYSEC-1", "X-1")


def test_flaws_without_a_common_id_stay_apart() -> None:
    assert len(list(merge([match("A-1"), match("B-1")]))) == 2


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}, "critical"),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]}, "low"),
        ({"severity": [{"type": "CVSS_V3", "score": "rubbish"}]}, "unknown"),
        ({"severity": []}, "unknown"),
        ({"database_specific": {"severity": "MODERATE"}}, "medium"),
        ({"id": "MAL-2024-1"}, "critical"),
    ],
)
def test_severities(about: JsonObject, expected: str) -> None:
    assert severity_of(about) == expected


def analyze(pool: Pool, tmp_path: Path, lockfile: JsonObject, advisories: Path | None) -> Vulnerabilities:
    facts = {"packages": {"lockfiles": [lockfile], "manifests": []}}
    context = Context(DirectoryTree(tmp_path), facts, pool, tmp_path, advisories)
    value = VulnerabilitiesAnalyzer().analyze(context).value
    assert isinstance(value, Vulnerabilities)
    return value


def lockfile(name: str, version: str) -> JsonObject:
    at = {"path": "uv.lock", "document": 0, "keys": ["package", 0], "span": None}
    package = {
        "at": at, "name": name, "version": version, "ecosystem": "PyPI", "purl": f"pkg:pypi/{name}@{version}",
        "direct": True, "development": None, "hashes": [], "source": {"type": "registry"},
        "dependencies": [],
    }  # fmt: skip
    about = {"at": at, "format": "uv.lock", "ecosystem": "PyPI", "hashed": True, "pinned": True}
    return {**about, "packages": [package]}


def test_a_match_stands_at_its_package(pool: Pool, tmp_path: Path) -> None:
    found = analyze(pool, tmp_path, lockfile("left-pad", "1.1"), export(tmp_path, record()))
    [vulnerability] = found.matches
    assert (vulnerability.id, vulnerability.at.keys, vulnerability.fixed) == ("CVE-2024-1", ("package", 0), ("1.2",))
    assert found.unchecked == ()


def test_no_data_is_told(pool: Pool, tmp_path: Path) -> None:
    assert analyze(pool, tmp_path, lockfile("left-pad", "1.1"), None).unchecked == ("PyPI",)


class OsvProtocol(BaseHTTPRequestHandler):
    """Answers ``POST /v1/query`` from the records of its server, as OSV's API does."""

    records: Sequence[JsonObject] = ()

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, version = query["package"]["name"], query["version"]
        vulnerable = [
            one
            for one in self.records
            for affected in one["affected"]
            if affected["package"]["name"].lower().replace("_", "-") == name.lower().replace("_", "-")
            and is_affected("PyPI", affected, parse("PyPI", version))
        ]
        body = json.dumps({"vulns": vulnerable} if vulnerable else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def osv_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """A loopback server with the records of the test's parameter (one sample record without)."""
    handler = type("Handler", (OsvProtocol,), {"records": getattr(request, "param", (record(),))})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def test_pip_audit_is_asked_online(osv_server: str) -> None:
    pins = [Pin("PyPI", "left-pad", "1.1"), Pin("PyPI", "left-pad", "1.3"), Pin("Go", "x", "1.0.0")]
    answer = PipAudit(osv_server).ask(pins)
    [found] = answer.matches
    assert (found.pin.version, found.fixed, found.severity) == ("1.1", ("1.2",), "unknown")
    assert "CVE-2024-1" in {found.id, *found.aliases}
    assert [data.ecosystem for data in answer.data] == ["PyPI"]


def test_a_server_that_cannot_be_reached_is_a_failure() -> None:
    with pytest.raises(WorkerFailure, match="pip-audit"):
        PipAudit("http://127.0.0.1:9/v1/query").ask([Pin("PyPI", "left-pad", "1.1")])


# Versions that the advisory database names: some vulnerable, some not.
PINS = [
    ("django", "3.2.0"), ("django", "4.2.16"), ("flask", "0.12"), ("jinja2", "2.10"), ("jinja2", "3.1.4"),
    ("requests", "2.19.1"),
    ("pyyaml", "5.3"), ("pillow", "9.0.0"), ("urllib3", "1.26.4"), ("cryptography", "3.2"), ("numpy", "1.20.0"),
]  # fmt: skip


@pytest.mark.corpora
def test_both_sources_agree_on_real_advisories(pool: Pool, corpora: Path) -> None:
    """pip-audit, asked over a loopback server with the same records, is the oracle of the offline source."""
    pins = [Pin("PyPI", name, version) for name, version in PINS]
    offline = OsvExport(corpora / "advisories" / "PyPI.zip", pool).ask(pins)
    with zipfile.ZipFile(corpora / "advisories" / "PyPI.zip") as archive:
        records = [json.loads(archive.read(name)) for name in archive.namelist()]
    handler = type("Handler", (OsvProtocol,), {"records": [one for one in records if not one.get("withdrawn")]})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        online = PipAudit(f"http://127.0.0.1:{server.server_port}/v1/query").ask(pins)
        server.shutdown()
        thread.join()

    def ids(matches: Sequence[Match]) -> set[tuple[str, str, frozenset[str]]]:
        return {(m.pin.name, m.pin.version, frozenset({m.id, *m.aliases})) for m in merge(matches)}

    assert ids(offline.matches) == ids(online.matches)
    assert len(offline.matches) > 40


@pytest.mark.corpora
def test_both_exports_load(pool: Pool, corpora: Path) -> None:
    pins = [Pin("Go", "golang.org/x/crypto", "v0.16.0"), Pin("Go", "golang.org/x/crypto", "v0.40.0")]
    answer = OsvExport(corpora / "advisories", pool).ask(pins)
    assert {data.ecosystem for data in answer.data} == {"Go", "PyPI"}
    assert "v0.16.0" in {match.pin.version for match in answer.matches}
    assert any(match.fixed for match in answer.matches)

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.model.coverage import Coverage, CoveredFile, Gap, Status
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.finding import Effect, Failure, FindingStatus, Severity, Waiver
from gatekeeper.model.place import Location, Span
from gatekeeper.report.text import TextOutput
from tests.report.samples import SHOP, WAIVER, assert_golden, decision, finding, images, report

ARTIFACT = Artifact("shop-1.4.0.tar.gz", "ab" * 32, 1000)
OPEN_PORT = finding(
    "GK-INF-001",
    "infra/network.tf",
    12,
    subject="aws_security_group.admin",
    message="Port 22 is open to 0.0.0.0/0.",
    snippet='    cidr_blocks = ["0.0.0.0/0"]',
    column=20,
)
GAP = finding("GK-GATE-002", "", subject="vulnerabilities", message="Not looked at: no advisory data for Go")
BROKEN = finding(
    "GK-GATE-001",
    "infra/broken.tf",
    3,
    message="This file could not be read: a block is not closed",
    snippet='resource "aws_s3_bucket" "logs" {',
    column=33,
)


def render(of: Decision, *, colour: bool = False) -> str:
    return TextOutput().render(report(of, colour=colour))


def many() -> Decision:
    """Forty images without a digest, nine other findings, waivers in force and expired."""
    expired = dataclasses.replace(WAIVER, expires="2026-10-31")
    return decision(
        OPEN_PORT,
        *images(37),
        *images(3, status=FindingStatus.EXPIRED, waiver=expired),
        *images(12, status=FindingStatus.WAIVED, waiver=WAIVER),
        *(
            finding(
                "GK-API-001",
                "api/openapi.yaml",
                40 + number,
                subject=f"GET /orders/{number}",
                message="Anyone can call it.",
                snippet="    get:",
                column=5,
            )
            for number in range(5)
        ),
        finding(
            "GK-PIP-002",
            ".github/workflows/ci.yml",
            21,
            subject="build: step 3",
            message="The title of an issue becomes part of a script.",
            snippet='      - run: echo "${{ github.event.issue.title }}"',
            column=14,
        ),
        GAP,
        *(finding("GK-GATE-002", f"big/{number}.json", subject="", message="Too large.") for number in range(2)),
        notes=["the waiver of platform team for GK-INF-007 (repository) expired on 2026-10-31"],
    )


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("pass.txt", decision(artifacts=[ARTIFACT], coverage=Coverage(SHOP.files))),
        ("warn.txt", decision(GAP)),
        ("fail.txt", many()),
        (
            "error.txt",
            decision(
                BROKEN,
                OPEN_PORT,
                failures=[
                    Failure("scanner", "semgrep ended with exit code 2", "install it again", "backend/app.py", 7),
                    Failure("engine", "the rule GK-API-003 took longer than 60 seconds"),
                ],
                coverage=Coverage(
                    (*SHOP.files, CoveredFile("infra/broken.tf", Status.FAILED, "terraform", "", "not closed", 3, 33))
                ),
            ),
        ),
        ("empty.txt", decision(coverage=Coverage())),
    ],
)
def test_what_a_person_reads(name: str, of: Decision) -> None:
    assert_golden(name, render(of))


def test_colours_add_nothing_but_colours() -> None:
    painted = render(many(), colour=True)
    assert_golden("fail.colour.txt", painted)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(many())


def test_forty_equal_findings_leave_room_for_others() -> None:
    text = render(many())
    assert text.count("has no digest") == 3
    assert "and 37 more of GK-INF-007" in text
    assert all(rule in text for rule in ("GK-INF-001", "GK-API-001", "GK-PIP-002", "GK-GATE-002"))


def test_ten_findings_are_shown_where_there_is_but_one_rule() -> None:
    text = render(decision(*images(11)))
    assert text.count("has no digest") == 10
    assert "and 1 more of GK-INF-007" in text


def test_what_has_no_room_is_counted_by_rule() -> None:
    others = [finding("GK-API-001", "a.yaml", line) for line in range(1, 5)]
    worse = [finding(rule, "a", 1) for rule in ("GK-INF-001", "GK-INF-007", "GK-PIP-002") for _ in range(3)]
    low = finding("GK-GATE-002", "a")
    text = render(decision(*worse, *others, low, low))
    assert "... and 2 findings of other rules or severities: GK-GATE-002 (2); --output json lists all" in text


def test_an_equal_message_is_said_once_in_a_row() -> None:
    first, second = (finding("GK-API-001", "a.yaml", line, message="Anyone can call it.") for line in (1, 2))
    text = render(decision(first, second))
    assert "a.yaml:1:3" in text
    assert "a.yaml:2:3" in text
    assert text.count("Anyone can call it.") == 1


def test_a_message_that_is_also_the_subject_is_said_once() -> None:
    """As in policies of others that give nothing but a text."""
    message = "web has no fixed version"
    for path in ("", "pod.yaml"):
        text = render(decision(finding("GK-API-001", path, subject=message, message=message)))
        assert text.count(message) == 1


def test_two_findings_at_one_place_share_it() -> None:
    first, second = (
        finding("GK-INF-001", "a.tf", 4, subject="aws_x.y", message=message, snippet="cidr_blocks = var.office")
        for message in ("0.0.0.0/1 may reach port 22", "128.0.0.0/1 may reach port 22")
    )
    text = render(decision(first, second))
    assert text.count("a.tf:4:3 aws_x.y") == text.count("cidr_blocks") == 1
    assert "    0.0.0.0/1 may" in text
    assert "    128.0.0.0/1 may" in text


def test_a_severity_of_its_own_stands_in_a_group_of_its_own() -> None:
    text = render(decision(finding("GK-API-001", "a", 1), finding("GK-API-001", "b", 1, severity=Severity.CRITICAL)))
    assert "CRITICAL GK-API-001" in text
    assert "HIGH GK-API-001" in text


def test_what_does_not_count_is_counted_and_what_counts_otherwise_says_why() -> None:
    off = finding("GK-INF-007", "a.yaml", 3, status=FindingStatus.ADJUSTED, effect=Effect.NONE, note="not ours")
    later = finding(
        "GK-INF-001", "b.tf", 1, status=FindingStatus.PENDING, effect=Effect.WARN, note="it warns until 2027-01-01"
    )
    text = render(decision(later, off, *images(3, status=FindingStatus.BASELINE)))
    assert "there before: 3 findings of the baseline or the base, which do not count\n" in text
    assert "switched off by the settings: 1 finding\n" in text
    assert "CRITICAL GK-INF-001 Administration port open to the world (a warning)\n" in text
    assert "  b.tf:1:3 (it warns until 2027-01-01)\n" in text
    assert "not ours" not in text


def test_what_rejects_and_what_only_warns_stand_in_groups_of_their_own() -> None:
    warns = finding("GK-INF-001", "b.tf", 1, status=FindingStatus.ADJUSTED, effect=Effect.WARN, note="a trial")
    text = render(decision(warns, OPEN_PORT))
    assert text.count("GK-INF-001 Administration port") == 2
    assert text.index("infra/network.tf:12") < text.index("(a warning)")


def test_an_unreadable_file_is_named_once_with_its_place() -> None:
    lines = render(decision(BROKEN)).splitlines()
    at = lines.index("ERROR GK-GATE-001 File that could not be read")
    assert lines[at + 1] == "  infra/broken.tf:3:33"
    assert lines[at + 2] == "    This file could not be read: a block is not closed"


def test_thousands_of_left_out_files_stay_a_few_lines() -> None:
    files = [
        *(CoveredFile(f"a{n}/node_modules/", Status.EXCLUDED, by="default", reason="vendored") for n in range(3000)),
        *(CoveredFile(f"b{n}", Status.EXCLUDED, by="settings", reason=f"reason {n}") for n in range(3000)),
        *(CoveredFile(f"c{n}.tf", Status.FAILED, "terraform", reason="broken") for n in range(3000)),
    ]
    gaps = [
        *(Gap("sast", "not scanned: too large", f"d{n}.py") for n in range(3000)),
        *(Gap("vulnerabilities", f"package {n} was not checked") for n in range(3000)),
    ]
    text = render(decision(coverage=Coverage(tuple(files), tuple(gaps))))
    assert len(text.splitlines()) < 25
    assert "left out (vendored; default): a0/node_modules/, a1/node_modules/, a2/node_modules/ and 2997 more" in text
    assert "left out: 2995 more, for 2995 other reasons" in text
    assert "could not be read: c0.tf, c1.tf, c2.tf and 2997 more" in text
    assert "not looked at (sast: not scanned: too large): d0.py, d1.py, d2.py and 2997 more" in text


def test_a_repository_cannot_hide_what_it_leaves_out_as_version_control() -> None:
    hidden = CoveredFile("src/", Status.EXCLUDED, by="settings", reason="version control")
    assert "src/" in render(decision(coverage=Coverage((hidden,))))


def test_many_failures_and_notes_are_counted() -> None:
    text = render(decision(failures=[Failure("engine", f"stopped {n}") for n in range(50)], notes=["x"] * 50))
    assert "... and 40 more failures" in text
    assert "note: 40 more notes" in text


def test_a_long_line_is_cut_around_its_place() -> None:
    minified = "x" * 5000 + "eval(input)" + "y" * 5000
    one = finding("GK-API-001", "a.js", 1, snippet=minified, column=5001)
    [line] = [line for line in render(decision(one)).splitlines() if " | " in line]
    assert "eval(input)" in line
    assert len(line) < 150


def test_a_place_behind_the_end_of_a_cut_line_still_shows_the_line() -> None:
    one = finding("GK-API-001", "a.js", 1, snippet="const a = 1", column=5001)
    assert "| const a = 1" in render(decision(one))


HOSTILE = st.text(alphabet=st.sampled_from(":#[]e \n\r\t\x1b\x00\u202e\u2028\x85\ud800v"), max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(HOSTILE | st.sampled_from(["::error::x", " ::", ":", "##[error]", "#", "##"]), min_size=1, max_size=9))
def test_nothing_from_outside_is_obeyed_by_a_terminal_or_a_runner(texts: list[str]) -> None:
    source = itertools.cycle(texts)

    def text() -> str:
        return next(source)

    waiver = Waiver(text(), text(), text(), text())
    one = dataclasses.replace(
        finding("GK-API-001", "a", 1, status=FindingStatus.EXPIRED, waiver=waiver),
        rule=text(),
        title=text(),
        message=text(),
        subject=text(),
        remediation=text(),
        location=Location(text(), Span(1, 1, 1, 1), text()),
    )
    files = (
        CoveredFile(text(), Status.EXCLUDED, text(), text(), text()),
        CoveredFile(text(), Status.FAILED, text(), text(), text()),
        CoveredFile(text(), Status.READ, text()),
        CoveredFile(text(), Status.UNSUPPORTED, text()),
    )
    of = decision(
        one,
        *(dataclasses.replace(one, rule=text() + str(number), location=Location(text())) for number in range(12)),
        failures=[Failure(text(), text(), text(), text(), 1)],
        coverage=Coverage(files, (Gap(text(), text(), text()),)),
        notes=[text()],
    )
    for line in render(of).split("\n"):
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)

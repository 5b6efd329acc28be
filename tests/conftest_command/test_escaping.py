"""What policies and names of files say stays text in every output."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from gatekeeper.conftest.evaluation import Module
from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import Output, shown
from gatekeeper.conftest.outputs.formats import OUTPUTS
from gatekeeper.conftest.results import CheckResult, Location, Result
from gatekeeper.conftest.running import Run

HOSTILE = (
    "a\n::error::x",
    "a\n\u2003 ::error::x",
    "a\nok 99 - x",
    "a # TODO",
    "a #Skip",
    "a\nBail out!",
    "\x1b[2J\x9b\x00\r",
    "\u202e\u2028\u2066",
    "##[error]x",
    "##vso[task.setvariable variable=x]y",
    "]]></failure>\ufffe",
)
OURS = re.compile(r"::(group|endgroup|error|warning|notice)\b|##\[(section|group|endgroup)\]|##vso\[task\.logissue ")


def hostile_run() -> Run:
    failures = [Result(text, {"query": text}, Location(text, "3")) for text in HOSTILE]
    warnings = [Result(text) for text in HOSTILE]
    results = [CheckResult(name, name, 1, warnings, failures, warnings) for name in ("a.json", *HOSTILE)]
    return Run(results, 1, [f"a.rego:1: {text}" for text in HOSTILE])


@pytest.fixture(params=OUTPUTS, ids=lambda output: output.name)
def text(request: pytest.FixtureRequest) -> str:
    output: Output = request.param
    return output.render(hostile_run(), Options(no_color=True, output=output.name))


def test_nothing_steers_a_terminal(text: str, request: pytest.FixtureRequest) -> None:
    if request.node.callspec.id != "json":  # where it stands as \u001b
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", text)
    if request.node.callspec.id not in ("json", "junit"):  # read by programs
        assert not re.search("[\u2028-\u202e\u2066-\u2069]", text)


def test_nothing_commands_a_runner(text: str) -> None:
    for line in text.split("\n"):
        if line.strip().startswith("::"):
            assert OURS.match(line.strip())
            continue  # GitHub looks for no other command in it
        commands = [match.start() for match in re.finditer(r"##\w*\[", line)]
        assert commands in ([], [0])
        assert not commands or OURS.match(line)


def test_tap_has_no_results_but_its_own() -> None:
    tap = next(output for output in OUTPUTS if output.name == "tap")
    plan, *lines = tap.render(hostile_run(), Options()).split("\n")[:-1]
    results = [line for line in lines if not line.startswith("#")]
    assert plan == f"1..{len(results)}"
    for number, line in enumerate(results, 1):
        assert re.match(rf"(not )?ok {number} - ", line)
        assert not re.search(r"(?<!\\)#\s*(todo|skip)", line, re.IGNORECASE)


def test_junit_is_xml_and_json_is_json() -> None:
    by_name = {output.name: output.render(hostile_run(), Options()) for output in OUTPUTS}
    root = ElementTree.fromstring(by_name["junit"])
    assert "##[error]x" in {failure.text for failure in root.iter("failure")}
    (first, *_) = json.loads(by_name["json"])
    assert [failure["msg"] for failure in first["failures"]] == list(HOSTILE)


def test_people_still_read_their_messages() -> None:
    assert shown("first\n  second\tü 👩‍💻 a::b # ## c") == "first\n  second\tü 👩‍💻 a::b # ## c"


@pytest.mark.parametrize(
    ("package", "namespace"),
    [
        (("main",), "main"),
        (("a", "b", "c-d"), 'a.b["c-d"]'),
        (("a", 'x"] == 1; y["'), r'a["x\"] == 1; y[\""]'),
        (("a", "\n::error::"), r'a["\n::error::"]'),
    ],
)
def test_a_package_is_written_as_a_reference(package: tuple[str, ...], namespace: str) -> None:
    assert Module("a.rego", "", package).namespace == namespace

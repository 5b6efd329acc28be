"""The pre-filter must lose nothing that detect-secrets' own plugins find on every line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from detect_secrets.plugins import keyword
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.analyze.secrets.gates import Gate, Haystack
from gatekeeper.analyze.secrets.keyword import Keyword
from gatekeeper.analyze.secrets.plugins import Entropy, Shape, entropies, shapes
from gatekeeper.analyze.secrets.text import decode, is_binary
from tests.analyze.secrets import samples

NOISE = st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=12)
FILES = ("app.py", "settings.yaml", "main.go", "main.c", "main.cpp", "notes.md", ".env")


def found_without_gate(detector: Shape | Entropy | Keyword, line: str, path: str) -> list[str]:
    """What the plugin itself finds in the line."""
    if isinstance(detector, Keyword):
        plugin = keyword.KeywordDetector()
        return [secret.secret_value or "" for secret in plugin.analyze_line(path, line)]
    if isinstance(detector, Entropy):
        return [secret.secret_value or "" for secret in detector.plugin.analyze_line(path, line)]
    return list(detector.plugin.analyze_string(line))


def passes(gate: Gate, line: str) -> bool:
    return 0 in Haystack(line).lines(gate)


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_a_line_with_a_match_of_a_plugin_passes_its_gate(shape: Shape) -> None:
    @settings(max_examples=40, deadline=None, database=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        pattern = data.draw(st.sampled_from(list(shape.plugin.denylist)))
        line = data.draw(NOISE) + data.draw(st.from_regex(pattern)) + data.draw(NOISE)
        for part in line.split("\n"):
            if found_without_gate(shape, part, "file"):
                assert passes(shape.gate("file"), part)

    check()


@pytest.mark.parametrize("path", FILES)
def test_a_line_with_a_keyword_passes_and_each_of_its_values_is_found(path: str) -> None:
    detector = Keyword()

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        name = data.draw(
            st.from_regex(f"(?i)(?:{keyword.DENYLIST_REGEX})", fullmatch=True).filter(lambda s: len(s) < 40)
        )
        sign = data.draw(st.sampled_from([" = ", ": ", ":=", " == ", " != ", "=>", '": ', "'] = ", "(", " "]))
        value = data.draw(
            st.sampled_from(['"hunter2!"', "'x y'", "hunter2", '@"s"', '"a";', "`b c`", '"a" == password'])
        )
        for part in (data.draw(NOISE) + name + sign + value + data.draw(NOISE)).split("\n"):
            values = found_without_gate(detector, part, path)
            if values:
                assert passes(detector.gate(path), part)
                assert set(values) <= {part[hit.start : hit.end] for hit in detector.find(part, path)}

    check()


@pytest.mark.parametrize(
    "line",
    ["\u017fecret = 'hunter2'", "Pa\u017f\u017fWORD: 'hunter2'", "ap\u0130_key = 'x1'", "ap\u0131_\u212aEY='x1'"],
)
def test_letters_that_ignoring_case_takes_for_ascii_pass(line: str) -> None:
    assert found_without_gate(Keyword(), line, "app.py")
    assert passes(Keyword().gate("app.py"), line)


@pytest.mark.parametrize("entropy", entropies(), ids=lambda entropy: entropy.name)
@pytest.mark.parametrize("length", range(5, 60))
def test_strings_of_high_entropy_pass(entropy: Entropy, length: int) -> None:
    for alphabet in (samples.ALNUM, samples.HEX):
        line = f'x = "{samples.draw(length, alphabet)}"'
        if found_without_gate(entropy, line, "app.py"):
            assert passes(entropy.gate("app.py"), line)


def check_files(files: Iterable[Path]) -> int:
    found = 0
    for file in files:
        data = file.read_bytes()
        if is_binary(data) or len(data) > 200_000:
            continue
        lines = decode(data).split("\n")
        haystack = Haystack("\n".join(lines))
        detectors: list[Shape | Entropy | Keyword] = [*shapes(), *entropies(), Keyword()]
        for detector in detectors:
            passing = haystack.lines(detector.gate(file.name))
            for number, line in enumerate(lines):
                if number not in passing and len(line) < 2000:
                    assert not found_without_gate(detector, line, file.name), (detector.name, file, number)
            found += len(passing)
    return found


def test_no_line_of_the_project_itself_is_lost() -> None:
    room = Path(__file__).parent
    assert check_files(sorted(room.glob("*.py"))) > 0


@pytest.mark.corpora
def test_no_line_of_real_files_is_lost(corpora: Path) -> None:
    files = sorted(file for file in (corpora / "iac").rglob("*") if file.is_file())
    assert check_files(files[::60]) > 0


def test_a_gate_finds_lines_by_literals_patterns_and_runs() -> None:
    text = "one\nPassword: x\n\nAAAABBBBCCCC"
    assert Haystack(text).lines(Gate(literals=(b"password",))) == {1}
    assert Haystack(text).lines(Gate(exact=(b"password",))) == set()
    assert Haystack(text).lines(Gate(runs=((b"ABC", 12),))) == {3}
    assert Haystack(text).lines(Gate(runs=((b"ABC", 13),))) == set()
    assert Haystack(text).lines(Gate()) == {0, 1, 2, 3}

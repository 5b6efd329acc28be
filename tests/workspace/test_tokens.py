"""The table of tokens against the samples, and against detect-secrets' own patterns."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.analyze.secrets.noise import judge
from gatekeeper.analyze.secrets.plugins import Shape, shapes
from gatekeeper.analyze.secrets.scan import detectors
from gatekeeper.workspace.masking import mask_json, mask_text, secret_ranges
from gatekeeper.workspace.tokens import TOKENS, Token
from tests.tokens import Sample, samples, survivors

SAMPLES = samples()


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: f"{token.name} {token.literals[0]}")
def test_each_row_has_a_sample_and_its_literal(token: Token) -> None:
    texts = [sample.text for sample in SAMPLES if list(token.spans(sample.text))]
    assert texts
    for text in texts:
        assert any(literal in (text.lower() if token.ignores_case else text) for literal in token.literals)


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_each_pattern_of_a_plugin_has_a_sample(shape: Shape) -> None:
    for pattern in shape.plugin.denylist:
        assert any(pattern.search(sample.text) for sample in SAMPLES) or pattern.pattern in UNSAMPLED, pattern.pattern


# Letters alone never look random, and other kinds of private keys are as the ones of the samples.
UNSAMPLED = frozenset(
    pattern.pattern
    for shape in shapes()
    for pattern in shape.plugin.denylist
    if "[a-z]{24}" in pattern.pattern or (shape.name == "Private Key" and "RSA" not in pattern.pattern)
)


FRAMES = ("{}", "see {} here", "a={};b", '"{}"', "\\n{}\\n")
PREFIXES = tuple(literal for token in TOKENS for literal in token.literals if len(literal) > 2)
FRAMED = [(frame, sample) for sample in SAMPLES for frame in FRAMES]
FRAMED += [("x_{}", sample) for sample in SAMPLES if sample.text.startswith(PREFIXES)]


@pytest.mark.parametrize(("frame", "sample"), FRAMED, ids=lambda value: str(getattr(value, "text", value))[:14])
def test_nothing_of_a_token_is_left(frame: str, sample: Sample) -> None:
    text = frame.format(sample.text)
    assert survivors(sample, mask_text(text)) == []
    assert survivors(sample, str(mask_json({"colour": [text], "a": {"b": text}}))) == []


@pytest.mark.parametrize("name", ["IBM_KEY", "my_aws_key_2", "sl_api_key", "cl_pass"])
def test_a_value_that_is_a_secret_only_with_its_name_is_masked(name: str) -> None:
    for sample in SAMPLES:
        if not any(list(shape.plugin.analyze_string(f'{name}="{sample.secret}"')) for shape in shapes()):
            continue
        for evidence in ({name: sample.secret}, {"name": name, "value": sample.secret}, [f"{name}={sample.secret}"]):
            assert survivors(sample, str(mask_json(evidence))) == [], evidence


@settings(max_examples=100, deadline=None, database=None)
@given(st.data())
def test_what_a_detector_finds_by_shape_is_masked(data: st.DataObject) -> None:
    detector = data.draw(st.sampled_from(detectors(entropy=False)[: len(shapes())]))
    assert isinstance(detector, Shape)
    pattern = data.draw(st.sampled_from(list(detector.plugin.denylist)))
    line = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="ascii"))).replace("\n", " ")
    if detector.name == "Basic Auth Credentials":
        line = line.replace('"', "").replace("`", "")  # a quote ends an address
    for hit in detector.find(line, "a.yaml"):
        judged = judge(detector, hit, line, "a.yaml")
        if judged is not None and detector.name != "Private Key":
            hook = re.match("(?i)https://hooks.slack.com/services/", line[judged.start : judged.end])
            start = judged.start + (hook.end() if hook else 0)  # the address of a hook is no secret
            assert any(first <= start and judged.end <= behind for first, behind in secret_ranges(line)), line


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: f"{token.name} {token.literals[0]}")
@pytest.mark.parametrize("tail", ["", "-", "a", "://", " key="])
def test_time_is_linear(token: Token, tail: str) -> None:
    begin = time.process_time()
    list(token.spans((token.literals[0] + tail) * 50_000))
    list(token.spans(token.literals[0] + "aB3" * 100_000))
    assert time.process_time() - begin < 30

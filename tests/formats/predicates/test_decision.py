from __future__ import annotations

import pytest

from gatekeeper.formats.predicates.decision import Decision, read
from gatekeeper.model.json import JsonObject


def test_what_others_compare_is_read() -> None:
    said: JsonObject = {
        "decision": {"verdict": "PASS", "stage": "build", "time": "x"},
        "policies": {"digest": "sha256:aa"},
        "verifier": {"id": "urn:gate"},
    }
    assert read(said) == Decision("PASS", "build", "sha256:aa", "urn:gate")
    assert read({}) == Decision("", "", "", "")


@pytest.mark.parametrize("said", [{"decision": []}, {"decision": {"verdict": 1}}, {"policies": {"digest": {}}}])
def test_another_type_is_an_error(said: JsonObject) -> None:
    with pytest.raises(ValueError, match="is expected"):
        read(said)

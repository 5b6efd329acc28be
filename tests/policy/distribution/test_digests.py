"""Digests of signed files: equal to OPA's, whatever stands in the JSON."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.policy.distribution import archive, digests
from tests.services.tools import program

DOCUMENTS = [
    "{}",
    '{"b": 1, "a": [true, false, null]}',
    '{"numbers": [1e3, 1.50, 1e21, 123456789012345678901234567890, -0, 0.1]}',
    '{"html": "<a href=\\"x\\">&</a>", "lines": "\u2028\u2029", "controls": "\\u0001\\b\\f\\n\\r\\t\\u007f"}',
    '{"ü": "€", "😀": "\\ud83d\\ude00", "slash": "\\/"}',
    '{"z": {"y": {"x": [[], {}, ""]}}}',
]


def opa_digests(folder: Path, documents: dict[str, str]) -> dict[str, str]:
    """What `opa sign` says, by file name."""
    for name, text in documents.items():
        path = folder / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [str(program("opa")), "sign", "--signing-key", "secret", "--signing-alg", "HS256", "--bundle", "bundle"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (token,) = json.loads((folder / archive.SIGNATURES).read_text())["signatures"]
    payload = token.split(".")[1]
    listed = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["files"]
    # OPA names files by the path that it was given.
    return {entry["name"].removeprefix("bundle/"): entry["hash"] for entry in listed}


@pytest.mark.services
def test_digests_are_those_of_opa(tmp_path: Path) -> None:
    documents = {f"d{number}/data.json": text for number, text in enumerate(DOCUMENTS)}
    documents |= {"x.rego": "package x\n\np := 1\n", ".manifest": '{"revision": "1",   "roots": ["x", "d0"]}'}
    found = opa_digests(tmp_path, documents)
    assert found == {name: digests.digest(name, text.encode()) for name, text in documents.items()}


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
@settings(max_examples=60)
def test_white_space_and_order_do_not_count(value: object) -> None:
    spellings = (json.dumps(value, indent=3), json.dumps(value, sort_keys=True, separators=(",", ":")))
    assert len({digests.digest("data.json", text.encode()) for text in spellings}) == 1


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[NaN]", "{", '["\\ud800"]', "[" * 100_000, b"\xff".decode("latin-1")]
)
def test_what_two_readers_could_read_in_two_ways(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        digests.digest("data.json", text.encode("latin-1"))

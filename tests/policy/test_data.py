from __future__ import annotations

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.data import assemble
from gatekeeper.policy.files import PolicyFile


def document(**files: str) -> Json:
    return assemble(
        PolicyFile(name.replace("__", "/") + ".json", f"acme/{name}.json", text) for name, text in files.items()
    )


def test_files_are_mounted_under_their_paths() -> None:
    assert document(acme__regions='["eu"]', acme__teams__data='{"a": 1}', acme__teams__b="2") == {
        "acme": {"regions": ["eu"], "teams": {"a": 1, "b": 2}}
    }


def test_two_files_may_not_give_the_same_value() -> None:
    with pytest.raises(EngineFailure, match=r"another data file gives data\.acme\.a too"):
        document(acme__a="1", acme__data='{"a": 2}')
    with pytest.raises(EngineFailure, match="gives data"):
        document(acme__a="1", acme__a__b="2")


def test_broken_json_is_told() -> None:
    with pytest.raises(EngineFailure, match=r"is no JSON: .*line 1"):
        document(a="{")
    with pytest.raises(EngineFailure, match="is no JSON"):
        document(a="[" * 100_000)


def test_what_nests_too_deeply_for_the_engines() -> None:
    deep = PolicyFile("a/x.json", "acme/a/x.json", "[" * 99 + "]" * 99)
    with pytest.raises(EngineFailure, match="nests deeper than 100 levels") as caught:
        assemble([deep])
    assert caught.value.path == "acme/a/x.json"

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.policy.files import MAX_MODULE_BYTES, read_folder
from tests.policy.writing import write


def test_modules_and_data_are_read_sorted_without_tests_and_hidden_files(tmp_path: Path) -> None:
    names = ["b.rego", "a/c.json", "a/b_test.rego", "README.md", ".hidden/x.rego", ".x.rego"]
    write(tmp_path, dict.fromkeys(names, "package a\n"))
    assert [file.path for file in read_folder(tmp_path)] == ["a/c.json", "b.rego"]
    assert [file.path for file in read_folder(tmp_path, tests=True)] == ["a/b_test.rego", "a/c.json", "b.rego"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"secret/x.rego": "package a\n", "policies/a.rego": "package a\n"})
    (tmp_path / "policies" / "b.rego").symlink_to(tmp_path / "secret" / "x.rego")
    with pytest.raises(EngineFailure, match="leads out of the folder"):
        read_folder(tmp_path / "policies")


def test_a_linked_folder_outside_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"secret/x.rego": "package a\n", "policies/a.rego": "package a\n"})
    (tmp_path / "policies" / "more").symlink_to(tmp_path / "secret")
    with pytest.raises(EngineFailure, match="leads out of the folder"):
        read_folder(tmp_path / "policies")


def test_a_mounted_config_map_is_read_once(tmp_path: Path) -> None:
    """Kubernetes mounts links into a hidden folder."""
    write(tmp_path, {"..2024/a.rego": "package a\n"})
    (tmp_path / "..data").symlink_to("..2024")
    (tmp_path / "a.rego").symlink_to("..data/a.rego")
    assert [file.path for file in read_folder(tmp_path)] == ["a.rego"]


def test_foreign_bytes_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_bytes(b"package a\n# \xff\n")
    with pytest.raises(EngineFailure, match=r"^is not UTF-8") as caught:
        read_folder(tmp_path, prefix="acme/")
    assert (caught.value.path, caught.value.line) == ("acme/a.rego", 2)


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_bytes(b"#" * (MAX_MODULE_BYTES + 1))
    with pytest.raises(EngineFailure, match="larger than"):
        read_folder(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.rego")
    with pytest.raises(EngineFailure, match="no regular file"):
        read_folder(tmp_path)


def test_a_missing_folder_is_a_usage_matter(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


def test_snippets_are_no_data(tmp_path: Path) -> None:
    for path in ("a/rule.rego", "a/flag/x/data.json", "a/pass/y.json", "b/flag/data.json"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    assert [file.path for file in read_folder(tmp_path)] == ["a/rule.rego", "b/flag/data.json"]
    (tmp_path / "a" / "pass" / "hidden.rego").write_text("package hidden")
    with pytest.raises(EngineFailure, match="a policy among snippets"):
        read_folder(tmp_path)


def test_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/x\xff.rego")).write_text("package x")
    with pytest.raises(EngineFailure, match="the name of a file is not UTF-8"):
        read_folder(tmp_path)

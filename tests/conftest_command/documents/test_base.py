from __future__ import annotations

import pytest

from gatekeeper.conftest.documents import FORMATS, format_named, format_of, is_supported
from gatekeeper.errors import UnreadableInput, UsageError


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("-", "yaml"),
        ("a/Dockerfile", "dockerfile"),
        ("DOCKERFILE.debug", "dockerfile"),
        ("dev.Dockerfile", "dockerfile"),
        ("a.YML", "yaml"),
        ("main.tf", "hcl2"),
        ("terraform.tfvars", "hcl2"),
        ("main.tf.json", "json"),
        (".gitignore", "ignore"),
        ("x.dockerignore", "ignore"),
        (".env", "dotenv"),
        (".env.prod", "dotenv"),
        ("prod.env", "dotenv"),
        (".env.yaml", "yaml"),
        ("nginx.conf", "nginx"),
        ("Jenkinsfile.prod", "groovy"),
        (".github/CODEOWNERS", "codeowners"),
        ("a.textpb", "textproto"),
        ("sbom.spdx", "spdx"),
        ("sbom.cyclonedx", "cyclonedx"),
        ("pom.xml", "xml"),
        ("tsconfig.jsonc", "jsonc"),
    ],
)
def test_the_name_of_a_file_tells_its_format(path: str, name: str) -> None:
    assert format_of(path) == name
    assert is_supported(path)


@pytest.mark.parametrize("path", ["Containerfile", "README.md", "a.conf", "LICENSE", "a.", ".yaml.bak", "nginx.conf.d"])
def test_other_names_are_refused(path: str) -> None:
    assert not is_supported(path)
    with pytest.raises(UnreadableInput) as error:
        format_of(path)
    assert error.value.path == path
    assert "--parser" in error.value.hint


def test_names_of_parsers() -> None:
    assert format_named("toml").name == "toml"
    assert len({format_.name for format_ in FORMATS}) == 23
    with pytest.raises(UsageError, match="unknown parser: yml"):
        format_named("yml")


@pytest.mark.parametrize("name", ["cue", "edn", "groovy", "hcl1", "hocon", "jsonnet", "nginx", "textproto", "vcl"])
def test_rare_formats_have_one_clear_error(name: str) -> None:
    with pytest.raises(UnreadableInput, match=f"gatekeeper does not read {name} files") as error:
        format_named(name).parse("some/file", b"x")
    assert error.value.path == "some/file"
    assert error.value.hint

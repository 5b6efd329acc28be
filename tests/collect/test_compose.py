"""The reader of Compose files: which files it claims, and the services that it finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatekeeper.collect.base import Reader
from gatekeeper.collect.compose import ComposeReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.infrastructure import ComposeFile
from gatekeeper.model.place import Place

READER: Reader = ComposeReader()


def read(text: str) -> ComposeFile:
    (fact,) = READER.read("compose.yaml", text.encode())
    assert isinstance(fact, ComposeFile)
    return fact


def refused(text: str) -> UnreadableInput:
    with pytest.raises(UnreadableInput) as caught:
        READER.read("compose.yaml", text.encode())
    return caught.value


class TestClaim:
    @pytest.mark.parametrize(
        "name",
        [
            "compose.yaml",
            "compose.yml",
            "compose.prod.yaml",
            "compose-dev.yml",
            "docker-compose.yml",
            "docker-compose.yaml",
            "docker-compose.override.yml",
            "docker-compose-test.yaml",
            "docker-compose_ci.yml",
            "Docker-Compose.yml",
        ],
    )
    def test_names(self, name: str) -> None:
        assert READER.claim(name, b"")
        assert READER.claim(f"deploy/{name}", b"\0")

    @pytest.mark.parametrize(
        "name",
        ["composer.yaml", "compose.json", "my-compose.yaml", "compose.yaml.j2", "docker-compose.yml/a", "compose"],
    )
    def test_other_names(self, name: str) -> None:
        assert not READER.claim(name, b"image: a\nservices:\n  web:\n    image: a\n")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("services:\n  web:\n    image: a\n", True),
            ("name: shop\nx-common: &a {}\nservices:\n  web:\n    build: .\nvolumes: {}\n", True),
            ("services:\n  - name: web\n    port: 80\n", False),
            ("apiVersion: v1\nkind: X\nservices:\n  web:\n    image: a\n", False),
            ("image: a\nservices:\n  web:\n    image: a\n", False),
        ],
    )
    def test_content_under_another_name(self, text: str, expected: bool) -> None:
        assert READER.claim("local.yml", text.encode()) is expected
        assert not READER.claim("local.txt", text.encode())


class TestServices:
    def test_services_as_they_are_written(self) -> None:
        file = read(
            "x-logs: &logs\n  driver: json-file\n"
            "services:\n"
            "  web:\n    build: .\n    ports: ['80:80', 22:22]\n    logging: *logs\n"
            "  db:\n    image: postgres:17\n    privileged: true\n    environment: {PASSWORD: }\n"
            "volumes:\n  data:\n"
        )
        web, db = file.services
        assert file.at == Place("compose.yaml")
        assert (web.name, web.at) == ("web", Place("compose.yaml", 0, ("services", "web")))
        assert web.definition == {"build": ".", "ports": ["80:80", "22:22"], "logging": {"driver": "json-file"}}
        assert db.definition == {"image": "postgres:17", "privileged": True, "environment": {"PASSWORD": None}}

    @pytest.mark.parametrize(
        "text", ["services:\n", "include: [a.yaml]\n", "version: '3'\nvolumes: {}\nx-a: 1\n", "name: shop\n"]
    )
    def test_files_without_services(self, text: str) -> None:
        assert read(text).services == ()

    def test_a_service_without_a_definition(self) -> None:
        (web,) = read("services:\n  web:\n").services
        assert web.definition == {}

    @pytest.mark.parametrize("text", ["", "# all of it is commented out\n", "---\n...\n"])
    def test_empty_files(self, text: str) -> None:
        assert READER.read("compose.yaml", text.encode()) == []

    def test_tags_of_compose(self) -> None:
        (web,) = read("services:\n  web:\n    ports: !override ['80']\n    volumes: !reset []\n").services
        assert web.definition == {"ports": ["80"], "volumes": []}

    def test_documents_are_merged(self) -> None:
        file = read("---\n---\nservices: {web: {image: a}}\n---\nservices: {web: {privileged: true}}\n")
        assert file.at.document == 1
        assert [(service.name, service.at.document) for service in file.services] == [("web", 1), ("web", 2)]

    def test_the_first_version_of_the_format(self) -> None:
        file = read("web:\n  build: .\n  links: [db]\ndb:\n  image: postgres\n")
        assert [(service.name, service.at.keys) for service in file.services] == [("web", ("web",)), ("db", ("db",))]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("version: '3'\nservices:\n  - web\n", 2, "services must be a mapping, not a list"),
            ("services:\n  web: nginx\n", 2, "services.web must be a mapping, not nginx"),
            ("services:\n  web:\n    image: a\n  db: [1]\n", 4, "services.db must be a mapping, not a list"),
            ("- services\n", 1, "the document must be a mapping, not a list"),
            ("version: '3'\nservice:\n  web: {image: a}\n", 2, "there are no services, and 'service' is no key"),
        ],
    )
    def test_wrong_shapes(self, text: str, line: int, message: str) -> None:
        error = refused(text)
        assert error.message.startswith(message)
        assert error.line == line

    def test_broken_yaml(self) -> None:
        assert refused("services:\n  web:\n image: a\n").line == 3

    def test_a_template_is_no_compose_file(self) -> None:
        assert refused("services:\n  web:\n    image: {{ image }}\n").line == 3


@pytest.mark.corpora
def test_the_labelled_files(corpora: Path) -> None:
    rows = [json.loads(line) for line in (corpora / "iac.jsonl").read_text().splitlines()]
    files = [corpora / row["file"] for row in rows if row["platform"] == "DockerCompose"]
    found = [READER.read("compose.yaml", file.read_bytes()) for file in files]
    assert len(files) == 52
    assert all(len(facts) == 1 for facts in found)
    services = [service for (file,) in found if isinstance(file, ComposeFile) for service in file.services]
    assert len(services) == 55
    assert all({"image", "build"} & service.definition.keys() for service in services)

"""The reader of Helm templates: which files it takes, so that the readers of YAML do not stumble over them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.helm import HelmReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.infrastructure import HelmTemplate
from gatekeeper.model.place import Place
from gatekeeper.syntax import yaml
from tests.services.tools import project

READER: Reader = HelmReader()

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.name" . }}
"""


def claims(text: str, path: str = "deploy/shop.yaml") -> bool:
    return READER.claim(path, text.encode()[:HEAD_BYTES])


class TestInTemplates:
    @pytest.mark.parametrize(
        "path",
        [
            "templates/service.yaml",
            "charts/shop/templates/tests/a.yml",
            "shop/templates/_helpers.tpl",
            "shop/templates/NOTES.txt",
        ],
    )
    def test_files_with_an_action(self, path: str) -> None:
        assert claims(SERVICE, path)
        assert claims("a: '{{ .Values.a }}'\n", path)
        assert claims("a: b # {{- /* c */ -}}\n", path)

    def test_a_plain_manifest_is_none(self) -> None:
        assert not claims("apiVersion: v1\nkind: Pod\n", "shop/templates/pod.yaml")

    @pytest.mark.parametrize(
        "text",
        [
            "kind: Pod # {{ a }}\n",
            "# it's {{ a }}\nkind: Pod\n",
            "kind: Pod\na: '{{ b }}'\n",
            'kind: Pod\na: ["{{ b }}"]\n',
        ],
    )
    def test_an_object_with_actions_in_quotes_and_comments_only_is_none(self, text: str) -> None:
        assert not claims("apiVersion: v1\n" + text, "shop/templates/pod.yaml")

    @pytest.mark.parametrize(
        "text",
        [
            "{{/* x */}}\nkind: Pod\n",
            "kind: Pod\na: x-{{ b }}\n",
            "kind: Pod\nx:\n  {{ y }}\n",
            "kind: Pod\na: [{{ b }}]\n",
        ],
    )
    def test_an_object_with_other_actions_is_one(self, text: str) -> None:
        assert claims("apiVersion: v1\n" + text, "shop/templates/pod.yaml")

    def test_expressions_of_github_are_no_actions(self) -> None:
        assert not claims("a: ${{ github.sha }}\n", "templates/build.yml")
        assert claims("a: ${{ github.sha }}\nb: {{ .b }}\n", "templates/build.yml")

    @pytest.mark.parametrize("path", ["templates/a.html", "templates/b.txt", "a.tpl", "NOTES.txt", "templates/c.json"])
    def test_other_files(self, path: str) -> None:
        assert not claims(SERVICE, path)

    def test_terraform_has_templates_too(self) -> None:
        assert not claims("#!/bin/sh\necho ${name}\n", "modules/vm/templates/init.tpl")


class TestElsewhere:
    @pytest.mark.parametrize(
        "text",
        [
            SERVICE,
            "{{- if .Values.enabled }}\na: b\n{{- end }}\n",
            "{{/* a comment */}}\na: b\n",
            "a:\n  {{- toYaml .Values.a | nindent 2 }}\n",
            "a:\n  b: c\n  {{- with .Values.d }}\n",
            "a: b\n{{ template }}\n",
            "a:\n- {{ .Values.b }}\n",
            "a:\n  - name: {{ .b }}\n",
            '"a b": {{ .c }}\n',
            "a: |\n  text\nb: {{ .c }}\n",
            "- - a: >-\n      text\n    b: {{ .c }}\n",
            "a: 'x\n  {{ .b }} '\nb: {{ .c }}\n",
            "a: b\r\nb: {{ .c }}\r\n",
        ],
    )
    def test_actions_where_yaml_has_a_value_begin(self, text: str) -> None:
        assert claims(text)
        assert claims(text, "shop.yml")

    @pytest.mark.parametrize(
        "text",
        [
            "a: b\n",
            "a: '{{inputs.x}}'\n",
            'a: "{{ $labels.instance }} is down"\n',
            "a: up {{ $value }}\n",
            "a: up\n  {{ $value }}\n  times\n",
            "a: |\n  {{ if x }}\n\n  b: {{ c }}\nd: e\n",
            "a:\n- |\n  {{ x }}\n- b\n",
            "a:\n- name: >\n    {{ x }}\n  b: c\n",
            "a: 'it''s\n\n  {{ x }}'\n",
            'a: "\\"\n  {{ x }}\\\n  {{ y }}"\nb: c\n',
            "a: ${{ github.sha }}\n",
            "# a: {{ b }}\nc: d # {{ e }}\n",
            "a: &x |-\n  {{ b }}\n",
            "a: !tag >2\n    {{ b }}\n",
            "args: ['{{a}}',\n  '{{b}}']\n",
        ],
    )
    def test_actions_inside_of_strings_are_text(self, text: str) -> None:
        yaml.load_all(text.encode())
        assert not claims(text)

    @pytest.mark.parametrize("path", ["a.json", "a.tf", "a.txt", "templates.yaml.md"])
    def test_other_files(self, path: str) -> None:
        assert not claims(SERVICE, path)

    @pytest.mark.parametrize(
        "unit", ["{{", " ", "- ", "a: ", '"', "'", "\n {", '"\\', "''\n", "a: |\n", "&a ", "{{\n'"]
    )
    def test_hostile_heads_take_no_time(self, unit: str) -> None:
        started = time.process_time()
        claims("x: '{{'\n" + unit * HEAD_BYTES)
        claims("apiVersion: v1\nkind: '{{'\n" + unit * HEAD_BYTES, "templates/a.yaml")
        assert time.process_time() - started < 30

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.sampled_from(["a: b\n", "c:\n", "- ", "  ", "'", '"', "|\n", "{{ x }}\n", "d: ", "\n", "# "])))
    def test_what_begins_at_the_margin_is_seen(self, parts: list[str]) -> None:
        """A line that begins with an action is no YAML unless quotes are open."""
        text = "".join(parts)
        quotes = text.count("'") + text.count('"')
        assert quotes or claims(text + "\n{{ x }}\n")


def test_the_fact() -> None:
    assert READER.read("templates/a.yaml", b"\0") == [HelmTemplate(Place("templates/a.yaml"))]


@pytest.mark.real_projects
@pytest.mark.parametrize(("name", "number"), [("loki", 150), ("argo-cd", 100)])
def test_the_parser_agrees(name: str, number: int) -> None:
    """Outside of ``templates``, what is taken for no YAML is what the parser refuses."""
    compared = 0
    for file in sorted(project(name).rglob("*.y*ml")):
        data = file.read_bytes() if file.is_file() else b""
        if b"{{" not in data or len(data) > HEAD_BYTES:
            continue
        try:
            yaml.load_all(data)
            is_yaml = True
        except UnreadableInput:
            is_yaml = False
        assert is_yaml != READER.claim(file.name, data), file
        compared += 1
    assert compared > number

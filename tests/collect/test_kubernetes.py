"""The reader of Kubernetes manifests: which files it claims, and the objects that it finds."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.kubernetes import KubernetesReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.infrastructure import KubernetesObject
from gatekeeper.model.place import Place

READER: Reader = KubernetesReader()

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: sales
spec:
  containers:
    - image: nginx
"""


def read(text: str, path: str = "deploy/shop.yaml") -> list[KubernetesObject]:
    found = []
    for fact in READER.read(path, text.encode()):
        assert isinstance(fact, KubernetesObject)
        found.append(fact)
    return found


def refused(text: str, path: str = "deploy/shop.yaml") -> UnreadableInput:
    with pytest.raises(UnreadableInput) as caught:
        READER.read(path, text.encode())
    return caught.value


def claims(text: str, path: str = "deploy/shop.yaml") -> bool:
    return READER.claim(path, text.encode()[:HEAD_BYTES])


class TestClaim:
    @pytest.mark.parametrize(
        "text",
        [
            POD,
            POD.replace("\n", "\r\n"),
            "\ufeff" + POD,
            "kind: Pod\nmetadata: {}\napiVersion: v1\n",
            "# a comment\n%YAML 1.2\n---\n" + POD,
            "---\n" + POD,
            "a: 1\n---\n" + POD,
            "--- # the pod\n" + POD,
            "  apiVersion: v1\n  kind: Pod\n",
            '"apiVersion": "v1"\n\'kind\' : Pod\n',
            "{apiVersion: v1, kind: Pod}",
            '{"apiVersion": "v1",\n "kind": "Pod"}',
            "--- {kind: Pod, apiVersion: v1}\n",
        ],
    )
    def test_yaml_with_both_keys_at_the_top(self, text: str) -> None:
        assert claims(text)
        assert claims(text, "pod.yml")
        assert not claims(text, "pod.txt")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
            "apiVersion: v1\n---\nkind: Pod\n",
            "image:\n  apiVersion: v1\n  kind: Pod\n",
            "- apiVersion: v1\n  kind: Pod\n",
            "apiVersion: v1\nmetadata:\n  kind: x\n",
            "text: |\n  apiVersion: v1\n  kind: Pod\n",
            "apiVersions: v1\nkinds: Pod\n",
        ],
    )
    def test_other_yaml(self, text: str) -> None:
        assert not claims(text)

    def test_broken_yaml_is_still_claimed(self) -> None:
        assert claims(POD + "\t- : {")

    def test_json(self) -> None:
        assert claims('{"kind": "Pod", "metadata": {"name": "a"}, "apiVersion": "v1"}', "pod.json")
        assert not claims('{"spec": {"kind": "Pod", "apiVersion": "v1"}}', "pod.json")
        assert not claims('[{"kind": "Pod", "apiVersion": "v1"}]', "pods.json")
        assert not claims('{"kind": "Pod", "apiVersion": "v1"}', "a/package.json")

    def test_the_other_key_may_stand_behind_the_head(self) -> None:
        data = "data:\n" + "  key: value\n" * HEAD_BYTES
        assert claims("apiVersion: v1\n" + data + "kind: ConfigMap\n")
        assert claims(data + "apiVersion: v1\nkind: ConfigMap\n")
        pods = json.dumps({"apiVersion": "v1", "items": [{"x": "y" * 100}] * 1000, "kind": "List"})
        assert claims(pods, "pods.json")

    def test_utf_16(self) -> None:
        assert READER.claim("pod.yaml", POD.encode("utf-16"))

    def test_a_character_cut_by_the_end_of_the_head(self) -> None:
        head = ("\ufeff" + POD + "# ").encode()
        head += b"x" * (HEAD_BYTES - len(head) - 1) + "é".encode()[:1]
        assert READER.claim("pod.yaml", head)

    @pytest.mark.parametrize(
        "unit", ["---\n", " ---\n", '{"', "apiVersion", " ", "\n ", "{,", "['", "--- {", '"\\\n', "...\n\n", "{\n"]
    )
    def test_hostile_heads_take_no_time(self, unit: str) -> None:
        head = (unit * HEAD_BYTES).encode()[: HEAD_BYTES - 1]
        started = time.process_time()
        for path in ("a.yaml", "a.json"):
            READER.claim(path, head)
        assert time.process_time() - started < 30

    def test_packages_are_known_by_their_exact_names(self) -> None:
        assert claims('{"kind": "Pod", "apiVersion": "v1"}', "Package.JSON")


LONG = "x" * HEAD_BYTES
REST = "kind: Pod\nmetadata:\n  name: shop\n"


class TestDisguises:
    """Objects that a parser sees and a pattern at the beginning of a line does not."""

    @pytest.mark.parametrize(
        "text",
        [
            "!!str apiVersion: v1\n" + REST,
            "&a apiVersion: v1\n" + REST,
            "? apiVersion\n: v1\n" + REST,
            "x: &a apiVersion\n*a : v1\n" + REST,
            '"api\\x56ersion": v1\n' + REST,
            '"\\u0061piVersion": v1\n"\\U0000006bind": Pod\nmetadata: {name: shop}\n',
            '? "api\\\n  Version"\n: v1\n' + REST,
            "--- !!map\napiVersion: v1\n" + REST,
            "--- &x\napiVersion: v1\n" + REST,
            "a: 1\n--- !!map # x\napiVersion: v1\n" + REST,
            "x: &m {apiVersion: v1, kind: Pod}\n<<: *m\nmetadata: {name: shop}\n",
            '{"api\\u0056ersion":"v1","k\\u0069nd":"Pod","metadata":{"name":"shop"}}',
            '!!map {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shop"}}',
            "{ # x\n apiVersion: v1, !!str kind: Pod, metadata: {name: shop}}",
            "---\n{ ? apiVersion : v1, &k kind: Pod, metadata: {name: shop}}",
            f"# {LONG}\napiVersion: v1\n{REST}",
            f"metadata: {{name: shop, annotations: {{a: {LONG}}}}}\napiVersion: v1\nkind: Pod\n",
            f"a: {LONG}\n---\napiVersion: v1\n{REST}",
            f"a: {LONG}\n---\n&a apiVersion: v1\n{REST}",
            f"apiVersion: v1\nkind: {LONG}\n---\napiVersion: v1\n{REST}",
            f"apiVersion: v1\n{REST}".replace("\n", "\r"),
            f"apiVersion: v1\n{REST}".replace("\n", "\x85"),
            f"apiVersion: v1\n{REST}".replace("\n", "\u2028"),
            f"\ufeff\ufeffapiVersion: v1\n{REST}",
        ],
    )
    def test_yaml(self, text: str) -> None:
        assert claims(text)
        assert read(text)[-1].name == "shop"

    @pytest.mark.parametrize(
        "text",
        [
            '{"api\\u0056ersion":"v1","k\\u0069nd":"Pod","metadata":{"name":"shop"}}',
            f'{{"metadata":{{"name":"shop","a":"{LONG}"}},"apiVersion":"v1","kind":"Pod"}}',
            f'{" " * HEAD_BYTES}{{"metadata":{{"name":"shop"}},"apiVersion":"v1","kind":"Pod"}}',
        ],
    )
    def test_json(self, text: str) -> None:
        assert claims(text, "pod.json")
        assert read(text, "pod.json")[-1].name == "shop"

    @pytest.mark.parametrize("text", [POD, '{}{"apiVersion":"v1","kind":"Pod"}', "&a apiVersion: v1\n" + REST])
    def test_what_kubectl_reads_from_json_though_it_is_none_is_refused(self, text: str) -> None:
        assert claims(text, "pod.json")
        assert "is not valid JSON" in refused(text, "pod.json").message

    def test_utf_16_cut_inside_of_a_character(self) -> None:
        data = b"\xff\xfe" + ("#" + "\U0001f6d2" * HEAD_BYTES + "\n" + POD).encode("utf-16-le")
        assert READER.claim("pod.yaml", data[:HEAD_BYTES])
        assert len(READER.read("pod.yaml", data)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            f"# {LONG}\nimage:\n  apiVersion: v1\n  kind: Pod\n",
            f"# {LONG}\na: [\n",
            f"text: {LONG}\n{{% jinja %}}\n",
            "&a x: 1\nb:\n  apiVersion: v1\n  kind: Pod\n",
            "<<: {a: 1}\nb:\n  apiVersion: v1\n  kind: Pod\n",
        ],
    )
    def test_a_suspicion_that_proves_wrong(self, text: str) -> None:
        assert claims(text)
        assert read(text) == []

    @pytest.mark.parametrize("text", ["&a x: 1\n", "!x\na: kind\n", '"\\x41": 1\n', "? kind\n: 1\n", "<<: {a: 1}\n"])
    def test_unusual_yaml_without_the_words_is_not_suspicious(self, text: str) -> None:
        assert not claims(text)

    def test_a_suspect_that_cannot_be_parsed_is_refused(self) -> None:
        assert claims("&a apiVersion: v1\nkind: Pod\nx: [\n")
        assert refused("&a apiVersion: v1\nkind: Pod\nx: [\n").line

    @pytest.mark.parametrize(
        "member", ["openapi: 3.0.0", "openapi: &v 3.0.0", '"open\\x61pi": 3.0.0', "openapi:\n  3.0.0"]
    )
    def test_openapi_behind_the_head_is_refused(self, member: str) -> None:
        text = f"# {LONG}\n{member}\n"
        assert claims(text)
        error = refused(text)
        assert (error.line, error.column) == (2, 1)
        assert "write openapi as the first key" in error.message


class TestObjects:
    def test_what_is_known_of_an_object(self) -> None:
        (pod,) = read(POD)
        assert (pod.api_version, pod.kind, pod.name, pod.namespace) == ("v1", "Pod", "shop", "sales")
        assert pod.at == Place("deploy/shop.yaml", 0, ())
        assert pod.manifest["spec"] == {"containers": [{"image": "nginx"}]}

    def test_generated_names_and_none(self) -> None:
        jobs = read(
            "{apiVersion: batch/v1, kind: Job, metadata: {generateName: job-}}\n"
            "---\n{apiVersion: v1, kind: Pod, metadata: {name: {a: 1}, namespace: 7}}\n"
            "---\n{apiVersion: v1, kind: Pod, metadata: []}\n"
        )
        assert [(job.name, job.namespace) for job in jobs] == [("job-", ""), ("", ""), ("", "")]

    def test_ordinals_count_every_document(self) -> None:
        stream = f"---\n# nothing\n---\n{POD}---\nnull\n---\n- a list\n---\na: 1\n---\n{POD}...\n"
        assert [pod.at.document for pod in read(stream)] == [1, 5]

    @pytest.mark.parametrize(
        "values", ["apiVersion: 1\nkind: Pod", "apiVersion: v1\nkind:", "apiVersion: v1\nkind: [a]"]
    )
    def test_both_keys_must_be_strings(self, values: str) -> None:
        assert read(values) == []

    def test_json(self) -> None:
        (pod,) = read('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}', "pod.json")
        assert (pod.name, pod.at) == ("a", Place("pod.json"))

    def test_templates_inside_of_strings_are_text(self) -> None:
        (workflow,) = read("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {a: '{{inputs.x}}'}\n")
        assert workflow.manifest["spec"] == {"a": "{{inputs.x}}"}


class TestLists:
    def test_items_are_objects_of_their_own(self) -> None:
        stream = (
            "a: 1\n---\napiVersion: v1\nkind: List\nitems:\n"
            "- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
            "- null\n"
            "- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Secret, metadata: {name: b}}\n"
        )
        pod, secret = read(stream)
        assert (pod.name, pod.at) == ("a", Place("deploy/shop.yaml", 1, ("items", 0)))
        assert (secret.name, secret.at) == ("b", Place("deploy/shop.yaml", 1, ("items", 2, "items", 0)))

    def test_items_of_typed_lists_need_not_say_what_they_are(self) -> None:
        (found,) = read("{apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: a}}]}")
        assert (found.api_version, found.kind, found.name) == ("apps/v1", "Deployment", "a")
        assert found.manifest == {"metadata": {"name": "a"}}

    def test_an_empty_list_holds_nothing(self) -> None:
        assert read("{apiVersion: v1, kind: PodList, items: []}") == []

    @pytest.mark.parametrize("items", ["", ", items: {a: 1}", ", items: [10.0.0.0/8]", ", items: null"])
    def test_a_kind_that_only_sounds_like_a_list(self, items: str) -> None:
        (found,) = read(f"{{apiVersion: acme.io/v1, kind: AllowList{items}}}")
        assert found.kind == "AllowList"

    def test_objects_do_not_hide_below_another_kind(self) -> None:
        (found,) = read("{apiVersion: v1, kind: Bundle, items: [{apiVersion: v1, kind: Pod}]}")
        assert (found.kind, found.at.keys) == ("Pod", ("items", 0))

    def test_items_of_another_kind_that_are_no_objects(self) -> None:
        (found,) = read("{apiVersion: v1, kind: Menu, items: [{dish: soup}, bread]}")
        assert found.kind == "Menu"

    @pytest.mark.parametrize("item", ["pod", "{metadata: {name: a}}", "{kind: Pod}", "{apiVersion: 1, kind: Pod}"])
    def test_a_list_with_something_else_is_refused(self, item: str) -> None:
        error = refused(f"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Pod}}\n- {item}\n")
        assert (error.line, error.column) == (5, 3)
        assert error.message == "items[1] is no object: it needs an apiVersion and a kind"

    def test_the_place_in_json(self) -> None:
        error = refused('{"apiVersion": "v1", "kind": "List",\n "items": [\n  7]}', "pods.json")
        assert (error.line, error.column) == (3, 3)

    def test_lists_in_lists_in_lists(self) -> None:
        text = "{apiVersion: v1, kind: Pod}"
        for _ in range(10):
            text = f"{{apiVersion: v1, kind: List, items: [{text}]}}"
        (found,) = read(text)
        assert found.at.keys == ("items", 0) * 10
        deeper = refused(f"{{apiVersion: v1, kind: List, items: [{text}]}}")
        assert "nest deeper than 10 levels" in deeper.message


class TestRefusals:
    def test_broken_yaml_has_a_line(self) -> None:
        assert refused(POD + "---\na: [1\n").line >= 10

    def test_broken_json_has_a_line(self) -> None:
        assert refused('{"apiVersion": "v1",\n"kind": }', "pod.json").line == 2

    def test_a_key_that_stands_twice(self) -> None:
        assert "twice" in refused(POD + "kind: Secret\n").message

    def test_nul_and_wrong_bytes(self) -> None:
        for data in (POD.encode() + b"\0", POD.encode() + b"\xff"):
            with pytest.raises(UnreadableInput):
                READER.read("pod.yaml", data)

    def test_depth(self) -> None:
        assert "nests deeper" in refused("apiVersion: v1\nkind: Pod\nspec: " + "[" * 100_000).message

    @settings(max_examples=150, deadline=None)
    @given(data=st.data(), is_json=st.booleans())
    def test_mutilated_files_are_read_or_refused(self, data: st.DataObject, *, is_json: bool) -> None:
        lists = {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod"}]}
        text = json.dumps(lists) if is_json else POD + "---\n" + json.dumps(lists)
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        body = (text[:start] + data.draw(st.text(max_size=3)) + text[end:]).encode("utf-8", "replace")
        path = "a.json" if is_json else "a.yaml"
        READER.claim(path, body)
        try:
            jsonable.dumps(READER.read(path, body))
        except UnreadableInput as error:
            assert error.message


@pytest.mark.corpora
def test_the_labelled_files(corpora: Path) -> None:
    """What is not claimed is an empty file and two configurations of network plugins."""
    rows = [json.loads(line) for line in (corpora / "iac.jsonl").read_text().splitlines()]
    claimed, unclaimed, objects = 0, [], 0
    for row in rows:
        path = corpora / row["file"]
        data = path.read_bytes()
        is_claimed = READER.claim(row["file"], data[:HEAD_BYTES])
        if row["platform"] != "Kubernetes":
            assert not is_claimed
        elif is_claimed:
            claimed += 1
            objects += len(READER.read(row["file"], data))
        else:
            unclaimed.append(data)
    assert (claimed, objects) == (271, 351)
    assert len(unclaimed) == 3
    assert all(not data or b'"cniVersion"' in data for data in unclaimed)

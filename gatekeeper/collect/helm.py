"""Helm templates: recognised, not parsed, for they are no YAML before they are rendered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect import kubernetes
from gatekeeper.collect.yaml_files import EXTENSIONS, file_name, head_text
from gatekeeper.model.infrastructure import HelmTemplate
from gatekeeper.model.place import Place

_ACTION = re.compile(r"(?<!\$)\{\{")
_LINE = re.compile(r"[^\n]*+\n?+")
# Possessive all over: no input makes these go back.
_KEY = r"(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[^\s\"'{}\[\]#:][^:\n#{}]*+)[ \t]*+:(?=\s|\Z)[ \t]*+"
# Indentation, dashes of a list, a key: what may stand in front of a value on its line.
_FRONT = re.compile(rf"([ \t]*+)((?:-[ \t]++)*+)({_KEY})?+")
_QUOTED = {'"': re.compile(r"(?:[^\"\\]|\\.)*+\"", re.DOTALL), "'": re.compile(r"(?:[^']|'')*+'")}
# A comment, a string in quotes, an action, or what stands between those. An apostrophe within a word opens nothing.
_PIECE = re.compile(
    r"(?<!\S)#[^\n]*+|(?<![^\s\[{,:(-])(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+')|(?<!\$)\{\{|.", re.DOTALL
)


class HelmReader:
    """Templates in a ``templates`` folder, and YAML elsewhere that template actions keep from being YAML.

    To be asked before the readers of YAML. GitHub's ``${{ }}`` is no action.
    """

    name = "helm"
    kind = "helm"
    version = 1
    max_bytes = 32 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Below ``templates``, any action counts; elsewhere, one that stands where YAML has a key or a value begin.

        Actions inside of strings are ordinary text: Argo's and Prometheus' files are full of them. So they are in a
        Kubernetes object below ``templates`` whose every action stands in quotes or in a comment.
        """
        name = file_name(path)
        in_templates = "templates" in path.lower().split("/")[:-1]
        if not name.endswith(EXTENSIONS) and not (in_templates and (name.endswith(".tpl") or name == "notes.txt")):
            return False
        text = head_text(head)
        if _ACTION.search(text) is None:
            return False
        if not in_templates or (kubernetes.KubernetesReader().claim(path, head) and not _acts(text)):
            return _is_no_yaml(text)
        return True

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """That there is one."""
        return [HelmTemplate(Place(path))]


def _acts(text: str) -> bool:
    """Whether an action stands outside of quotes and comments."""
    return any("{{" in match[0] and match[0][0] not in "\"'#" for match in _PIECE.finditer(text))


def _is_no_yaml(text: str) -> bool:
    """Whether an action begins where a key or a value does: not inside block, quoted and continued plain scalars."""
    scalar_below = -1  # lines indented deeper continue the scalar above them; -1: there is none
    quote = ""
    for match in _LINE.finditer(text):
        line = match[0]
        if quote:
            quote = "" if _QUOTED[quote].match(line) else quote
            continue
        front = _FRONT.match(line)
        if front is None or not line.strip() or 0 <= scalar_below < len(front[1]):
            continue
        value = line[front.end() :]
        if value.startswith("{{"):
            return True
        scalar_below = -1
        if value[:1] in _QUOTED:
            quote = "" if _QUOTED[value[0]].match(value, 1) else value[0]
        elif value.strip() and not value.startswith("#"):
            # The parent of a value in "- key: value" stands behind the dashes, of one in "- value" it is the last dash.
            scalar_below = len(front[1]) + (len(front[2]) if front[3] else max(0, len(front[2]) - 2))
    return False

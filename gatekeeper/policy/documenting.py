"""Pages about rules, in Markdown (CommonMark with GitHub's tables): what a rule finds, why, and what to write instead.

Whatever comes from policies is text, never markup: it is escaped, or stands in a code block that it cannot end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from gatekeeper.model.finding import Rule

MARK = "<!-- Written by `gatekeeper policy docs`: changes here are lost. -->"
MAX_NAME = 100  # characters of a file's name; longer ids are cut and told apart by a digest
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~@$!]|:(?=//))")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9./?#\[\]@!&'()*+,;=:%_~$-]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]|\.{2,}")
# Where `gatekeeper policy test` expects a finding, which is not for readers.
_EXPECTED_LINE = re.compile(r"^[ \t]*(?:#|//)[ \t]*gatekeeper: expect\b[^\n]*\n", re.MULTILINE)
_EXPECTED = re.compile(r"(?:(?<=[^ \t])[ \t]+)?(?:#|//)[ \t]?gatekeeper: expect\b[^\n]*")
_CODE = re.compile(r"`([^`]+)`")
_BACKTICKS = re.compile(r"`+")
_LANGUAGES = {
    ".tf": "hcl", ".hcl": "hcl", ".tfvars": "hcl", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml",
    ".py": "python", ".js": "javascript", ".ts": "typescript", ".go": "go", ".rego": "rego", ".txt": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A snippet beside a rule. ``text`` is None where it is no text."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that a rule reads."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule, and what stands beside its METADATA. ``path`` is its file as readers of the pages know it."""

    rule: Rule
    path: str
    avoid: Sequence[Example] = ()
    prefer: Sequence[Example] = ()
    settings: Sequence[Setting] = ()


def pages(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Texts by path: a page a rule in ``rules/``, ``README.md`` by domain, ``controls.md`` by framework."""
    ordered = sorted(entries, key=lambda entry: entry.rule.id)
    names = _file_names([entry.rule.id for entry in ordered])
    result = {f"rules/{names[entry.rule.id]}": _page(entry) for entry in ordered}
    result["README.md"] = _by_domain(ordered, names)
    result["controls.md"] = _by_control(ordered, names)
    return result


def _file_names(identifiers: Sequence[str]) -> Mapping[str, str]:
    """A name a rule, also where letters of either case are the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for identifier in identifiers:
        name = _UNSAFE.sub("-", identifier).lstrip(".")[:MAX_NAME]
        if name != identifier or name.lower() in taken:
            name = f"{name}-{sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
        taken.add(name.lower())
        names[identifier] = f"{name}.md"
    return names


def _page(entry: Entry) -> str:
    rule = entry.rule
    facts = [
        ("Severity", escape(rule.severity)),
        ("Stages", ", ".join(escape(stage) for stage in rule.stages)),
        ("Evidence", ", ".join(cell(kind) for kind in rule.needs) or "none"),
        ("Package", cell(rule.package)),
        ("Source", cell(entry.path)),
    ]
    if rule.effective_on:
        facts.append(("Fails from", escape(rule.effective_on)))
    if rule.until:
        facts.append(("Applies until", escape(rule.until)))
    blocks = [
        MARK,
        f"# {escape(rule.id)}: {escape(rule.title)}",
        _table(("", ""), facts),
        "## Why",
        _paragraphs(rule.description),
    ]
    if rule.remediation:
        blocks += ["## What to do", _paragraphs(rule.remediation)]
    for title, examples in (("## Avoid", entry.avoid), ("## Prefer", entry.prefer)):
        if examples:
            blocks += [title, *(_example(example) for example in examples)]
    if entry.settings:
        rows = [(cell(setting.name), escape(setting.description)) for setting in entry.settings]
        blocks += ["## Settings", _table(("Setting", "Meaning"), rows)]
    if rule.controls:
        rows = [(escape(name), ", ".join(map(escape, ids))) for name, ids in sorted(rule.controls.items())]
        blocks += ["## Controls", _table(("Framework", "Controls"), rows)]
    if rule.related:
        blocks += ["## See also", "\n".join(f"- {_address(address)}" for address in rule.related)]
    return "\n\n".join(blocks) + "\n"


def _by_domain(entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    domains: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        domains[entry.rule.domain].append(entry)
    blocks = [MARK, "# Rules", f"{len(entries)} in all; [by control](controls.md)."]
    for name in sorted(domains):
        rows = [(_link(entry, names), escape(entry.rule.title), escape(entry.rule.severity)) for entry in domains[name]]
        blocks += [f"## {escape(name)}", _table(("Rule", "Title", "Severity"), rows)]
    return "\n\n".join(blocks) + "\n"


def _by_control(entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    frameworks: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        for framework, controls in entry.rule.controls.items():
            for control in dict.fromkeys(controls):
                frameworks[framework][control].append(entry)
    blocks = [MARK, "# Controls"]
    if not frameworks:
        blocks.append("No rule names a control.")
    for framework in sorted(frameworks):
        rows = [
            (escape(control), ", ".join(_link(entry, names) for entry in frameworks[framework][control]))
            for control in sorted(frameworks[framework])
        ]
        blocks += [f"## {escape(framework)}", _table(("Control", "Rules"), rows)]
    return "\n\n".join(blocks) + "\n"


def _link(entry: Entry, names: Mapping[str, str]) -> str:
    return f"[{escape(entry.rule.id)}](rules/{names[entry.rule.id]})"


def escape(text: str) -> str:
    """Text as one line of Markdown that shows just that text: nothing in it is markup or HTML."""
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _UNSEEN.sub(_REPLACEMENT, text))


def cell(text: str) -> str:
    """Text as a code span in a table, where it opens no new cell."""
    return code(text).replace("|", "\\|")


def code(text: str) -> str:
    """Text as a code span, which it cannot end."""
    line = " ".join(_UNSEEN.sub(_REPLACEMENT, text).split())
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def _paragraphs(text: str) -> str:
    return "\n\n".join(_paragraph(part) for part in re.split(r"\n[ \t]*\n", text) if part.strip())


def _paragraph(text: str) -> str:
    """A line that is neither item, heading nor rule, whatever it begins with; what stands in backticks is code."""
    parts = _CODE.split(" ".join(text.split()))
    line = "".join(code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))
    number = re.match(r"\d+(?=[.)])", line)
    if number:
        return f"{number[0]}\\{line[number.end() :]}"
    return f"\\{line}" if line[:1] in tuple("-+=") else line


def _example(example: Example) -> str:
    title = f"{code(example.name)}:"
    if example.text is None:
        return f"{title} no text."
    text = _EXPECTED_LINE.sub("", example.text)
    text = _EXPECTED.sub("", text)
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    text = "".join(f"{_UNSEEN.sub(_REPLACEMENT, line)}\n" for line in lines)
    fence = "`" * max(3, max((len(run) for run in _BACKTICKS.findall(text)), default=0) + 1)
    path = PurePosixPath(example.name)
    language = "dockerfile" if path.name.lower().startswith("dockerfile") else _LANGUAGES.get(path.suffix.lower(), "")
    return f"{title}\n\n{fence}{language}\n{text}{fence}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _address(address: str) -> str:
    return f"<{address}>" if _ADDRESS.fullmatch(address) else escape(address)

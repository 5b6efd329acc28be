from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.policy.documenting import MARK, Entry, Example, Setting, code, escape, pages
from tests.report.samples import assert_golden

RULE = Rule(
    id="ACME-001",
    package="acme.pods.nameless",
    path="acme/pods/nameless/rule.rego",
    title="Pods need a name",
    description="A pod without a name\ncannot be told from another.\n\nNobody wants `that <x>` or `` this.",
    severity=Severity.LOW,
    remediation="Give it a name.",
    stages=(Stage.CHANGE, Stage.BUILD),
    related=("https://example.com/names?a=1#b", "RFC 1123"),
    controls={"soc2": ("CC6.1",), "iso-27001": ("A.5.1", "A.8.2")},
    needs=("kubernetes",),
    effective_on="2027-01-01",
)
ENTRY = Entry(
    RULE,
    RULE.path,
    avoid=(Example("pod.yaml", "kind: Pod\n# gatekeeper: expect\nmetadata: # gatekeeper: expect\n  a: 1\n"),),
    prefer=(Example("k8s/pod.yaml", "kind: Pod\nmetadata: {name: a}\n"), Example("icon.png", None)),
    settings=(Setting("api.public_paths", "Globs over paths"),),
)
PLAIN = Entry(
    dataclasses.replace(RULE, id="acme.pods.deny", package="acme.pods", controls={}, effective_on=""), "x.rego"
)


def changed(**fields: object) -> Entry:
    return Entry(dataclasses.replace(RULE, **fields), RULE.path)  # type: ignore[arg-type]  # any of its fields


@pytest.mark.parametrize("path", ["rules/ACME-001.md", "README.md", "controls.md"])
def test_a_page_and_the_indexes(path: str) -> None:
    assert_golden_page = pages([PLAIN, ENTRY])[path]
    assert assert_golden_page.startswith(MARK)
    assert_golden(f"policy-docs.{path.rpartition('/')[2]}", assert_golden_page)


def test_the_order_of_the_rules_does_not_matter() -> None:
    assert pages([ENTRY, PLAIN]) == pages([PLAIN, ENTRY])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[a](javascript:x)", r"\[a\](javascript:x)"),
        ("![a](https://x)", r"\!\[a\](https\://x)"),
        ("a | b", r"a \| b"),
        ("a\n# b", r"a \# b"),
        ("`x` *y* _z_ ~s~", r"\`x\` \*y\* \_z\_ \~s\~"),
        ("&lt;b&gt; \\<", r"\&lt;b\&gt; \\\<"),
        ("a\x1b[31m\u202eb", "a\ufffd\\[31m\ufffdb"),
        ("@team $x$", r"\@team \$x\$"),
    ],
)
def test_text_is_never_markup(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize("text", ["- a", "1. a", "+ a", "===", "12) a", "--- a"])
def test_a_paragraph_is_no_list_or_heading(text: str) -> None:
    page = pages([changed(description=text)])["rules/ACME-001.md"]
    paragraph = page.split("## Why\n\n")[1].split("\n\n")[0]
    assert paragraph.replace("\\", "") == text
    assert "\\" in paragraph[:4]


@given(st.text(), st.text(alphabet="`|\\ \na"))
def test_a_title_stays_in_its_line(title: str, package: str) -> None:
    entry = changed(title=title, package=f"a{package}")
    assert len(pages([entry])["README.md"].split("\n")) == len(pages([ENTRY])["README.md"].split("\n"))
    page = pages([entry])["rules/ACME-001.md"].split("\n")
    assert page[2].startswith("# ACME-001: ")
    assert page[3] == ""


@given(st.text(alphabet="`a |\n"))
def test_a_code_span_is_not_ended_by_its_text(text: str) -> None:
    span = code(text)
    fence = len(span) - len(span.lstrip("`"))
    assert not text.strip() or f"`{'`' * fence}" not in span[fence:-fence]
    assert "\n" not in span


def test_an_example_cannot_end_its_block() -> None:
    entry = dataclasses.replace(ENTRY, avoid=(Example("a.md", "````\n# out\n```\n\x1b\u202e"),))
    page = pages([entry])["rules/ACME-001.md"]
    assert "`````\n````\n# out\n```\n\ufffd\ufffd\n`````" in page


def test_addresses_are_links_only_if_they_are_plain() -> None:
    entry = changed(related=("https://a.example/<x>", "javascript:alert(1)", "https://a.example/b"))
    page = pages([entry])["rules/ACME-001.md"]
    assert page.endswith("- https\\://a.example/\\<x\\>\n- javascript:alert(1)\n- <https://a.example/b>\n")


def test_names_of_files() -> None:
    ids = ["ACME-1", "acme-1", "../../x", "a" * 300, "README"]
    found = sorted(path for path in pages([changed(id=name) for name in ids]) if path.startswith("rules/"))
    assert len({path.lower() for path in found}) == len(ids)
    assert all(path.count("/") == 1 and ".." not in path and len(path) < 150 for path in found)

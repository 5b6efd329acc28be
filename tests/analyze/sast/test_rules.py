"""Each rule against the file beside it, in semgrep's form: ``ruleid:`` above what it must flag, ``ok:`` elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gatekeeper.analyze.sast.places import Source
from gatekeeper.analyze.sast.rules import SastRules
from gatekeeper.analyze.sast.scanner import scan

POLICIES = Path(__file__).parents[3] / "policies" / "semgrep"
RULES = {file.stem + "/" + file.parent.name: file for file in sorted(POLICIES.rglob("*.yaml"))}
EXPECTATION = re.compile(r"(ruleid|ok): (\S+)")
CATEGORIES = {"injection", "path-traversal", "deserialisation", "personal-data-log", "personal-data-prompt"}


def sample(rule: Path) -> Path:
    """The test file of a rule."""
    return next(file for file in rule.parent.glob(f"{rule.stem}.*") if file.suffix in {".py", ".js", ".ts"})


def expectations(file: Path) -> dict[str, set[int]]:
    """Lines behind ``ruleid`` and behind ``ok`` comments."""
    lines: dict[str, set[int]] = {"ruleid": set(), "ok": set()}
    for number, line in enumerate(file.read_text().split("\n"), 1):
        if match := EXPECTATION.search(line):
            lines[match[1]].add(number + 1)
    return lines


Flagged = set[tuple[str, str, int]]


def flagged(folder: Path, home: Path, rules: Path = POLICIES) -> Flagged:
    """(file, rule, line) of all findings in a folder."""
    (folder / ".semgrepignore").touch()
    report = scan(folder, rules, home)
    assert not report.problems
    known = SastRules(rules)
    sources = {match.name: Source((folder / match.name).read_text()) for match in report.matches}
    return {
        (match.name, known.of(match.check_id).id, sources[match.name].span(match.start, match.end).line)
        for match in report.matches
    }


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flagged]:
    """All rules over the test files of all rules, in one run."""
    folder, home = tmp_path_factory.mktemp("samples"), tmp_path_factory.mktemp("home")
    for rule in RULES.values():
        file = sample(rule)
        shutil.copy(file, folder / f"{file.parent.name}-{file.name}")
    yield flagged(folder, home)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_flags_what_it_must_and_nothing_else(rule: Path, findings: Flagged) -> None:
    file = sample(rule)
    check = f"gatekeeper.{rule.parent.name}.{rule.stem}"
    lines = {line for name, id_, line in findings if (name, id_) == (f"{file.parent.name}-{file.name}", check)}
    assert lines == expectations(file)["ruleid"]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_has_cases_of_both_kinds(rule: Path) -> None:
    lines = expectations(sample(rule))
    assert len(lines["ruleid"]) >= 2
    assert len(lines["ok"]) >= 2
    assert {match[2] for match in EXPECTATION.finditer(sample(rule).read_text())} == {
        f"gatekeeper.{rule.parent.name}.{rule.stem}"
    }


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_tells_what_policies_ask(rule: Path) -> None:
    (document,) = yaml.safe_load(rule.read_text())["rules"]
    assert document["id"] == f"gatekeeper.{rule.parent.name}.{rule.stem}"
    metadata = document["metadata"]
    assert metadata["category"] in CATEGORIES
    assert metadata["severity"] in {"critical", "high", "medium", "low"}
    assert metadata["remediation"].endswith(".")
    assert all(re.fullmatch(r"CWE-\d+", cwe) for cwe in metadata["cwe"])


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_rules_about_requests_share_one_list_of_sources(language: str) -> None:
    lists = []
    for file in sorted((POLICIES / language).glob("*.yaml")):
        (rule,) = yaml.safe_load(file.read_text())["rules"]
        if rule.get("mode") == "taint" and rule["metadata"]["category"] != "personal-data-log":
            lists.append(rule["pattern-sources"])
    shortest = min(lists, key=len)
    assert len(lists) >= 6
    assert all(sources[: len(shortest)] == shortest for sources in lists)


PERSONAL = [
    "email", "user_email", "userEmail", "EMAIL", "USER_EMAIL", "emailAddress", "emails", "phone_number", "mobilePhone",
    "ssn", "customer_ssn", "userSSN", "date_of_birth", "dateOfBirth", "dob", "passport_number", "iban", "customerIban",
    "creditCardNumber", "card_number", "home_address", "billingAddress", "full_name", "firstName", "LAST_NAME",
]  # fmt: skip
IMPERSONAL = [
    "emailTemplateId", "email_sent", "is_email", "hasPhone", "email_count", "emailService", "phonetic", "telephony",
    "address", "ip_address", "server_address", "name", "filename", "hostname", "class_name", "lessons", "Libano",
    "urban", "liban", "cibando", "sendEmail", "email_id", "phone_verified", "addressBook", "passwordless", "dobby",
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "line"), [("py", "logger.info('x', {})"), ("js", "console.log('x', {});")])
def test_names_of_personal_data_end_in_a_known_word(suffix: str, line: str, tmp_path: Path) -> None:
    names = PERSONAL + IMPERSONAL
    folder, home = tmp_path / "code", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (folder / f"bare.{suffix}").write_text("\n".join(line.format(name) for name in names))
    (folder / f"dotted.{suffix}").write_text("\n".join(line.format(f"order.item.{name}") for name in names))
    found = flagged(folder, home)
    for form in ("bare", "dotted"):
        assert [names[n - 1] for file, _, n in sorted(found, key=lambda f: f[2]) if file.startswith(form)] == PERSONAL


def test_ids_do_not_depend_on_where_the_rules_lie(tmp_path: Path) -> None:
    elsewhere = tmp_path / "some.where" / "else"
    shutil.copytree(POLICIES / "python", elsewhere)
    folder, home = tmp_path / "code", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (folder / "a.py").write_text("import yaml\nyaml.unsafe_load(x)\n")
    assert flagged(folder, home, elsewhere) == {("a.py", "gatekeeper.python.unsafe-yaml-loader", 2)}

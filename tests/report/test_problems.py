from __future__ import annotations

from gatekeeper.errors import GatekeeperError, UnreadableInput, UsageError, VerificationFailure
from gatekeeper.report.problems import as_text


def test_an_error_says_what_to_do() -> None:
    assert as_text(UsageError("no such folder", hint="name another")) == (
        "gatekeeper: error: no such folder\n    do: name another"
    )


def test_a_refusal_says_what_was_expected_and_what_was_found() -> None:
    refusal = VerificationFailure("too old", expected="at most 30 days", found="31 days", hint="gate it again")
    assert as_text(refusal).splitlines() == [
        "gatekeeper: error: too old",
        "    expected: at most 30 days",
        "    found:    31 days",
        "    do: gate it again",
    ]


def test_a_file_is_named_once() -> None:
    assert as_text(UnreadableInput("permission denied", path="a.tf")) == "gatekeeper: error: a.tf: permission denied"
    assert as_text(UnreadableInput("no TOML", path="a", line=3)) == "gatekeeper: error: a:3: no TOML"
    assert as_text(UnreadableInput("a.tf: broken", path="a.tf")) == "gatekeeper: error: a.tf: broken"


def test_a_message_with_line_ends_stays_one_line() -> None:
    assert as_text(GatekeeperError("no file 'a\n::error::'")) == r"gatekeeper: error: no file 'a\n::error::'"

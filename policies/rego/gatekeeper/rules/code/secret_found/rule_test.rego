package gatekeeper.rules.code.secret_found_test

import data.gatekeeper.rules.code.secret_found as rule
import rego.v1

place := {"path": "config.py", "span": {"line": 3, "column": 9, "end_line": 3, "end_column": 29}}

secret(detector, key, ordinal) := {"at": place, "detector": detector, "key": key, "ordinal": ordinal}

test_flagged_with_a_name if {
	found := rule.deny with input as {"secrets": [secret("AWS Access Key", "aws_key", 0)]}
	found == {{
		"message": "A secret stands in this file: AWS Access Key, as the value of aws_key",
		"subject": "AWS Access Key aws_key", "at": place,
	}}
}

test_flagged_without_a_name if {
	found := rule.deny with input as {"secrets": [secret("Private Key", "", 0), secret("Private Key", "", 1)]}
	{finding.subject | some finding in found} == {"Private Key", "Private Key #2"}
}

in_file(detector, path) := {"at": {"path": path}, "detector": detector, "key": "", "ordinal": 0}

test_made_for_a_test_is_low if {
	every path in ["pkg/a_test.go", "tests/data/key.pem", "src/login.spec.ts", "test_login.py", "a/e2e/id_rsa"] {
		found := rule.deny with input as {"secrets": [in_file("Private Key", path)]}
		{finding.severity | some finding in found} == {"low"}
	}
}

test_of_a_provider_or_outside_of_tests_counts_fully if {
	every pair in [["AWS Access Key", "pkg/a_test.go"], ["Private Key", "src/latest.go"], ["Private Key", "contests/key.pem"]] {
		found := rule.deny with input as {"secrets": [in_file(pair[0], pair[1])]}
		{object.get(finding, "severity", "") | some finding in found} == {""}
	}
}

test_not_flagged_no_secrets if {
	found := rule.deny with input as {"secrets": []}
	count(found) == 0
}

test_not_flagged_nothing_collected if {
	found := rule.deny with input as {}
	count(found) == 0
}

test_unknown_detector_is_flagged if {
	found := rule.deny with input as {"secrets": [secret("", "", 0)]}
	count(found) == 1
}

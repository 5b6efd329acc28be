package gatekeeper.rules.gate.unreadable_file_test

import data.gatekeeper.rules.gate.unreadable_file as rule
import rego.v1

file(changes) := {"coverage": {"gaps": [], "files": [object.union(
	{"path": "main.tf", "status": "failed", "kind": "terraform", "by": "", "reason": "a bracket is missing", "line": 7, "column": 3},
	changes,
)]}}

test_flagged_with_a_place if {
	found := rule.deny with input as file({})
	found == {{
		"message": "This file could not be read: a bracket is missing",
		"subject": "main.tf",
		"at": {"path": "main.tf", "span": {"line": 7, "column": 3, "end_line": 7, "end_column": 3}},
	}}
}

test_flagged_line_only if {
	found := rule.deny with input as file({"column": 0})
	[finding.at.span.column | some finding in found] == [1]
}

test_unknown_line_is_flagged_without_a_span if {
	found := rule.deny with input as file({"line": 0, "column": 0})
	[finding.at | some finding in found] == [{"path": "main.tf"}]
}

test_not_flagged_other_states if {
	every status in ["read", "unclaimed", "unsupported", "excluded"] {
		found := rule.deny with input as file({"status": status})
		count(found) == 0
	}
}

test_not_flagged_nothing_collected if {
	found := rule.deny with input as {"coverage": {"gaps": [], "files": []}}
	count(found) == 0
}

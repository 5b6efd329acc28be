package gatekeeper.rules.code.code_flaw_test

import data.gatekeeper.rules.code.code_flaw as rule
import rego.v1

place := {"path": "app.py", "span": {"line": 3, "column": 9, "end_line": 3, "end_column": 29}}

flaw(changes) := {"sast": {"scanned": 1, "findings": [object.union(
	{
		"at": place, "check": "gatekeeper.python.sql-injection", "category": "injection", "severity": "critical",
		"message": "Input is put into a query.", "remediation": "Use parameters.", "cwe": ["CWE-89"], "suppression": "",
	},
	changes,
)]}}

test_flagged if {
	found := rule.deny with input as flaw({})
	found == {{
		"message": "Input is put into a query. (CWE-89)", "remediation": "Use parameters.",
		"subject": "gatekeeper.python.sql-injection", "at": place, "severity": "critical",
	}}
}

test_flagged_although_a_comment_suppresses_it if {
	found := rule.deny with input as flaw({"suppression": "nosemgrep", "cwe": [], "remediation": ""})
	[finding.message | some finding in found] == [concat(" ", [
		"Input is put into a query.",
		"The comment nosemgrep asks to suppress this and is not obeyed: use a waiver.",
	])]
}

test_unknown_category_is_flagged if {
	found := rule.deny with input as flaw({"category": "something-new"})
	count(found) == 1
}

test_not_flagged_personal_data if {
	every category in ["personal-data-log", "personal-data-prompt"] {
		found := rule.deny with input as flaw({"category": category})
		count(found) == 0
	}
}

test_not_flagged_nothing_found if {
	found := rule.deny with input as {"sast": {"findings": [], "scanned": 9}}
	count(found) == 0
	nothing := rule.deny with input as {}
	count(nothing) == 0
}

package gatekeeper.rules.gate.scanner_gap_test

import data.gatekeeper.rules.gate.scanner_gap as rule
import rego.v1

gaps(items) := {"coverage": {"files": [], "gaps": items}}

test_flagged_file if {
	found := rule.deny with input as gaps([{"analyzer": "sast", "reason": "larger than 1 MB", "path": "a/b.py"}])
	found == {{"message": "Not looked at by sast: larger than 1 MB", "subject": "a/b.py", "at": {"path": "a/b.py"}}}
}

test_flagged_no_file if {
	found := rule.deny with input as gaps([{"analyzer": "vulnerabilities", "reason": "no data", "path": ""}])
	[[finding.subject, finding.at] | some finding in found] == [["vulnerabilities", {"path": ""}]]
}

test_unknown_analyzer_is_flagged if {
	found := rule.deny with input as gaps([{"analyzer": "", "reason": "?", "path": "x"}])
	count(found) == 1
}

test_not_flagged_no_gaps if {
	found := rule.deny with input as gaps([])
	count(found) == 0
}

test_not_flagged_nothing_collected if {
	found := rule.deny with input as {}
	count(found) == 0
}

package gatekeeper.rules.gate.scanner_gap_test

import data.gatekeeper.rules.gate.scanner_gap as rule
import rego.v1

gaps(items) := {"coverage": {"files": [], "gaps": items}}

gap(analyzer, path) := {"analyzer": analyzer, "reason": "larger than 1 MB", "path": path}

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

document(title, references) := {"at": at("api/openapi.yaml"), "title": title, "external_references": references}

messages(found) := {finding.message | some finding in found}

test_flagged_file if {
	found := rule.deny with input as gaps([gap("sast", "a/b.py")])
	found == {{"message": "Not looked at by sast, 1 in all: a/b.py: larger than 1 MB", "subject": "sast", "at": {"path": "a/b.py"}}}
}

test_flagged_no_file if {
	found := rule.deny with input as gaps([{"analyzer": "vulnerabilities", "reason": "no data", "path": ""}])
	found == {{"message": "Not looked at by vulnerabilities, 1 in all: no data", "subject": "vulnerabilities", "at": {"path": ""}}}
}

test_each_analyzer_is_flagged_once_at_its_first_gap if {
	found := rule.deny with input as gaps([gap("sast", "b.py"), gap("secrets", "c.py"), gap("sast", "a.py")])
	{[finding.subject, finding.at.path] | some finding in found} == {["sast", "b.py"], ["secrets", "c.py"]}
}

test_three_gaps_at_most_are_told if {
	three := rule.deny with input as gaps([gap("sast", path) | some path in ["a", "b", "c"]])
	messages(three) == {"Not looked at by sast, 3 in all: a: larger than 1 MB; b: larger than 1 MB; c: larger than 1 MB"}
	five := rule.deny with input as gaps([gap("sast", path) | some path in ["a", "b", "c", "d", "e"]])
	messages(five) == {"Not looked at by sast, 5 in all: a: larger than 1 MB; b: larger than 1 MB; c: larger than 1 MB and 2 more"}
}

test_unknown_analyzer_is_flagged if {
	found := rule.deny with input as gaps([gap("a new one", "x")])
	{finding.subject | some finding in found} == {"a new one"}
}

test_references_to_other_files_are_flagged_once_a_document if {
	found := rule.deny with input as {"openapi": [document("Shop", ["b.yaml", "p.yaml", "user.yaml#/Name", "user.yaml#/User"])]}
	found == {{
		"message": "References to other files are not followed, 4 in all: b.yaml; p.yaml; user.yaml#/Name and 1 more",
		"subject": "Shop",
		"at": at("api/openapi.yaml"),
	}}
}

test_document_without_title_is_called_by_its_path if {
	found := rule.deny with input as {"openapi": [document("", ["b.yaml"])]}
	{finding.subject | some finding in found} == {"api/openapi.yaml"}
}

test_not_flagged_document_in_one_file if {
	found := rule.deny with input as {"openapi": [document("Shop", [])]}
	count(found) == 0
}

test_not_flagged_no_gaps if {
	found := rule.deny with input as gaps([])
	count(found) == 0
}

test_not_flagged_nothing_collected if {
	found := rule.deny with input as {}
	count(found) == 0
}

test_gap_with_a_rule_of_its_own_is_not_flagged if {
	gap := {"analyzer": "vulnerabilities", "path": "", "reason": "no advisory data for npm", "rule": "GK-DEP-004"}
	found := rule.deny with input as {"coverage": {"gaps": [gap]}, "openapi": []}
	count(found) == 0
}

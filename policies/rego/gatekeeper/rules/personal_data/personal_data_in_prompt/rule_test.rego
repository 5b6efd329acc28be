package gatekeeper.rules.personal_data.personal_data_in_prompt_test

import data.gatekeeper.rules.personal_data.personal_data_in_prompt as rule
import rego.v1

place(line) := {"path": "app.py", "document": 0, "keys": [], "span": {"line": line, "column": 1, "end_line": line, "end_column": 9}}

found_by_scanner(category, line) := {"at": place(line), "check": sprintf("gatekeeper.python.%v", [category]), "category": category, "message": "user.email is written", "remediation": "Write the id."}

evidence(categories) := {"sast": {"findings": [found_by_scanner(category, 7) | some category in categories], "scanned": 1}}

test_finding_of_the_category_is_flagged if {
	found := rule.deny with input as evidence(["personal-data-prompt"])
	found == {{"message": "user.email is written", "subject": "gatekeeper.python.personal-data-prompt", "at": place(7), "remediation": "Write the id."}}
}

test_each_place_is_flagged if {
	found := rule.deny with input as {"sast": {"findings": [found_by_scanner("personal-data-prompt", 3), found_by_scanner("personal-data-prompt", 9)], "scanned": 2}}
	{finding.at.span.line | some finding in found} == {3, 9}
}

test_other_categories_are_not_flagged if {
	found := rule.deny with input as evidence(["personal-data-log", "injection", "deserialisation", ""])
	found == set()
}

test_nothing_scanned_is_not_flagged if {
	found := rule.deny with input as {"sast": {"findings": [], "scanned": 0}}
	found == set()
}

test_category_that_is_unknown_or_of_another_type_is_not_flagged if {
	every category in [{"$unknown": "x"}, null, 7, ["personal-data-prompt"]] {
		found := rule.deny with input as {"sast": {"findings": [object.union(found_by_scanner("", 7), {"category": category})], "scanned": 1}}
		found == set()
	}
}

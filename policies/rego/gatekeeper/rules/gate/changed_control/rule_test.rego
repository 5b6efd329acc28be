package gatekeeper.rules.gate.changed_control_test

import data.gatekeeper.rules.gate.changed_control as rule
import rego.v1

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

change(controls) := {"change": {"base": "0123", "files": [], "controls": controls}}

control(path, name, difference) := {"at": at(path), "control": name, "difference": difference}

test_flagged_waivers if {
	found := rule.deny with input as change([control("gatekeeper.waivers.toml", "waivers", "2 more")])
	found == {{
		"message": "This change edits the gate's own waivers: 2 more",
		"subject": "waivers",
		"at": at("gatekeeper.waivers.toml"),
	}}
}

test_each_control_is_flagged if {
	controls := [
		control("gatekeeper.toml", "settings", "gate.fail_on"),
		control("gatekeeper.baseline.json", "baseline", "1 finding less"),
	]
	found := rule.deny with input as change(controls)
	{finding.subject | some finding in found} == {"settings", "baseline"}
}

test_flagged_where_the_difference_is_unknown if {
	found := rule.deny with input as change([control("gatekeeper.toml", "settings", {"$unknown": "x"})])
	count(found) == 1
}

test_not_flagged_where_no_control_differs if {
	found := rule.deny with input as change([])
	count(found) == 0
}

test_not_flagged_where_other_files_differ if {
	changed := {"change": {"base": "0123", "files": [{"path": "main.tf", "kind": "added"}], "controls": []}}
	found := rule.deny with input as changed
	count(found) == 0
}

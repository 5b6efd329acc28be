package rules.DOMAIN.NAME_test

import data.rules.DOMAIN.NAME as rule
import rego.v1

at := {"path": "orders.yaml", "document": 0, "keys": []}

deployment(labels) := {"kubernetes": [{
	"at": at, "api_version": "apps/v1", "kind": "Deployment", "name": "orders", "namespace": "",
	"manifest": {"metadata": {"name": "orders", "labels": labels}},
}]}

test_flagged_without_the_label if {
	found := rule.deny with input as deployment({"app": "orders"})
	found == {{
		"message": "This deployment has no label `team`",
		"subject": "Deployment orders", "at": at, "key": ["metadata"],
	}}
}

test_passed[name] if {
	some name, labels in {
		"with the label": {"app": "orders", "team": "payments"},
		"with an unknown label": {"team": {"$unknown": "var.team"}},
		"with unknown labels": {"$unknown": "var.labels"},
	}
	found := rule.deny with input as deployment(labels)
	count(found) == 0
}

test_passed_other_kinds if {
	evidence := {"kubernetes": [{
		"at": at, "api_version": "v1", "kind": "Secret", "name": "orders", "namespace": "", "manifest": {},
	}]}
	found := rule.deny with input as evidence
	count(found) == 0
}

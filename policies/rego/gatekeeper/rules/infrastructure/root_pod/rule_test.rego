package gatekeeper.rules.infrastructure.root_pod_test

import data.gatekeeper.rules.infrastructure.root_pod as rule
import rego.v1

variable := {"$unknown": "x"}

place := {"path": "app.yaml"}

pod(spec) := {"kubernetes": [{
	"at": place, "api_version": "v1", "kind": "Pod", "name": "app", "namespace": "", "manifest": {"spec": spec},
}]}

# A pod with one container, both with their securityContext.
contexts(outer, inner) := pod({"securityContext": outer, "containers": [{"name": "c", "securityContext": inner}]})

test_flagged_nothing_is_set if {
	found := rule.deny with input as pod({"containers": [{"name": "c"}]})
	found == {{
		"message": "This container may run as root: neither runAsNonRoot nor runAsUser is set",
		"subject": "Pod/app/c", "at": place, "key": ["spec", "containers", 0],
	}}
}

test_flagged_user_0 if {
	found := rule.deny with input as contexts({}, {"runAsUser": 0})
	{finding.key | some finding in found} == {["spec", "containers", 0, "securityContext", "runAsUser"]}
}

test_flagged_user_0_of_the_pod if {
	found := rule.deny with input as contexts({"runAsUser": 0}, {})
	{finding.key | some finding in found} == {["spec", "securityContext", "runAsUser"]}
}

test_flagged_container_undoes_what_the_pod_says if {
	user := rule.deny with input as contexts({"runAsUser": 1000}, {"runAsUser": 0})
	count(user) == 1
	nonroot := rule.deny with input as contexts({"runAsNonRoot": true}, {"runAsNonRoot": false})
	{[finding.message, finding.key] | some finding in nonroot} == {[
		"This container may run as root: its runAsNonRoot is false, and no runAsUser is set",
		["spec", "containers", 0, "securityContext", "runAsNonRoot"],
	]}
}

test_flagged_once_for_each_container if {
	found := rule.deny with input as pod({"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{}]})
	{finding.subject | some finding in found} == {"Pod/app/a", "Pod/app/b", "Pod/app/0"}
}

test_not_flagged_nonroot if {
	every pair in [
		[{"runAsNonRoot": true}, {}],
		[{}, {"runAsNonRoot": true}],
		[{"runAsUser": 1000}, {}],
		[{"runAsUser": 0}, {"runAsUser": 1000}],
		[{"runAsNonRoot": false}, {"runAsNonRoot": true}],
	] {
		found := rule.deny with input as contexts(pair[0], pair[1])
		count(found) == 0
	}
}

test_not_flagged_windows if {
	every selection in [{"os": {"name": "windows"}}, {"nodeSelector": {"kubernetes.io/os": "windows"}}] {
		found := rule.deny with input as pod(object.union(selection, {"containers": [{"name": "c"}]}))
		count(found) == 0
	}
	linux := rule.deny with input as pod({"nodeSelector": {"kubernetes.io/os": "linux"}, "containers": [{"name": "c"}]})
	count(linux) == 1
}

test_unknown_is_not_flagged if {
	every pair in [
		[variable, {}],
		[{}, variable],
		[{}, {"runAsUser": variable}],
		[{"runAsNonRoot": variable}, {}],
		[{"runAsNonRoot": variable}, {"runAsUser": 0}],
	] {
		found := rule.deny with input as contexts(pair[0], pair[1])
		count(found) == 0
	}
	os := rule.deny with input as pod({"os": variable, "containers": variable})
	count(os) == 0
}

test_wrong_types_do_not_abort if {
	every value in [7, "x", [], {}, [[]], [null]] {
		outer := rule.deny with input as contexts(value, {"runAsNonRoot": true})
		count(outer) == 0
		user := rule.deny with input as contexts({}, {"runAsUser": value})
		count(user) == 0
		flag := rule.deny with input as contexts({"runAsUser": 1}, {"runAsNonRoot": value})
		count(flag) == 0
		none := rule.deny with input as pod({"containers": [[value], null], "securityContext": value, "os": value, "nodeSelector": value})
		count(none) == 0
	}
}

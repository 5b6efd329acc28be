package gatekeeper.rules.infrastructure.privileged_container_test

import data.gatekeeper.rules.infrastructure.privileged_container as rule
import rego.v1

variable := {"$unknown": "x"}

place := {"path": "app.yaml", "keys": []}

object_of(api_version, kind, spec) := {"kubernetes": [{
	"at": place, "api_version": api_version, "kind": kind, "name": "app", "namespace": "", "manifest": {"spec": spec},
}]}

pod(spec) := object_of("v1", "Pod", spec)

privileged := {"name": "c", "securityContext": {"privileged": true}}

test_flagged_privileged_container if {
	found := rule.deny with input as object_of("apps/v1", "Deployment", {"template": {"spec": {"containers": [{"name": "a"}, privileged]}}})
	found == {{
		"message": "This container is privileged: it can do on the node whatever root can",
		"subject": "Deployment/app/c",
		"at": place,
		"key": ["spec", "template", "spec", "containers", 1, "securityContext", "privileged"],
	}}
}

test_flagged_init_and_ephemeral_containers if {
	found := rule.deny with input as pod({"initContainers": [privileged], "ephemeralContainers": [privileged]})
	{finding.key[1] | some finding in found} == {"initContainers", "ephemeralContainers"}
}

test_flagged_cron_job if {
	found := rule.deny with input as object_of("batch/v1", "CronJob", {"jobTemplate": {"spec": {"template": {"spec": {"containers": [privileged]}}}}})
	count(found) == 1
}

test_flagged_shared_namespaces if {
	found := rule.deny with input as pod({"hostPID": true, "hostNetwork": true, "hostIPC": "true", "containers": []})
	{finding.key | some finding in found} == {["spec", "hostPID"], ["spec", "hostNetwork"], ["spec", "hostIPC"]}
}

compose(definition) := {"compose": [{"at": {"path": "compose.yaml"}, "services": [{
	"at": {"path": "compose.yaml", "keys": ["services", "web"]}, "name": "web", "definition": definition,
}]}]}

test_flagged_privileged_service if {
	found := rule.deny with input as compose({"image": "nginx:1.27", "privileged": true, "pid": "service:db"})
	found == {{
		"message": "This service is privileged: it can do on the host whatever root can",
		"subject": "web",
		"at": {"path": "compose.yaml", "keys": ["services", "web"]},
		"key": ["privileged"],
	}}
}

test_flagged_service_that_shares_namespaces if {
	found := rule.deny with input as compose({"pid": "host", "network_mode": "host", "ipc": "host"})
	{[finding.key[0], finding.message] | some finding in found} == {
		["pid", "This service shares the processes of its host (pid: host)"],
		["network_mode", "This service shares the network of its host (network_mode: host)"],
		["ipc", "This service shares the shared memory of its host (ipc: host)"],
	}
}

test_not_flagged_ordinary_service if {
	every definition in [
		{"image": "nginx:1.27"},
		{"privileged": false, "pid": "container:a", "ipc": "shareable", "network_mode": "service:db"},
		{"networks": ["host"], "hostname": "host"},
	] {
		found := rule.deny with input as compose(definition)
		count(found) == 0
	}
}

test_service_of_unknown_or_wrong_values_is_not_flagged if {
	every value in [variable, null, 7, "x", [], {}, ["host"]] {
		found := rule.deny with input as compose({"privileged": value, "pid": value, "ipc": value, "network_mode": value})
		count(found) == 0
		whole := rule.deny with input as compose(value)
		count(whole) == 0
	}
}

test_not_flagged_ordinary_pod if {
	found := rule.deny with input as pod({"hostPID": false, "containers": [{"name": "c", "securityContext": {"privileged": false}}]})
	count(found) == 0
	bare := rule.deny with input as pod({"containers": [{"name": "c"}]})
	count(bare) == 0
}

test_not_flagged_other_kinds if {
	service := rule.deny with input as object_of("v1", "Service", {"hostNetwork": true})
	count(service) == 0
	custom := rule.deny with input as object_of("example.com/v1", "Pod", {"hostNetwork": true})
	count(custom) == 0
}

test_unknown_is_not_flagged if {
	found := rule.deny with input as pod({
		"hostPID": variable,
		"containers": [variable, {"securityContext": variable}, {"securityContext": {"privileged": variable}}],
	})
	count(found) == 0
	none := rule.deny with input as pod(variable)
	count(none) == 0
}

test_wrong_types_are_not_flagged if {
	every value in [null, 7, "x", [], {}, [[]], [{}], [null]] {
		found := rule.deny with input as pod(value)
		count(found) == 0
		inside := rule.deny with input as pod({"hostPID": value, "containers": value})
		count(inside) == 0
		context := rule.deny with input as pod({"containers": [{"name": value, "securityContext": value}]})
		count(context) == 0
	}
}

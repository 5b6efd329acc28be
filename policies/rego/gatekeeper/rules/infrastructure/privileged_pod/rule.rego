# METADATA
# title: Pod with power over its node
# description: >-
#   A privileged container, or one that shares the node's processes, network or memory, can take over the node and with
#   it every other workload that runs there.
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   id: GK-INF-005
#   severity: high
#   stages: [change, build, release]
#   remediation: >-
#     Remove the setting; add the single capability that is needed instead. Where an agent of the node needs it, waive the
#     finding for that workload.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.9]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.privileged_pod

import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

shared := {"hostPID": "processes", "hostNetwork": "network", "hostIPC": "shared memory"}

deny contains finding if {
	some found in kubernetes.containers
	values.is_true(values.get(values.get(found.container, "securityContext"), "privileged"))
	finding := {
		"message": "This container is privileged: it can do on the node whatever root can",
		"subject": found.subject,
		"at": found.pod.object.at,
		"key": array.concat(found.key, ["securityContext", "privileged"]),
	}
}

deny contains finding if {
	some pod in kubernetes.pods
	some field, what in shared
	values.is_true(values.get(pod.spec, field))
	finding := {
		"message": sprintf("This pod shares the %v of its node (%v)", [what, field]),
		"subject": kubernetes.subject(pod.object),
		"at": pod.object.at,
		"key": array.concat(pod.key, [field]),
	}
}

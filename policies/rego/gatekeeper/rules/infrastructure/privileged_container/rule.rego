# METADATA
# title: Container with power over its host
# description: >-
#   A privileged container, or one that shares the processes, network or memory of its host, can take over that host and
#   with it every other workload that runs there. Pods of Kubernetes and services of Compose count.
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   id: GK-INF-005
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Remove the setting; add the single capability that is needed instead. Where an agent of the host needs it, waive the
#     finding for that workload.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.9]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.privileged_container

import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

shared_by_pods := {"hostPID": "processes", "hostNetwork": "network", "hostIPC": "shared memory"}

shared_by_services := {"pid": "processes", "network_mode": "network", "ipc": "shared memory"}

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
	some field, what in shared_by_pods
	values.is_true(values.get(pod.spec, field))
	finding := {
		"message": sprintf("This pod shares the %v of its node (%v)", [what, field]),
		"subject": kubernetes.subject(pod.object),
		"at": pod.object.at,
		"key": array.concat(pod.key, [field]),
	}
}

deny contains finding if {
	some file in input.compose
	some service in file.services
	values.is_true(values.get(service.definition, "privileged"))
	finding := {
		"message": "This service is privileged: it can do on the host whatever root can",
		"subject": service.name,
		"at": service.at,
		"key": ["privileged"],
	}
}

deny contains finding if {
	some file in input.compose
	some service in file.services
	some field, what in shared_by_services
	values.get(service.definition, field) == "host"
	finding := {
		"message": sprintf("This service shares the %v of its host (%v: host)", [what, field]),
		"subject": service.name,
		"at": service.at,
		"key": [field],
	}
}

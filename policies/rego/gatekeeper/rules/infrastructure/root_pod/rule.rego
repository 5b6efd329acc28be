# METADATA
# title: Container that may run as root
# description: >-
#   Nothing keeps the container from running as root. A flaw in the program or in the container runtime then gives root's
#   rights over everything mounted into the container, and a way to the node.
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   id: GK-INF-006
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: >-
#     Set `runAsNonRoot: true` in the securityContext of the pod or of the container.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.9]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.root_pod

import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some found in kubernetes.containers
	not windows(found.pod.spec)
	nonroot := setting(found, "runAsNonRoot")
	not values.is_true(nonroot.value)
	values.known(nonroot.value)
	some flaw in flaws(setting(found, "runAsUser"), nonroot)
	finding := {
		"message": flaw.message,
		"subject": found.subject,
		"at": found.pod.object.at,
		"key": object.get(flaw, "key", found.key),
	}
}

flaws(user, nonroot) := [{"message": "This container runs as root: its runAsUser is 0", "key": user.key}] if {
	values.number(user.value) == 0
} else := [{"message": "This container may run as root: its runAsNonRoot is false, and no runAsUser is set", "key": nonroot.key}] if {
	is_null(user.value)
	values.is_false(nonroot.value)
} else := [{"message": "This container may run as root: neither runAsNonRoot nor runAsUser is set"}] if {
	is_null(user.value)
} else := []

# A field of the container's securityContext, else of the pod's, and where it stands.
setting(found, field) := {"value": value, "key": array.concat(found.key, ["securityContext", field])} if {
	value := values.get(values.get(found.container, "securityContext"), field)
	not is_null(value)
} else := {"value": value, "key": array.concat(found.pod.key, ["securityContext", field])} if {
	value := values.get(values.get(found.pod.spec, "securityContext"), field)
}

windows(spec) if values.get(values.get(spec, "os"), "name") == "windows"

windows(spec) if values.get(values.get(spec, "nodeSelector"), "kubernetes.io/os") == "windows"

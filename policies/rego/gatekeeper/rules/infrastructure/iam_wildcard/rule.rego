# METADATA
# title: Permission to do everything
# description: >-
#   A policy allows every action on every resource. Whoever takes over one credential or one workload that holds it owns
#   the whole account or cluster.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/250.html
# custom:
#   id: GK-INF-004
#   severity: high
#   stages: [change, build, release]
#   remediation: Name the actions that are needed and the resources that they are needed on.
#   controls:
#     soc2: [CC6.3]
#     iso-27001: [A.8.2]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.iam_wildcard

import data.gatekeeper.lib.grants
import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some grant in grants.everything
	finding := {
		"message": grant.message,
		"subject": grant.block.address,
		"at": grant.block.at,
		"key": grant.key,
	}
}

deny contains finding if {
	some object in input.kubernetes
	object.kind == "ClusterRole"
	some index, rule in values.list(values.get(object.manifest, "rules"))
	every attribute in ["apiGroups", "resources", "verbs"] {
		"*" in values.strings_of(values.get(rule, attribute))
	}
	finding := {
		"message": "This role allows every verb on every resource of the cluster",
		"subject": kubernetes.subject(object),
		"at": object.at,
		"key": ["rules", index, "verbs"],
	}
}

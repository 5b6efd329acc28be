# METADATA
# title: Deployment without a team
# description: >-
#   Nobody knows whom to call when a deployment without the label `team` fails, and nobody takes care of its updates.
#   (Say here what the rule looks for and why that is bad; `gatekeeper explain` shows it.)
# related_resources:
#   - https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
# custom:
#   id: DOMAIN-NAME
#   severity: medium
#   stages: [change, build, release]
#   remediation: Add the label `team` with the name of the team that answers for it.
#   controls:
#     soc2: [CC1.3]
package rules.DOMAIN.NAME

import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some object in input.kubernetes
	object.kind == "Deployment"
	metadata := values.get(object.manifest, "metadata")
	values.get(values.get(metadata, "labels"), "team") == null
	finding := {
		"message": "This deployment has no label `team`",
		"subject": sprintf("%v %v", [object.kind, object.name]),
		"at": object.at,
		"key": ["metadata"],
	}
}

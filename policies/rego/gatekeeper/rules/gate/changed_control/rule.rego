# METADATA
# title: Change of what the gate is told
# description: >-
#   The change edits what the repository says to the gate. Its settings, waivers and baseline do not count for the change
#   that brings them: what counts is what stood in its base. Policies in the repository do. Whoever reviews the change
#   should see all of it.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/284.html
# custom:
#   id: GK-GATE-003
#   severity: low
#   stages: [change]
#   remediation: >-
#     Have the owner of the gate review the file, or bring it in a change of its own before the change that needs it.
#   controls:
#     soc2: [CC8.1]
package gatekeeper.rules.gate.changed_control

import rego.v1

deny contains finding if {
	some changed in input.change.controls
	finding := {
		"message": sprintf("This change edits the gate's own %v: %v", [changed.control, changed.difference]),
		"subject": changed.control,
		"at": changed.at,
	}
}

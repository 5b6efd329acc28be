# METADATA
# title: Something was not looked at
# description: >-
#   An analyzer could not look at something, or was told not to. That it found nothing there says nothing.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/693.html
# custom:
#   id: GK-GATE-002
#   severity: low
#   stages: [change, build, release]
#   remediation: Remove the cause that the finding names, or waive it with the reason why it may stay unseen.
#   controls:
#     soc2: [CC7.1]
package gatekeeper.rules.gate.scanner_gap

import rego.v1

deny contains finding if {
	some gap in input.coverage.gaps
	finding := {
		"message": sprintf("Not looked at by %v: %v", [gap.analyzer, gap.reason]),
		"subject": subject(gap),
		"at": {"path": gap.path},
	}
}

subject(gap) := gap.path if {
	gap.path != ""
} else := gap.analyzer

# METADATA
# title: Bill of materials that was not judged
# description: >-
#   Where release.sbom asks for it, a release comes with a bill of materials on which the gate's verification summary
#   rests: the summary names the attestation's digest. Another one, however well signed, may list other components than
#   those that were judged.
# related_resources:
#   - https://slsa.dev/spec/v1.2/verification_summary
# custom:
#   id: GK-PRV-003
#   severity: high
#   stages: [release]
#   remediation: >-
#     Publish the bundle of the bill of materials that the gate wrote beside the summary, and name it in a rule of the
#     trust file.
#   controls:
#     soc2: [CC7.1]
package gatekeeper.rules.provenance.unjudged_sbom

import data.gatekeeper.lib.release
import rego.v1

deny contains finding if {
	release.asked.sbom
	some subject in input.provenance.subjects
	boms := [statement | some statement in subject.statements; statement.sbom != ""]
	count([statement | some statement in boms; release.rests_on(subject, statement)]) == 0
	finding := {
		"message": message(boms),
		"subject": subject.name,
		"at": subject.at,
	}
}

message(boms) := "There is no bill of materials that counts" if {
	count(boms) == 0
} else := sprintf("The gate's summary does not rest on the bill of materials in %v", [concat(", ", {statement.at.path | some statement in boms})])

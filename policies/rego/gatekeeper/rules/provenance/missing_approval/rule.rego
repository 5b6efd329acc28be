# METADATA
# title: Release without the approvals of its lane
# description: >-
#   The lanes of release.lanes say how many distinct persons must have approved of the decision about a subject, and in
#   which role. An approval counts if it names a decision that was verified, if the trust file gives the person the
#   role, and if this person signed neither provenance nor decision nor summary of the subject. A subject that is in no
#   lane is rejected; where there are no lanes, nothing is judged.
# related_resources:
#   - https://csrc.nist.gov/pubs/sp/800/218/final
# custom:
#   id: GK-PRV-004
#   severity: critical
#   stages: [release]
#   remediation: >-
#     Have the missing persons review the decision and sign it with `gatekeeper approve`. A subject in no lane needs one in
#     release.lanes; `approvals = 0` asks for nobody.
#   controls:
#     soc2: [CC8.1]
#     iso-27001: [A.8.32]
package gatekeeper.rules.provenance.missing_approval

import data.gatekeeper.lib.release
import rego.v1

deny contains finding if {
	some subject in input.provenance.subjects
	some lane in lanes(subject)
	persons := {person | some person in approvers(subject, lane)}
	count(persons) < lane.approvals
	finding := {
		"message": sprintf("The %v lane needs %v approvals%v, and there are %v%v", [
			lane.name,
			format_int(lane.approvals, 10),
			in_role(lane),
			format_int(count(persons), 10),
			named(persons),
		]),
		"subject": subject.name,
		"at": subject.at,
	}
}

deny contains finding if {
	count(release.asked.lanes) > 0
	some subject in input.provenance.subjects
	count(lanes(subject)) == 0
	finding := {
		"message": sprintf("It is in none of the lanes %v", [concat(", ", [lane.name | some lane in release.asked.lanes])]),
		"subject": subject.name,
		"at": subject.at,
	}
}

lanes(subject) := [lane |
	some lane in release.asked.lanes
	some text in {subject.name, subject.uri}
	count(lane.subjects) > 0
	release.fits(lane.subjects, text)
]

# The person of each approval that counts: one signature is one person.
approvers(subject, lane) := [persons[0] |
	some statement in subject.statements
	is_object(statement.approval)
	not statement.author
	statement.approval.decision in decisions(subject)
	lane.role in {"", statement.approval.role}
	persons := [signer.person | some signer in statement.signers; has_role(signer, lane.role)]
	count(persons) > 0
]

has_role(_, role) if role == ""

has_role(signer, role) if role in signer.roles

# A decision to release goes by the digest of its attestation, or of what is signed in it.
decisions(subject) := {digest |
	some statement in subject.statements
	is_object(statement.decision)
	statement.decision.verdict in {"PASS", "WARN"}
	some digest in [statement.bundle, statement.payload]
	digest != ""
}

in_role(lane) := sprintf(" in the role %v", [lane.role]) if {
	lane.role != ""
} else := ""

named(persons) := sprintf(": %v", [concat(", ", sort(persons))]) if {
	count(persons) > 0
} else := ""

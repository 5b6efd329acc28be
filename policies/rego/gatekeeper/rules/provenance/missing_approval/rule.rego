# METADATA
# title: Release without the approvals of its lane
# description: >-
#   The lanes of release.lanes say how many distinct persons must have approved of the decision about a subject, and in
#   which role. An approval counts if it names a verified decision on which the gate's verification summary rests, if
#   the trust file gives the person the role, and if this person signs neither provenance nor decision nor summary of the
#   subject. A subject is in the lanes of its own name and of all that signed statements which count call it: name, URI
#   and, of a file or folder, the last part of these. So another name leads into no other lane. One that is in no lane is rejected; where there are no lanes, nothing is judged.
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
	persons := most_approvers(subject, lane)
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
	some text in called(subject)
	count(lane.subjects) > 0
	release.fits(lane.subjects, text)
]

called(subject) := {subject.name, subject.uri} | {name | some name in subject.names}

# The persons who approved of the decision that most approved of: approvals of different decisions do not add up.
most_approvers(subject, lane) := [persons | some persons in groups; count(persons) == max([count(one) | some one in groups])][0] if {
	groups := [approvers(subject, lane, decision) | some decision in decisions(subject)]
	count(groups) > 0
} else := set()

# The person of each approval of a decision that counts: one signature is one person.
approvers(subject, lane, decision) := {persons[0] |
	some statement in subject.statements
	is_object(statement.approval)
	not statement.author
	statement.approval.decision in release.digests(decision)
	lane.role in {"", statement.approval.role}
	persons := [signer.person | some signer in statement.signers; has_role(signer, lane.role)]
	count(persons) > 0
}

has_role(_, role) if role == ""

has_role(signer, role) if role in signer.roles

# The decisions that let the subject pass: an earlier one, on which no summary that counts rests, was about other rules.
decisions(subject) := [statement |
	some statement in subject.statements
	is_object(statement.decision)
	statement.decision.verdict in {"PASS", "WARN"}
	release.rests_on(subject, statement)
]

in_role(lane) := sprintf(" in the role %v", [lane.role]) if {
	lane.role != ""
} else := ""

named(persons) := sprintf(": %v", [concat(", ", sort(persons))]) if {
	count(persons) > 0
} else := ""

# METADATA
# title: Release that the gate did not pass
# description: >-
#   There is no verification summary (VSA) that says PASSED, of the verifier, the stage and the policies that
#   release.verifier, release.stage and release.policies name. A summary of another verifier does not stand in for it:
#   a stage counts only with release.verifier, and where a rule of the trust file names stage and verifier. Without these
#   settings nothing is judged.
# related_resources:
#   - https://slsa.dev/spec/v1.2/verification_summary
# custom:
#   id: GK-PRV-002
#   severity: critical
#   stages: [release]
#   remediation: Gate the release in that stage with the current policies, and sign it anew.
#   controls:
#     slsa: [VSA]
#     soc2: [CC8.1]
package gatekeeper.rules.provenance.missing_summary

import data.gatekeeper.lib.release
import rego.v1

deny contains finding if {
	release.summary_asked
	some subject in input.provenance.subjects
	count(release.summaries(subject)) == 0
	finding := {
		"message": sprintf("%v; expected is one that PASSED%v", [found(subject), wanted]),
		"subject": subject.name,
		"at": subject.at,
	}
}

found(subject) := "There is no verification summary that counts" if {
	count(stated(subject)) == 0
} else := sprintf("The verification summary says %v", [concat(", and ", {shown(summary) | some summary in stated(subject)})])

stated(subject) := [statement.summary | some statement in subject.statements; is_object(statement.summary)]

shown(summary) := sprintf("%v%v", [summary.result, concat("", [sprintf(" %v %v", [word, text]) |
	some [word, text] in [["by", summary.verifier], ["in stage", summary.stage], ["under", summary.policies]]
	text != ""
])])

wanted := sprintf(" in stage %v, and only our own gate has stages: release.verifier must say which verifier that is", [release.asked.stage]) if {
	release.asked.stage != ""
	release.asked.verifier == ""
} else := concat("", [sprintf(" %v %v", [word, text]) |
	some [word, text] in [
		["by", release.asked.verifier],
		["in stage", release.asked.stage],
		["under", concat(" or ", release.asked.policies)],
	]
	text != ""
])

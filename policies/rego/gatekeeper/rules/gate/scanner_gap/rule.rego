# METADATA
# title: Something was not looked at
# description: >-
#   An analyzer could not look at something, or was told not to, or an OpenAPI document refers to other files, which are
#   not followed. That nothing was found there says nothing. There is one finding an analyzer, and one a document.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/693.html
# custom:
#   id: GK-GATE-002
#   severity: low
#   stages: [change, build, release, promote]
#   remediation: >-
#     Remove the cause that the finding names, or waive it with the reason why it may stay unseen. Of an OpenAPI document in
#     several files, add the bundled one.
#   controls:
#     soc2: [CC7.1]
package gatekeeper.rules.gate.scanner_gap

import data.gatekeeper.lib.api
import rego.v1

deny contains finding if {
	some analyzer in {gap.analyzer | some gap in judged_here}
	gaps := [gap | some gap in judged_here; gap.analyzer == analyzer]
	finding := {
		"message": sprintf("Not looked at by %v, %v", [analyzer, summary([text(gap) | some gap in gaps])]),
		"subject": analyzer,
		"at": {"path": gaps[0].path},
	}
}

# Gaps that no rule of their own judges.
judged_here := [gap | some gap in input.coverage.gaps; object.get(gap, "rule", "") == ""]

deny contains finding if {
	some document in input.openapi
	count(document.external_references) > 0
	finding := {
		"message": sprintf("References to other files are not followed, %v", [summary(document.external_references)]),
		"subject": api.subject(document),
		"at": document.at,
	}
}

text(gap) := sprintf("%v: %v", [gap.path, gap.reason]) if {
	gap.path != ""
} else := gap.reason

# "4 in all: a; b; c and 1 more".
summary(texts) := sprintf("%v in all: %v%v", [format_int(count(texts), 10), concat("; ", first), more(texts)]) if {
	first := [substring(item, 0, 200) | some item in array.slice(texts, 0, 3)]
}

more(texts) := sprintf(" and %v more", [format_int(count(texts) - 3, 10)]) if {
	count(texts) > 3
} else := ""

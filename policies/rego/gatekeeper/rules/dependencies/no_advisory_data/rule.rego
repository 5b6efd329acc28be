# METADATA
# title: Packages that were not checked for vulnerabilities
# description: >-
#   There are locked packages of an ecosystem for which no advisory data was given. That nothing was found about them says
#   nothing.
# related_resources:
#   - https://google.github.io/osv.dev/data/
# custom:
#   id: GK-DEP-004
#   severity: low
#   stages: [change, build, release, promote]
#   remediation: Give the gate an export of the OSV database for that ecosystem (its all.zip).
#   controls:
#     soc2: [CC7.1]
#     iso-27001: [A.8.8]
package gatekeeper.rules.dependencies.no_advisory_data

import rego.v1

deny contains finding if {
	some ecosystem in input.vulnerabilities.unchecked
	finding := {
		"message": sprintf("Packages of %v were not checked for known vulnerabilities: there is no advisory data", [ecosystem]),
		"subject": ecosystem,
		"at": place(ecosystem),
	}
}

# The first lockfile of the ecosystem stands for all of them.
place(ecosystem) := places[0] if {
	places := [lockfile.at | some lockfile in input.packages.lockfiles; lockfile.ecosystem == ecosystem]
	count(places) > 0
} else := {"path": ""}

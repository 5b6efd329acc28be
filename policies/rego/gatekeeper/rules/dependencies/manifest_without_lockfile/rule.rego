# METADATA
# title: Dependencies without a lockfile
# description: >-
#   A manifest asks for dependencies that no lockfile pins. Each build takes whatever is newest then: what was inspected is
#   not what is built, and neither vulnerabilities nor a bill of materials can be told.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/1357.html
# custom:
#   id: GK-DEP-003
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: Create the lockfile with your package manager and commit it.
#   controls:
#     soc2: [CC8.1]
#     slsa: [dependencies]
package gatekeeper.rules.dependencies.manifest_without_lockfile

import rego.v1

deny contains finding if {
	some manifest in input.packages.manifests
	count(manifest.requirements) > 0
	count(manifest.lockfiles) == 0
	finding := {
		"message": sprintf("No lockfile pins the %v dependencies of this manifest", [format_int(count(manifest.requirements), 10)]),
		"subject": manifest.at.path,
		"at": manifest.at,
	}
}

# METADATA
# title: Lockfile without hashes
# description: >-
#   Packages are locked by version but not by content. Whoever can change what the registry or a mirror serves under that
#   version changes the build, and nobody notices.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/494.html
# custom:
#   id: GK-DEP-002
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: >-
#     Write the lockfile with hashes: `uv lock`, `pip-compile --generate-hashes`, `npm install` with an up-to-date lockfile
#     version, `go mod tidy` with the go.sum committed.
#   controls:
#     soc2: [CC8.1]
#     slsa: [dependencies]
package gatekeeper.rules.dependencies.lockfile_without_hashes

import rego.v1

deny contains finding if {
	some lockfile in input.packages.lockfiles
	count(lockfile.packages) > 0
	lockfile.hashed == false
	finding := {
		"message": sprintf("%v of %v packages have no hash%v", [
			format_int(count(bare(lockfile)), 10), format_int(count(lockfile.packages), 10),
			examples(bare(lockfile)),
		]),
		"subject": lockfile.at.path,
		"at": lockfile.at,
	}
}

bare(lockfile) := [locked.name |
	some locked in lockfile.packages
	count(locked.hashes) == 0
	locked.source.type in ["registry", "url"]
]

examples(names) := sprintf(", among them %v", [concat(", ", array.slice(names, 0, 3))]) if {
	count(names) > 0
} else := ""

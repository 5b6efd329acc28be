# METADATA
# title: Release from an unexpected source
# description: >-
#   Nothing that was verified says that the release was built from one of the repositories and branches of
#   release.sources and release.refs. A source counts where the signer's certificate names it, or where provenance does
#   whose builder the trust file knows; without these settings nothing is judged.
# related_resources:
#   - https://slsa.dev/spec/v1.2/verifying-artifacts
# custom:
#   id: GK-PRV-001
#   severity: critical
#   stages: [release]
#   remediation: >-
#     Release what the pipeline of the expected repository built, with its provenance, or add the source to
#     release.sources and release.refs.
#   controls:
#     slsa: [Build L2]
#     soc2: [CC8.1]
package gatekeeper.rules.provenance.unexpected_source

import data.gatekeeper.lib.release
import rego.v1

deny contains finding if {
	release.source_asked
	some subject in input.provenance.subjects
	expected := [build | some build in release.builds(subject); release.expected_source(build.source)]
	count(expected) == 0
	finding := {
		"message": sprintf("%v; expected is %v", [found(subject), wanted]),
		"subject": subject.name,
		"at": subject.at,
	}
}

found(subject) := "There is no provenance that counts" if {
	count(release.builds(subject)) == 0
} else := sprintf("Built from %v", [concat(", ", {shown(build.source) | some build in release.builds(subject)})])

shown(source) := "a source that nobody vouches for" if {
	"" in {source.repository, source.ref}
} else := sprintf("%v at %v", [source.repository, source.ref])

wanted := concat(" at ", [text |
	some names in [release.asked.sources, release.asked.refs]
	count(names) > 0
	text := concat(" or ", names)
])

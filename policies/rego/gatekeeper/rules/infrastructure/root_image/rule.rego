# METADATA
# title: Image that runs as root
# description: >-
#   The image does not change to an ordinary user. A flaw in the program then gives an attacker root's rights within the
#   container, over everything mounted into it, and the best start for an escape from it.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#user
# custom:
#   id: GK-INF-008
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: Add a `USER` instruction with an ordinary user behind the last step that needs root.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.9]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.root_image

import data.gatekeeper.lib.images
import rego.v1

deny contains finding if {
	some file in input.dockerfile
	some final in file.stages
	final.final
	chain := lineage(file, final)
	some flaw in flaws(chain, users(chain))
	finding := {
		"message": flaw.message,
		"subject": file.at.path,
		"at": object.get(flaw, "at", final.at),
	}
}

# The stages whose instructions end up in the image, from its base on.
lineage(file, final) := [stage | some stage in file.stages; stage.index in indexes] if {
	parents := {stage.index: [parent | parent := stage.from_stage; is_number(parent)] | some stage in file.stages}
	indexes := graph.reachable(parents, {final.index})
}

users(chain) := [instruction |
	some stage in chain
	some instruction in stage.instructions
	instruction.name == "USER"
]

flaws(chain, users) := [{"message": "The last USER instruction makes the image run as root", "at": last.at}] if {
	last := users[count(users) - 1]
	is_root(last.value)
} else := [{"message": "The image runs as root: no USER instruction names another user"}] if {
	count(users) == 0
	root_base(chain[0])
} else := []

# Engines read the user as a number with an optional sign, whatever zeros it begins with.
is_root(user) if regex.match(`^(root|[+-]?0+)$`, split(trim(trim_space(user), `"'`), ":")[0])

# Left alone are bases that cannot be known, those of which an ordinary user is inherited, and scratch: such an image
# has no users at all, and nothing in it but the program itself.
root_base(stage) if {
	is_string(stage.image)
	stage.image != "scratch"
	not contains(stage.image, "$")
	not images.nonroot(stage.image)
}

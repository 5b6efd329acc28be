# METADATA
# title: Secret written into an image
# description: >-
#   A secret stands in the Dockerfile as the value of ENV or ARG. It is part of the image's configuration or history:
#   everybody who can pull the image reads it, and it stays in the repository.
# related_resources:
#   - https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/
# custom:
#   id: GK-INF-009
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Revoke the secret. Hand secrets to a build with `RUN --mount=type=secret`, and to the program when the container
#     starts.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.5.17]
#     nist-800-53: [IA-5]
package gatekeeper.rules.infrastructure.secret_in_image

import data.gatekeeper.lib.names
import rego.v1

deny contains finding if {
	some file in input.dockerfile
	some item in assignments(file)
	literal(item.pair.value)
	names.secret(item.pair.name)
	finding := {
		"message": sprintf("%v writes the secret %v into the image", [item.instruction, item.pair.name]),
		"subject": item.pair.name,
		"at": item.pair.at,
	}
}

assignments(file) := array.concat(
	[{"instruction": "ARG", "pair": pair} | some pair in file.arguments],
	[{"instruction": instruction.name, "pair": pair} |
		some stage in file.stages
		some instruction in stage.instructions
		instruction.name in ["ARG", "ENV"]
		some pair in instruction.pairs
	],
)

# A value as it stands there: not a reference, not empty, not a switch, not the path of a file that holds the secret.
literal(value) if {
	is_string(value)
	not contains(value, "$")
	not lower(trim_space(value)) in {"", "true", "false", "yes", "no", "on", "off", "none", "null"}
	not startswith(trim_space(value), "/")
}

# METADATA
# title: Image whose content may change
# description: >-
#   An image without tag or digest, or with the tag latest, is whatever was published last: two builds of one commit
#   differ, and what runs is not what was inspected.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
# custom:
#   id: GK-INF-007
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: Name a version as tag, or better the digest of the image.
#   controls:
#     soc2: [CC8.1]
#     iso-27001: [A.8.32]
#     nist-800-53: [CM-2]
package gatekeeper.rules.infrastructure.unpinned_image

import data.gatekeeper.lib.images
import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some found in kubernetes.containers
	image := values.get(found.container, "image")
	finding := {
		"message": sprintf("The image %v has %v", [image, images.unpinned(image)]),
		"subject": found.subject,
		"at": found.pod.object.at,
		"key": array.concat(found.key, ["image"]),
	}
}

# The image of a service that is built here is the name of the result.
deny contains finding if {
	some file in input.compose
	some service in file.services
	is_null(values.get(service.definition, "build"))
	image := values.get(service.definition, "image")
	finding := {
		"message": sprintf("The image %v has %v", [image, images.unpinned(image)]),
		"subject": service.name,
		"at": service.at,
		"key": ["image"],
	}
}

deny contains finding if {
	some file in input.dockerfile
	some stage in file.stages
	is_null(stage.from_stage)
	stage.image != "scratch"
	finding := {
		"message": sprintf("The base image %v has %v", [stage.image, images.unpinned(stage.image)]),
		"subject": stage.image,
		"at": stage.at,
	}
}

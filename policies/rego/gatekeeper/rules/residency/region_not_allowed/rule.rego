# METADATA
# title: Region that is not allowed
# description: >-
#   Data may only live in the regions of residency.allowed_regions. Judged are the regions of providers, resources,
#   replicas and Terraform states; without that setting nothing is.
# related_resources:
#   - https://gdpr-info.eu/art-44-gdpr/
# custom:
#   id: GK-RES-001
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Move it to one of the allowed regions, or add the region to residency.allowed_regions in the settings.
#   controls:
#     gdpr: [Art. 44]
#     soc2: [C1.1]
#     iso-27001: [A.5.34]
package gatekeeper.rules.residency.region_not_allowed

import data.gatekeeper.lib.regions
import rego.v1

deny contains finding if {
	regions.judged
	some place in regions.places
	is_string(place.value)
	region := regions.region_of(place.value)
	not regions.allowed(region)
	finding := {
		"message": sprintf("The region %v is not allowed", [region]),
		"subject": place.block.address,
		"at": place.block.at,
		"key": place.key,
	}
}

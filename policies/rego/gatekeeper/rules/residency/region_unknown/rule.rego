# METADATA
# title: Region that is not known
# description: >-
#   Regions are restricted, but some can only be known when Terraform runs: a variable without default, an environment
#   variable. One finding for each expression, however many resources use it. Where a resource takes the region of its
#   provider or of another resource, that one is judged.
# custom:
#   id: GK-RES-002
#   severity: low
#   stages: [change, build, release, promote]
#   remediation: Give the variable a default or a value in a .tfvars file, or write the region down.
#   controls:
#     gdpr: [Art. 44]
#     iso-27001: [A.5.34]
package gatekeeper.rules.residency.region_unknown

import data.gatekeeper.lib.regions
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	regions.judged
	some [_, expression], places in unknown
	first := sort(places)[0]
	finding := {
		"message": sprintf("The region of %v is not known before Terraform runs: %v", [blocks(places), expression]),
		"subject": expression,
		"at": first.at,
		"key": first.key,
	}
}

deny contains finding if {
	regions.judged
	some block in regions.without_region
	finding := {
		"message": sprintf("The provider %v takes its region from the environment", [block.type]),
		"subject": block.address,
		"at": block.at,
	}
}

# Places by module and expression.
unknown[key] contains {"at": place.block.at, "key": place.key} if {
	some place in regions.places
	values.unknown(place.value)
	expression := place.value["$unknown"]
	is_string(expression)
	not judged_elsewhere(expression)
	not in_region_of_provider(place.key)
	key := [place.block.module, expression]
}

# A zone of AWS always lies in the region of the provider, which is judged.
in_region_of_provider(key) if key[0] in {"availability_zone", "availability_zones"}

judged_elsewhere(expression) if regex.match(`\bdata\.aws_(region|availability_zones?)\.`, expression)

judged_elsewhere(expression) if {
	regex.match(`^(aws|azurerm|google)_[a-z0-9_]+\.[A-Za-z0-9_-]+(\[[^\]]*\])?\.(region|location|zone|availability_zone)$`, expression)
}

blocks(places) := "a block" if {
	count({place.at | some place in places}) == 1
} else := sprintf("%v blocks", [format_int(count({place.at | some place in places}), 10)])

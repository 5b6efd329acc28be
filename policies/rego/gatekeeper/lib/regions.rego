# METADATA
# title: Regions that Terraform puts data into
# description: >-
#   Collects the regions of providers, resources, replicas and states as data.gatekeeper.data.regions lists them, brings
#   zones and display names to the region's name (eu-west-1a, europe-west1-b, "West Europe"), and compares with the settings.
package gatekeeper.lib.regions

import data.gatekeeper.lib.globs
import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

# Whether the settings restrict regions at all.
judged if count(patterns) > 0

# Every place that names a region: {"block", "key", "value"}; the value is a string, or unknown.
places contains {"block": block, "key": key, "value": value} if {
	some block in input.terraform.providers
	block.type in known.providers
	some [key, value] in named(block, "region")
}

places contains {"block": block, "key": key, "value": value} if {
	some block in input.terraform.backends
	some [key, value] in named(block, known.backends[block.type])
}

places contains {"block": block, "key": key, "value": value} if {
	some block in input.terraform.resources
	terraform.exists(block)
	some attribute in known.attributes[split(block.type, "_")[0]]
	some [key, value] in named(block, attribute)
}

places contains {"block": block, "key": path, "value": value} if {
	some type, names in known.nested
	some block in terraform.resources(type)
	walk(block.values, [path, value])
	a_region(value)
	keys := [key | some key in path; is_string(key)]
	count(keys) > 1
	keys[count(keys) - 1] in names
}

# Providers that take their region from the environment.
without_region contains block if {
	some block in input.terraform.providers
	block.type in known.environment
	is_null(values.get(block.values, "region"))
}

# The region that a text names.
region_of(text) := regex.replace(
	regex.replace(lower(text), `\s+`, ""),
	`^([a-z]+(?:-[a-z]+)*-?[0-9]+)(?:-?[a-z]|-[a-z]{3}-[0-9]+[a-z])$`, "${1}",
)

allowed(region) if region in known.everywhere

allowed(region) if {
	some pattern in patterns
	regex.match(pattern, region)
}

known := data.gatekeeper.data.regions

patterns := globs.patterns([region |
	some name in data.gatekeeper.settings.residency.allowed_regions
	region := regex.replace(lower(name), `\s+`, "")
])

# An attribute's value with the keys that lead to it: one, or one for each item of a list.
named(block, attribute) := {[[attribute], value]} if {
	value := values.get(block.values, attribute)
	a_region(value)
} else := {[[attribute, index], item] |
	some index, item in values.list(values.get(block.values, attribute))
	a_region(item)
}

a_region(value) if is_string(value)

a_region(value) if values.unknown(value)

# METADATA
# title: Terraform blocks
# description: >-
#   Looks up resources and data sources by type through an index, and the nested blocks of a block.
package gatekeeper.lib.terraform

import data.gatekeeper.lib.values
import rego.v1

# Resources of a type but those of which there is certainly no instance.
# (The engines differ in the value of an index without entries, hence the empty set in the end.)
resources(type) := found if {
	found := resources_by_type[type]
} else := set()

# Data sources of a type, likewise.
data_sources(type) := found if {
	found := data_by_type[type]
} else := set()

# Calls of a module of the public registry, e.g. "terraform-aws-modules/rds/aws".
module_calls(source) := found if {
	found := calls_by_source[source]
} else := set()

# Nested blocks of a type, each at the ordinal that findings name. Blocks that cannot be known (a dynamic block over an
# unknown collection) are one unknown block: values.get() gives unknown for whatever is read from it.
blocks(body, type) := [nested] if {
	nested := values.get(body, type)
	values.unknown(nested)
} else := values.list(values.get(body, type))

resources_by_type[block.type] contains block if {
	some block in input.terraform.resources
	exists(block)
}

data_by_type[block.type] contains block if {
	some block in input.terraform.data
	exists(block)
}

calls_by_source[name] contains block if {
	some block in input.terraform.modules
	exists(block)
	source := values.get(block.values, "source")
	is_string(source)
	name := trim_prefix(source, "registry.terraform.io/")
}

# Whether there may be an instance of the block: its count is not certainly 0.
exists(block) if object.get(block, "count", 1) != 0

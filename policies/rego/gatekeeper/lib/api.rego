# METADATA
# title: What OpenAPI documents say
# description: >-
#   Indexes over the operations of all documents, each built once: who may call them, which paths are public, what
#   they take and what they return. Documents and operations are named by their ordinals.
package gatekeeper.lib.api

import data.gatekeeper.lib.gateways
import data.gatekeeper.lib.globs
import data.gatekeeper.lib.names
import data.gatekeeper.lib.values
import rego.v1

# What messages and waivers call an operation.
label(operation) := sprintf("%v %v", [upper(operation.method), operation.path])

# What they call a document.
subject(document) := document.title if document.title != ""

else := document.at.path

# "GET /a", or "GET /a and 2 other operations".
labels_summary(labels) := min(labels) if {
	count(labels) == 1
} else := sprintf("%v and another operation", [min(labels)]) if {
	count(labels) == 2
} else := sprintf("%v and %v other operations", [min(labels), format_int(count(labels) - 1, 10)])

# Documents none of whose operations says anything about authentication: under-documented rather than open.
silent contains d if {
	some d, document in input.openapi
	count(document.operations) > 0
	every operation in document.operations { is_null(operation.security) }
}

# Documents to be judged as a whole: silent ones, and larger ones all of whose operations anyone can call.
wholly_open contains d if some d in silent

wholly_open contains d if {
	some d, open in unauthenticated
	count(open) == count(input.openapi[d].operations)
	count(open) > 10
}

# Operations by document that anyone can call, because the document says so ...
unauthenticated[d] contains o if {
	some d, document in input.openapi
	some o, operation in document.operations
	is_array(operation.security)
	asks_for_nothing(operation.security)
}

# ... or because neither the document nor the gateway asks for anything.
unauthenticated[d] contains o if {
	some d, document in input.openapi
	some o, operation in document.operations
	is_null(operation.security)
	not gateway_asks(operation)
}

# A requirement that names a scheme which is not defined does ask: where it is defined is another matter (often
# another file).
asks_for_nothing(requirements) if count(requirements) == 0

asks_for_nothing(requirements) if {
	some requirement in requirements
	count(requirement) == 0
}

gateway_asks(operation) if {
	"authentication" in gateways.does
	not label(operation) in gateways.open_routes
}

# Paths that anyone may call: the settings' and those that cannot ask for authentication, such as /login.
public contains path if {
	some pattern in globs.patterns(array.concat(data.gatekeeper.data.public_paths.globs, public_globs))
	some path in paths
	regex.match(pattern, path)
}

public_globs := [glob | some glob in data.gatekeeper.settings.api.public_paths]

paths := {operation.path | some document in input.openapi; some operation in document.operations}

# Which of the document's reaches successful responses hold.
returned(operation) := {key |
	some response in operation.responses
	startswith(response.status, "2")
	some body in response.bodies
	some key in body.reach
}

# The reaches that hold any of these schemas, each with those that it holds. Thousands of operations may share a
# reach of thousands of schemas: look into reaches once, and join operations to them by their keys.
holding(document, ids) := {key: held |
	some key, reach in document.reaches
	held := [id | some id in reach; id in ids]
	count(held) > 0
}

# Parameters in path or query that a name makes interesting, each with the operations that take it.
parameter_uses[parameter] contains label(operation) if {
	some document in input.openapi
	some operation in document.operations
	some parameter in operation.parameters
	parameter.location in {"path", "query"}
	parameter.name in interesting
	not yes_or_no(values.get(parameter.schema, "type"))
}

interesting contains name if {
	some name in parameter_names
	names.personal(name)
}

interesting contains name if {
	some name in parameter_names
	names.secret_in_query(name)
}

parameter_names := {parameter.name |
	some document in input.openapi
	some operation in document.operations
	some parameter in operation.parameters
}

property_names := {property.name |
	some document in input.openapi
	some schema in document.schemas
	some property in schema.properties
}

# Whether a type, or all types but null, are boolean: then a name only asks whether.
yes_or_no(types) if {type | some type in values.list(types); type != "null"} == {"boolean"}

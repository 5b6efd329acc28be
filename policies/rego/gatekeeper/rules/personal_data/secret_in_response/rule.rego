# METADATA
# title: Secret in a response
# description: >-
#   A password, key or other secret that a successful response holds reaches logs, caches and everybody who may read
#   the object. Operations that exist to hand one out (a login, the creation of a key) are left alone.
# related_resources:
#   - https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/
#   - https://cwe.mitre.org/data/definitions/200.html
# custom:
#   id: GK-PII-003
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Leave the property out of responses; where requests need it, mark it writeOnly and strip it on the way out.
#   controls:
#     owasp-api-2023: [API3]
#     gdpr: [Art. 32]
#     soc2: [CC6.1]
#     iso-27001: [A.8.12]
package gatekeeper.rules.personal_data.secret_in_response

import data.gatekeeper.lib.api
import data.gatekeeper.lib.names
import rego.v1

deny contains finding if {
	some [d, id], keys in holders
	schema := input.openapi[d].schemas[id]
	some property in schema.properties
	secret(property)
	returned_by := summaries[[d, kind(property.name), keys]]
	finding := {
		"message": sprintf("The response of %v holds the secret %v", [returned_by, property.name]),
		"subject": concat(".", [part | some part in [schema.name, property.name]; part != ""]),
		"at": property.at,
	}
}

# What messages call the operations that return any of some reaches, once for all schemas that are in the same ones.
summaries[group] := api.labels_summary(labels) if {
	some [d, keys] in {[schema[0], held_by] | some schema, held_by in holders}
	some unmeant in kinds
	labels := {label | some key in keys; some label in operations[[d, unmeant, key]]}
	count(labels) > 0
	group := [d, unmeant, keys]
}

# Operations that return a reach with secrets of a kind that they do not exist to hand out.
operations[use] contains api.label(operation) if {
	some d, reaches in reaches_with_secrets
	some operation in input.openapi[d].operations
	keys := api.returned(operation) & object.keys(reaches)
	count(keys) > 0
	some unmeant in (kinds - meant(operation))
	some key in keys
	use := [d, unmeant, key]
}

# The reaches that hold a schema with secrets.
holders[schema] contains key if {
	some d, reaches in reaches_with_secrets
	some key, ids in reaches
	some id in ids
	schema := [d, id]
}

reaches_with_secrets := {d: reaches |
	some d, ids in schemas_with_secrets
	reaches := api.holding(input.openapi[d], ids)
}

schemas_with_secrets[d] contains id if {
	some d, document in input.openapi
	some id, schema in document.schemas
	some property in schema.properties
	secret(property)
}

secret(property) if {
	property.name in secret_names
	not property.write_only
	count({type | some type in property.types; type in {"array", "boolean", "integer", "number", "object"}}) == 0
}

secret_names contains name if {
	some name in api.property_names
	names.secret(name)
}

kinds := {"secret", "token"}

kind(name) := "token" if names.token(name)

else := "secret"

# The kinds of secrets that an operation is there to hand out.
meant(operation) := {handed_out |
	words := path_words(operation.path)
	some handed_out, purpose in purposes(operation)
	some word in data.gatekeeper.data.secret_names[purpose]
	word in words
}

# A key is shown once, when it is made.
purposes(operation) := {"token": "logins", "secret": "creations"} if operation.method == "post"

else := {"token": "logins"}

path_words(path) := {word | some word in names.words(regex.replace(path, `\{[^}]*\}`, " "))}

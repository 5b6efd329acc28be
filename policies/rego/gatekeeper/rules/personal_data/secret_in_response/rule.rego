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
#   stages: [change, build, release]
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
	some d, ids in schemas_with_secrets
	some id in ids
	schema := input.openapi[d].schemas[id]
	some property in schema.properties
	secret(property)
	labels := returned_by[[d, id, kind(property.name)]]
	finding := {
		"message": sprintf("The response of %v holds the secret %v", [api.labels_summary(labels), property.name]),
		"subject": concat(".", [part | some part in [schema.name, property.name]; part != ""]),
		"at": property.at,
	}
}

# Operations that return a schema with secrets of a kind that they do not exist to hand out.
returned_by[key] contains api.label(operation) if {
	some d, document in input.openapi
	some operation in document.operations
	some id in api.returned(operation)
	id in schemas_with_secrets[d]
	some unmeant in ({"token", "secret"} - meant(operation))
	key := [d, id, unmeant]
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

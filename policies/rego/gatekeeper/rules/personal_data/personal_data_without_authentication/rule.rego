# METADATA
# title: Personal data without authentication
# description: >-
#   A successful response holds personal data, and nothing asks who calls: anybody can collect it. Paths that are
#   public on purpose are no exception. A document that requires nothing at all gets one finding.
# related_resources:
#   - https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/
#   - https://gdpr-info.eu/art-32-gdpr/
# custom:
#   id: GK-PII-002
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Add a security requirement to the operation, or leave the personal data out of its response.
#   controls:
#     gdpr: [Art. 25, Art. 32]
#     owasp-api-2023: [API2, API3]
#     soc2: [CC6.1, P4.1]
#     iso-27001: [A.5.34]
package gatekeeper.rules.personal_data.personal_data_without_authentication

import data.gatekeeper.lib.api
import data.gatekeeper.lib.names
import rego.v1

deny contains finding if {
	some d, operations in open
	not d in api.wholly_open
	some o, ids in operations
	operation := input.openapi[d].operations[o]
	finding := {
		"message": sprintf("%v returns personal data to anyone: %v", [api.label(operation), examples(d, ids)]),
		"subject": api.label(operation),
		"at": operation.at,
	}
}

deny contains finding if {
	some d, operations in open
	d in api.wholly_open
	count(operations) > 0
	document := input.openapi[d]
	ids := union({ids_of_operation | some ids_of_operation in operations})
	labels := {api.label(document.operations[o]) | some o, _ in operations}
	finding := {
		"message": sprintf("Personal data is returned by %v, and no caller needs to authenticate: %v", [api.labels_summary(labels), examples(d, ids)]),
		"subject": api.subject(document),
		"at": document.at,
	}
}

# Schemas with personal data that open operations return, by document and operation: of each reach the first ones.
open[d] := operations if {
	some d, unauthenticated in api.unauthenticated
	operations := {o: ids |
		some o in unauthenticated
		ids := {id | some key in api.returned(input.openapi[d].operations[o]); some id in personal_reaches[d][key]}
		count(ids) > 0
	}
}

# The first schemas with personal data of each reach that has any, one more than examples are taken from.
personal_reaches := {d: by_key |
	some d, by_schema in personal_properties
	by_key := {key: array.slice(ids, 0, 4) | some key, ids in api.holding(input.openapi[d], object.keys(by_schema))}
}

# Names of personal data by document and schema.
personal_properties := {d: by_schema |
	some d, document in input.openapi
	by_schema := {id: found |
		some id, schema in document.schemas
		found := {property.name | some property in schema.properties; personal(property)}
		count(found) > 0
	}
}

personal(property) if {
	property.name in personal_names
	not property.write_only
	not api.yes_or_no(property.types)
}

personal_names contains name if {
	some name in api.property_names
	names.personal(name)
}

# Up to three names, of the first schemas only: an operation may reach thousands.
examples(d, ids) := sprintf("%v%v", [concat(", ", array.slice(sort(found), 0, 3)), more]) if {
	found := {name | some id in array.slice(sort(ids), 0, 3); some name in personal_properties[d][id]}
	more := concat("", {" and more" | some number in [count(found), count(ids)]; number > 3})
}

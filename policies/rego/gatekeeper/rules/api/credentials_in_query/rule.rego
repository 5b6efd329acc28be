# METADATA
# title: Credentials in the query
# description: >-
#   What stands in the query of an address ends up in the logs of proxies and servers, in browser histories and in
#   Referer headers. Passwords, keys and tokens belong into headers or bodies.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/598.html
#   - https://www.rfc-editor.org/rfc/rfc6750#section-5.3
# custom:
#   id: GK-API-003
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Send the credential in the Authorization header (or another header, or the body of a POST), and replace those that were sent so far.
#   controls:
#     owasp-api-2023: [API2, API8]
#     soc2: [CC6.1]
#     iso-27001: [A.8.5]
package gatekeeper.rules.api.credentials_in_query

import data.gatekeeper.lib.api
import data.gatekeeper.lib.names
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some d, document in input.openapi
	some name, scheme in document.security_schemes
	scheme.type == "apiKey"
	scheme.location == "query"
	name in required[d]
	finding := {
		"message": sprintf("The security scheme %v takes its key from the query parameter %v", [name, scheme.parameter]),
		"subject": name,
		"at": scheme.at,
		"key": ["in"],
	}
}

deny contains finding if {
	some parameter, labels in api.parameter_uses
	parameter.location == "query"
	names.secret_in_query(parameter.name)
	finding := {
		"message": sprintf("The query parameter %v of %v is a credential", [parameter.name, api.labels_summary(labels)]),
		"subject": parameter.name,
		"at": parameter.at,
	}
}

# Names of the schemes that operations require, by document.
required[d] contains name if {
	some d, document in input.openapi
	some operation in document.operations
	some requirement in values.list(operation.security)
	some name, _ in requirement
}

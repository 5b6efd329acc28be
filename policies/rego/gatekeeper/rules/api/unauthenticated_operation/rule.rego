# METADATA
# title: Operation without authentication
# description: >-
#   An API operation that asks for no authentication can be called by everybody who finds its address. Its effective
#   security counts (an empty list or an empty alternative makes it optional); where the document says nothing, the
#   gateway in the same repository may ask instead. A document that requires nothing at all gets one finding.
# related_resources:
#   - https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/
#   - https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
# custom:
#   id: GK-API-001
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Add a security requirement to the operation or to the document. If everybody may call it on purpose, add its path to
#     api.public_paths in the settings.
#   controls:
#     owasp-api-2023: [API2]
#     soc2: [CC6.1]
#     iso-27001: [A.8.5]
#     gdpr: [Art. 32]
package gatekeeper.rules.api.unauthenticated_operation

import data.gatekeeper.lib.api
import rego.v1

deny contains finding if {
	some d, operations in api.unauthenticated
	not d in api.wholly_open
	some o in operations
	operation := input.openapi[d].operations[o]
	not operation.path in api.public
	finding := {
		"message": sprintf("%v can be called without authentication", [api.label(operation)]),
		"subject": api.label(operation),
		"at": operation.at,
		"key": ["security"],
	}
}

deny contains finding if {
	some d in api.wholly_open
	document := input.openapi[d]
	open := [1 | some o in api.unauthenticated[d]; not document.operations[o].path in api.public]
	count(open) > 0
	finding := {
		"message": sprintf("Operations can be called without authentication, %v in all: the document %v", [format_int(count(open), 10), says(d)]),
		"subject": api.subject(document),
		"at": document.at,
	}
}

says(d) := "opens them all" if {
	not d in api.silent
} else := "has security schemes, but requires none" if {
	count(input.openapi[d].security_schemes) > 0
} else := "says nothing about it"

# METADATA
# title: No rate limit
# description: >-
#   Without a rate limit one caller can use up the service, guess passwords or copy all data. A limit is told by a 429
#   response with Retry-After or RateLimit headers or by an extension in the document, or set in a gateway of the same
#   repository: API Gateway throttles, WAF rate rules, ingress annotations, Kong, Traefik or Envoy.
# related_resources:
#   - https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/
#   - https://www.rfc-editor.org/rfc/rfc6585#section-4
# custom:
#   id: GK-API-002
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: >-
#     Throttle in the gateway (for instance throttling_rate_limit of the API Gateway stage, limit-rps of the ingress), and
#     describe it as a 429 response with a Retry-After header.
#   controls:
#     owasp-api-2023: [API4]
#     soc2: [A1.1]
#     iso-27001: [A.8.6]
package gatekeeper.rules.api.missing_rate_limit

import data.gatekeeper.lib.api
import data.gatekeeper.lib.gateways
import rego.v1

deny contains finding if {
	some d, operations in limited
	document := input.openapi[d]
	count(document.operations) > 0
	mostly_unlimited(document, operations)
	finding := {
		"message": sprintf("Neither the document nor a gateway limits the rate of requests to %v", [which(document, operations)]),
		"subject": api.subject(document),
		"at": document.at,
	}
}

deny contains finding if {
	some d, operations in limited
	document := input.openapi[d]
	not mostly_unlimited(document, operations)
	some o, operation in document.operations
	not o in operations
	finding := {
		"message": sprintf("%v has no rate limit, unlike most operations of the document", [api.label(operation)]),
		"subject": api.label(operation),
		"at": operation.at,
		"key": ["responses"],
	}
}

# A document in which limits are the exception gets one finding, not hundreds.
mostly_unlimited(document, operations) if 2 * count(operations) < count(document.operations)

which(document, operations) := "any operation" if {
	count(operations) == 0
} else := sprintf("%v of %v operations", [format_int(count(document.operations) - count(operations), 10), format_int(count(document.operations), 10)])

# Operations with a limit, by document; empty where a gateway or the document as a whole has one.
limited[d] := operations if {
	not "rate_limit" in gateways.does
	some d, document in input.openapi
	not extended(document.extensions)
	operations := {o | some o, operation in document.operations; has_limit(operation)}
}

has_limit(operation) if extended(operation.extensions)

has_limit(operation) if {
	some response in operation.responses
	some header in response.headers
	regex.match(`^(x-)?rate-?limit`, header)
}

has_limit(operation) if {
	some response in operation.responses
	response.status in {"429", "4XX"}
	"retry-after" in response.headers
}

extended(extensions) if {
	is_object(extensions)
	some name, value in extensions
	regex.match(data.gatekeeper.data.gateways.rate_limit.extensions, lower(name))
	not gateways.off(value)
}

package gatekeeper.rules.api.unauthenticated_operation_test

import data.gatekeeper.rules.api.unauthenticated_operation as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

operation(method, path, security) := {"at": at(["paths", path, method]), "method": method, "path": path, "security": security, "parameters": [], "responses": []}

document(schemes, operations) := {"at": at([]), "title": "Shop", "security_schemes": schemes, "operations": operations, "schemas": {}}

evidence(documents) := {"openapi": documents, "terraform": {"resources": []}, "kubernetes": []}

bearer := {"bearer": {"type": "http", "scheme": "bearer", "location": "", "parameter": ""}}

guarded := operation("get", "/guarded", [{"bearer": []}])

route(key, type) := {"type": "aws_apigatewayv2_route", "name": "x", "address": "aws_apigatewayv2_route.x", "values": {"route_key": key, "authorization_type": type}, "count": 1}

subjects(found) := {finding.subject | some finding in found}

test_empty_security_is_flagged if {
	found := rule.deny with input as evidence([document(bearer, [guarded, operation("get", "/orders", [])])])
	found == {{
		"message": "GET /orders can be called without authentication",
		"subject": "GET /orders",
		"at": at(["paths", "/orders", "get"]),
		"key": ["security"],
	}}
}

test_optional_security_is_flagged if {
	found := rule.deny with input as evidence([document(bearer, [guarded, operation("get", "/orders", [{"bearer": []}, {}]), operation("put", "/orders", [{}])])])
	subjects(found) == {"GET /orders", "PUT /orders"}
}

test_operation_that_says_nothing_is_flagged if {
	found := rule.deny with input as evidence([document(bearer, [guarded, operation("get", "/orders", null)])])
	subjects(found) == {"GET /orders"}
}

test_document_without_security_gets_one_finding if {
	found := rule.deny with input as evidence([document({}, [operation("get", "/orders", null), operation("get", "/users", null)])])
	found == {{
		"message": "Operations can be called without authentication, 2 in all: the document says nothing about it",
		"subject": "Shop",
		"at": at([]),
	}}
}

test_document_that_requires_none_of_its_schemes_gets_one_finding if {
	found := rule.deny with input as evidence([document(bearer, [operation("get", "/orders", null), operation("get", "/users", null)])])
	subjects(found) == {"Shop"}
}

test_larger_document_that_opens_everything_gets_one_finding if {
	found := rule.deny with input as evidence([document(bearer, [operation("get", sprintf("/%v", [format_int(n, 10)]), []) | some n in numbers.range(1, 11)])])
	{finding.message | some finding in found} == {"Operations can be called without authentication, 11 in all: the document opens them all"}
}

test_documents_are_judged_each_by_itself if {
	found := rule.deny with input as evidence([document(bearer, [guarded]), document({}, [operation("get", "/a", null)]), document(bearer, [guarded, operation("get", "/b", [])])])
	subjects(found) == {"Shop", "GET /b"}
}

test_required_security_is_not_flagged if {
	found := rule.deny with input as evidence([document(bearer, [guarded, operation("get", "/orders", [{"bearer": []}, {"key": []}])])])
	found == set()
}

# It asks for something; where the scheme is defined (often in another file) is not what is judged here.
test_scheme_without_definition_is_not_flagged if {
	found := rule.deny with input as evidence([document({}, [operation("get", "/orders", [{"elsewhere": []}])])])
	found == set()
}

test_public_paths_are_not_flagged if {
	found := rule.deny with input as evidence([document(bearer, [guarded, operation("get", "/catalogue/books", []), operation("post", "/auth/login", [])])])
		with data.gatekeeper.settings as {"api": {"public_paths": ["/catalogue/**"]}}
	found == set()
}

test_document_of_public_paths_is_not_flagged if {
	found := rule.deny with input as evidence([document({}, [operation("get", "/health", null)])])
	found == set()
}

test_document_without_operations_is_not_flagged if {
	found := rule.deny with input as evidence([document({}, [])])
	found == set()
}

test_gateway_that_authenticates_is_believed if {
	found := rule.deny with input as object.union(
		evidence([document({}, [operation("get", "/orders", null), operation("get", "/users", null)])]),
		{"terraform": {"resources": [route("ANY /{proxy+}", "JWT")]}},
	)
	found == set()
}

test_open_route_of_the_gateway_is_flagged if {
	found := rule.deny with input as object.union(
		evidence([document(bearer, [guarded, operation("get", "/orders", null), operation("get", "/users", null)])]),
		{"terraform": {"resources": [route("GET /orders", "NONE"), route("GET /users", "JWT")]}},
	)
	subjects(found) == {"GET /orders"}
}

test_gateway_does_not_excuse_what_the_document_opens if {
	found := rule.deny with input as object.union(
		evidence([document(bearer, [guarded, operation("get", "/orders", [])])]),
		{"terraform": {"resources": [route("$default", "JWT")]}},
	)
	subjects(found) == {"GET /orders"}
}

test_unknown_authorization_of_the_gateway_is_not_flagged if {
	found := rule.deny with input as object.union(
		evidence([document({}, [operation("get", "/orders", null)])]),
		{"terraform": {"resources": [route(variable, variable)]}},
	)
	found == set()
}

test_values_of_wrong_types_change_nothing if {
	every wrong in [null, true, 7, "JWT?", [], {}] {
		found := rule.deny with input as object.union(
			evidence([document({}, [operation("get", "/orders", null)])]),
			{"terraform": {"resources": [route(wrong, wrong)]}},
		)
		subjects(found) == {"Shop"}
	}
}

test_nothing_collected if {
	found := rule.deny with input as evidence([])
	found == set()
}

package gatekeeper.rules.api.missing_rate_limit_test

import data.gatekeeper.rules.api.missing_rate_limit as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

response(status, headers) := {"status": status, "headers": headers, "bodies": []}

operation(path, responses, extensions) := {
	"at": at(["paths", path, "get"]), "method": "get", "path": path, "security": null,
	"parameters": [], "responses": responses, "extensions": extensions,
}

plain(path) := operation(path, [response("200", [])], {})

limited(path) := operation(path, [response("200", []), response("429", ["retry-after"])], {})

document(operations, extensions) := {"at": at([]), "title": "Shop", "security_schemes": {}, "operations": operations, "schemas": {}, "extensions": extensions}

evidence(documents) := {"openapi": documents, "terraform": {"resources": []}, "kubernetes": []}

stage(settings) := {"type": "aws_apigatewayv2_stage", "name": "x", "address": "aws_apigatewayv2_stage.x", "values": {"default_route_settings": settings}, "count": 1}

subjects(found) := {finding.subject | some finding in found}

test_document_without_limits_gets_one_finding if {
	found := rule.deny with input as evidence([document([plain("/a"), plain("/b")], {})])
	found == {{
		"message": "Neither the document nor a gateway limits the rate of requests to any operation",
		"subject": "Shop",
		"at": at([]),
	}}
}

test_429_without_headers_tells_no_limit if {
	found := rule.deny with input as evidence([document([operation("/a", [response("429", ["content-type"])], {})], {})])
	subjects(found) == {"Shop"}
}

test_single_operations_without_limit_are_flagged if {
	found := rule.deny with input as evidence([document([plain("/a"), limited("/b")], {})])
	found == {{
		"message": "GET /a has no rate limit, unlike most operations of the document",
		"subject": "GET /a",
		"at": at(["paths", "/a", "get"]),
		"key": ["responses"],
	}}
}

test_document_with_few_limits_gets_one_finding if {
	found := rule.deny with input as evidence([document([plain("/a"), limited("/b"), plain("/c")], {})])
	{[finding.subject, finding.message] | some finding in found} == {["Shop", "Neither the document nor a gateway limits the rate of requests to 2 of 3 operations"]}
}

test_limits_in_the_document_are_not_flagged if {
	found := rule.deny with input as evidence([document(
		[
			limited("/a"),
			operation("/b", [response("429", ["x-ratelimit-reset"])], {}),
			operation("/c", [response("200", ["ratelimit-remaining"])], {}),
			operation("/d", [response("4XX", ["retry-after"])], {}),
			operation("/e", [], {"x-rate-limit": 100}),
			operation("/f", [], {"x-throttling-tier": "Gold"}),
			operation("/g", [], {"x-kong-plugin-rate-limiting": {"config": {"minute": 5}}}),
		],
		{},
	)])
	found == set()
}

test_extension_of_the_document_is_not_flagged if {
	found := rule.deny with input as evidence([document([plain("/a")], {"x-rateLimit": {"requests": 10}})])
	found == set()
}

test_extension_that_is_off_is_flagged if {
	found := rule.deny with input as evidence([document([plain("/a")], {"x-rate-limit": false, "x-generated": true})])
	subjects(found) == {"Shop"}
}

test_throttle_of_the_gateway_is_not_flagged if {
	found := rule.deny with input as object.union(
		evidence([document([plain("/a")], {})]),
		{"terraform": {"resources": [stage([{"throttling_rate_limit": 50}])]}},
	)
	found == set()
}

test_annotation_of_the_ingress_is_not_flagged if {
	found := rule.deny with input as object.union(
		evidence([document([plain("/a")], {})]),
		{"kubernetes": [{
			"kind": "Ingress", "api_version": "networking.k8s.io/v1", "name": "shop",
			"manifest": {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/limit-rpm": "100"}}},
		}]},
	)
	found == set()
}

test_unknown_throttle_is_not_flagged if {
	every settings in [variable, [{"throttling_rate_limit": variable}], [variable]] {
		found := rule.deny with input as object.union(
			evidence([document([plain("/a")], {})]),
			{"terraform": {"resources": [stage(settings)]}},
		)
		found == set()
	}
}

test_unknown_extension_is_not_flagged if {
	found := rule.deny with input as evidence([document([operation("/a", [], {"x-rate-limit": variable})], {})])
	found == set()
}

test_extensions_of_wrong_types_are_no_limit if {
	every wrong in [null, true, 7, "x-rate-limit", ["x-rate-limit"], {}] {
		found := rule.deny with input as evidence([document([operation("/a", [], wrong)], wrong)])
		subjects(found) == {"Shop"}
	}
}

test_documents_without_operations_are_not_flagged if {
	found := rule.deny with input as evidence([document([], {})])
	found == set()
	nothing := rule.deny with input as evidence([])
	nothing == set()
}

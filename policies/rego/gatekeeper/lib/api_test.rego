package gatekeeper.lib.api_test

import data.gatekeeper.lib.api
import rego.v1

operation(path, security) := {"path": path, "method": "get", "security": security, "responses": [], "parameters": []}

evidence(operations) := {"openapi": [{"title": "Shop", "operations": operations, "schemas": {}, "reaches": {}}], "terraform": {"resources": []}, "kubernetes": []}

test_summaries if {
	api.labels_summary({"GET /a"}) == "GET /a"
	api.labels_summary({"GET /b", "GET /a"}) == "GET /a and another operation"
	api.labels_summary({"GET /b", "GET /a", "PUT /a"}) == "GET /a and 2 other operations"
}

test_what_asks_for_nothing if {
	every requirements in [[], [{}], [{"oauth": ["read"]}, {}]] { api.asks_for_nothing(requirements) }
	every requirements in [[{"oauth": []}], [{"oauth": []}, {"key": []}]] { not api.asks_for_nothing(requirements) }
}

test_silent_documents if {
	silent := api.silent with input as evidence([operation("/a", null), operation("/b", null)])
	silent == {0}
	one_says_something := api.silent with input as evidence([operation("/a", null), operation("/b", [])])
	one_says_something == set()
	empty := api.silent with input as evidence([])
	empty == set()
}

test_public_paths if {
	found := api.public with input as evidence([operation("/orders", null), operation("/api/v1/login", null), operation("/status/x", null)])
		with data.gatekeeper.settings as {"api": {"public_paths": ["/status/*"]}}
	found == {"/api/v1/login", "/status/x"}
	default_ones := api.public with input as evidence([operation("/orders", null), operation("/healthz", null), operation("/status/x", null)])
	default_ones == {"/healthz"}
}

response(status, keys) := {"status": status, "bodies": [{"reach": keys}]}

test_returned_reaches_are_those_of_success if {
	api.returned({"responses": [response("200", ["a", "b"]), response("2XX", ["c"]), response("404", ["d"]), response("default", ["e"])]}) == {"a", "b", "c"}
}

test_reaches_that_hold_schemas if {
	document := {"reaches": {"r1": ["a", "b", "c"], "r2": ["d"], "r3": ["c", "d"], "r4": []}}
	api.holding(document, {"a", "c", "x"}) == {"r1": ["a", "c"], "r3": ["c"]}
	api.holding(document, set()) == {}
}

test_yes_or_no if {
	every types in ["boolean", ["boolean"], ["boolean", "null"]] { api.yes_or_no(types) }
	every types in [null, [], "string", ["string", "boolean"], 7, {"$unknown": "x"}] { not api.yes_or_no(types) }
}

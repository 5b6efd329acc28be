package gatekeeper.rules.api.credentials_in_query_test

import data.gatekeeper.rules.api.credentials_in_query as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

parameter(name, location) := {"at": at(["components", "parameters", name]), "name": name, "location": location, "required": false, "schema": {"type": "string"}}

operation(path, security, parameters) := {"at": at(["paths", path, "get"]), "method": "get", "path": path, "security": security, "parameters": parameters, "responses": []}

scheme(type, location) := {"at": at(["components", "securitySchemes", "key"]), "type": type, "location": location, "parameter": "apikey", "scheme": ""}

document(schemes, operations) := {"at": at([]), "title": "Shop", "security_schemes": schemes, "operations": operations, "schemas": {}}

evidence(document) := {"openapi": [document]}

subjects(found) := {finding.subject | some finding in found}

test_key_in_the_query_is_flagged if {
	found := rule.deny with input as evidence(document({"key": scheme("apiKey", "query")}, [operation("/a", [{"key": []}], []), operation("/b", [{"key": []}], [])]))
	found == {{
		"message": "The security scheme key takes its key from the query parameter apikey",
		"subject": "key",
		"at": at(["components", "securitySchemes", "key"]),
		"key": ["in"],
	}}
}

test_secret_parameters_are_flagged if {
	found := rule.deny with input as evidence(document({}, [operation("/a", null, [parameter("access_token", "query"), parameter("userPassword", "query"), parameter("token", "query")])]))
	subjects(found) == {"access_token", "userPassword", "token"}
}

test_shared_parameter_is_flagged_once if {
	shared := parameter("api_key", "query")
	found := rule.deny with input as evidence(document({}, [operation("/a", null, [shared]), operation("/b", null, [shared]), operation("/c", null, [shared])]))
	found == {{
		"message": "The query parameter api_key of GET /a and 2 other operations is a credential",
		"subject": "api_key",
		"at": at(["components", "parameters", "api_key"]),
	}}
}

test_keys_elsewhere_are_not_flagged if {
	every location in ["header", "cookie"] {
		found := rule.deny with input as evidence(document({"key": scheme("apiKey", location)}, [operation("/a", [{"key": []}], [parameter("api_key", location)])]))
		found == set()
	}
}

test_scheme_that_nothing_requires_is_not_flagged if {
	found := rule.deny with input as evidence(document({"key": scheme("apiKey", "query")}, [operation("/a", [{"other": []}], []), operation("/b", null, [])]))
	found == set()
}

test_harmless_parameters_are_not_flagged if {
	found := rule.deny with input as evidence(document({}, [operation("/a", null, [parameter(name, "query") | some name in ["page_token", "next_token", "key", "reset_password", "password_min_length", "tokens_used", "secretName"]])]))
	found == set()
}

test_yes_or_no_is_not_flagged if {
	flag := object.union(parameter("password", "query"), {"schema": {"type": "boolean"}})
	found := rule.deny with input as evidence(document({}, [operation("/a", null, [flag])]))
	found == set()
}

test_schemas_that_are_unknown_or_of_wrong_types_are_flagged_all_the_same if {
	every schema in [variable, {"type": variable}, {"type": 7}, {"type": [7]}, {}, null, []] {
		odd := object.union(parameter("access_token", "query"), {"schema": schema})
		found := rule.deny with input as evidence(document({}, [operation("/a", null, [odd])]))
		subjects(found) == {"access_token"}
	}
}

test_nothing_collected if {
	found := rule.deny with input as {"openapi": []}
	found == set()
}

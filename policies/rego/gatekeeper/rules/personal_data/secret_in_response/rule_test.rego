package gatekeeper.rules.personal_data.secret_in_response_test

import data.gatekeeper.rules.personal_data.secret_in_response as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

property(name) := {"at": at([name]), "name": name, "types": ["string"], "format": "", "write_only": false, "read_only": false, "extensions": {}}

operation(method, path, statuses) := {
	"at": at(["paths", path, method]), "method": method, "path": path, "security": null, "parameters": [],
	"responses": [{"status": status, "headers": [], "bodies": [{"media_type": "application/json", "reach": ["r1"]}]} | some status in statuses],
}

evidence(operations, properties) := {"openapi": [{
	"at": at([]), "title": "Shop", "security_schemes": {}, "operations": operations,
	"schemas": {"#/user": {"at": at(["components", "schemas", "User"]), "name": "User", "properties": properties}},
	"reaches": {"r1": ["#/user"]},
}]}

subjects(found) := {finding.subject | some finding in found}

test_password_in_a_response_is_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["200"]), operation("post", "/users", ["201"])], [property("id"), property("password")])
	found == {{
		"message": "The response of GET /users and another operation holds the secret password",
		"subject": "User.password",
		"at": at(["password"]),
	}}
}

test_each_secret_property_is_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["2XX"])], [property(name) | some name in ["apiKey", "private_key", "client_secret", "accessToken"]])
	subjects(found) == {"User.apiKey", "User.private_key", "User.client_secret", "User.accessToken"}
}

test_password_from_a_login_is_flagged if {
	found := rule.deny with input as evidence([operation("post", "/auth/login", ["200"])], [property("password"), property("access_token")])
	subjects(found) == {"User.password"}
}

test_login_that_hands_out_tokens_is_not_flagged if {
	every path in ["/login", "/oauth2/token", "/v1/sessions", "/auth/refresh", "/signUp"] {
		found := rule.deny with input as evidence([operation("post", path, ["200"])], [property("access_token"), property("refreshToken"), property("id_token"), property("token")])
		found == set()
	}
}

test_creation_of_a_key_is_not_flagged_reading_it_is if {
	created := rule.deny with input as evidence([operation("post", "/users/{id}/api-keys", ["201"])], [property("api_key")])
	created == set()
	read := rule.deny with input as evidence([operation("get", "/users/{id}/api-keys", ["200"])], [property("api_key")])
	subjects(read) == {"User.api_key"}
}

test_write_only_properties_are_not_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["200"])], [object.union(property("password"), {"write_only": true})])
	found == set()
}

test_other_names_and_types_are_not_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["200"])], [
		property("passwordPolicy"), property("api_key_id"), property("next_page_token"), property("token"), property("secretName"),
		object.union(property("password"), {"types": ["boolean"]}), object.union(property("secret"), {"types": ["object", "null"]}),
		object.union(property("secrets"), {"types": ["array"]}),
	])
	found == set()
}

test_errors_and_requests_are_not_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["400", "default"])], [property("password")])
	found == set()
}

test_property_of_unknown_type_is_flagged if {
	found := rule.deny with input as evidence([operation("get", "/users", ["200"])], [object.union(property("password"), {"types": [], "extensions": {"x-internal": variable}})])
	subjects(found) == {"User.password"}
}

test_operations_are_counted_once_over_all_reaches if {
	given := {"openapi": [object.union(document, {
		"operations": [object.union(operation("get", path, []), {"responses": [{"status": "200", "bodies": [{"reach": keys}, {"reach": ["r1"]}]}]}) |
			some path, keys in {"/a": ["r1", "r2"], "/b": ["r2", "r3"], "/c": ["r1", "r3"]}
		],
		"schemas": {id: {"at": at([id]), "name": id, "properties": [property("password")]} | some id in ["Shared", "Own"]},
		"reaches": {"r1": ["Shared"], "r2": ["Own", "Shared"], "r3": ["Other"], "r4": ["Own"]},
	}) |
		some document in evidence([], []).openapi
	]}
	found := rule.deny with input as given
	{finding.message | some finding in found; finding.subject == "Shared.password"} == {"The response of GET /a and 2 other operations holds the secret password"}
	{finding.message | some finding in found; finding.subject == "Own.password"} == {"The response of GET /a and another operation holds the secret password"}
}

test_inline_schemas_have_no_name if {
	given := {"openapi": [object.union(document, {"schemas": {"#/user": {"at": at([]), "name": "", "properties": [property("password")]}}}) |
		some document in evidence([operation("get", "/users", ["200"])], []).openapi
	]}
	found := rule.deny with input as given
	subjects(found) == {"password"}
}

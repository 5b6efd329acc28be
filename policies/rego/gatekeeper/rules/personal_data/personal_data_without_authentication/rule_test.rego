package gatekeeper.rules.personal_data.personal_data_without_authentication_test

import data.gatekeeper.rules.personal_data.personal_data_without_authentication as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

property(name) := {"at": at([name]), "name": name, "types": ["string"], "format": "", "write_only": false, "read_only": false, "extensions": {}}

schema(name, properties) := {"at": at(["components", "schemas", name]), "name": name, "properties": properties}

schemas := {
	"#/user": schema("User", [property("id"), property("email"), property("firstName")]),
	"#/patient": schema("Patient", [property(name) | some name in ["dateOfBirth", "phone", "surname", "ssn"]]),
	"#/book": schema("Book", [property("title"), property("emailTemplateId")]),
	"#/hidden": schema("Hidden", [object.union(property("email"), {"write_only": true}), object.union(property("phone"), {"types": ["boolean"]})]),
}

# Each schema is a reach of its own.
response(status, keys) := {"at": at([]), "status": status, "headers": [], "bodies": [{"at": at([]), "media_type": "application/json", "reach": keys}]}

operation(path, security, responses) := {"at": at(["paths", path, "get"]), "method": "get", "path": path, "security": security, "parameters": [], "responses": responses}

evidence(operations) := {
	"openapi": [{"at": at([]), "title": "Shop", "security_schemes": {}, "operations": operations, "schemas": schemas, "reaches": {id: [id] | some id, _ in schemas}}],
	"terraform": {"resources": []}, "kubernetes": [],
}

guarded := operation("/guarded", [{"bearer": []}], [response("200", ["#/user"])])

subjects(found) := {finding.subject | some finding in found}

test_personal_data_of_an_open_operation_is_flagged if {
	found := rule.deny with input as evidence([guarded, operation("/users", [], [response("200", ["#/book", "#/user"])])])
	found == {{
		"message": "GET /users returns personal data to anyone: email, firstName",
		"subject": "GET /users",
		"at": at(["paths", "/users", "get"]),
	}}
}

test_three_names_at_most_are_told if {
	found := rule.deny with input as evidence([guarded, operation("/all", [{}], [response("2XX", ["#/patient", "#/user"])])])
	{finding.message | some finding in found} == {"GET /all returns personal data to anyone: dateOfBirth, email, firstName and more"}
}

test_first_schemas_of_all_reaches_are_told if {
	shop := evidence([guarded, operation("/all", [], [response("200", ["r1", "r2"]), response("201", ["r2", "r3"])])]).openapi[0]
	many := {id: schema(id, [property(name)]) | some id, name in {"A": "email", "B": "phone", "C": "ssn", "D": "surname", "E": "id"}}
	messages := {message |
		some reaches in [{"r1": ["E"], "r2": ["B", "C"], "r3": ["A", "E"]}, {"r1": ["A", "B", "C", "D", "E"], "r2": ["D"]}]
		found := rule.deny with input as {"openapi": [object.union(object.remove(shop, ["schemas", "reaches"]), {"schemas": many, "reaches": reaches})]}
		some message in {finding.message | some finding in found}
	}
	messages == {
		"GET /all returns personal data to anyone: email, phone, ssn",
		"GET /all returns personal data to anyone: email, phone, ssn and more",
	}
}

test_operation_that_says_nothing_is_flagged if {
	found := rule.deny with input as evidence([guarded, operation("/users", null, [response("201", ["#/user"])])])
	subjects(found) == {"GET /users"}
}

test_document_without_security_gets_one_finding if {
	found := rule.deny with input as evidence([operation("/users", null, [response("200", ["#/user"])]), operation("/patients", null, [response("200", ["#/patient"])])])
	found == {{
		"message": "Personal data is returned by GET /patients and another operation, and no caller needs to authenticate: dateOfBirth, email, firstName and more",
		"subject": "Shop",
		"at": at([]),
	}}
}

test_public_paths_are_no_exception if {
	found := rule.deny with input as evidence([guarded, operation("/public/users", [], [response("200", ["#/user"])])])
		with data.gatekeeper.settings as {"api": {"public_paths": ["/public/**"]}}
	subjects(found) == {"GET /public/users"}
}

test_authenticated_operation_is_not_flagged if {
	found := rule.deny with input as evidence([guarded])
	found == set()
}

test_other_data_is_not_flagged if {
	found := rule.deny with input as evidence([guarded, operation("/books", [], [response("200", ["#/book"])])])
	found == set()
}

test_errors_are_not_flagged if {
	found := rule.deny with input as evidence([guarded, operation("/books", [], [response("400", ["#/user"]), response("default", ["#/user"])])])
	found == set()
}

test_what_only_requests_hold_and_flags_are_not_flagged if {
	found := rule.deny with input as evidence([guarded, operation("/books", [], [response("200", ["#/hidden", "#/missing"])])])
	found == set()
}

test_document_without_security_or_personal_data_is_not_flagged if {
	found := rule.deny with input as evidence([operation("/books", null, [response("200", ["#/book"])])])
	found == set()
}

test_gateway_with_unknown_authorization_is_not_flagged if {
	found := rule.deny with input as object.union(evidence([operation("/users", null, [response("200", ["#/user"])])]), {"terraform": {"resources": [{
		"type": "aws_apigatewayv2_route", "name": "x", "address": "aws_apigatewayv2_route.x", "count": 1,
		"values": {"route_key": "$default", "authorization_type": variable},
	}]}})
	found == set()
}

test_gateway_with_values_of_wrong_types_is_no_excuse if {
	every wrong in [null, 7, [], {}] {
		found := rule.deny with input as object.union(evidence([operation("/users", null, [response("200", ["#/user"])])]), {"terraform": {"resources": [{
			"type": "aws_apigatewayv2_route", "name": "x", "address": "aws_apigatewayv2_route.x", "count": 1,
			"values": {"route_key": wrong, "authorization_type": wrong},
		}]}})
		subjects(found) == {"Shop"}
	}
}

package gatekeeper.rules.personal_data.personal_data_in_url_test

import data.gatekeeper.rules.personal_data.personal_data_in_url as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

parameter(name, location) := {"at": at(["parameters", name]), "name": name, "location": location, "required": true, "schema": {"type": "string"}}

operation(path, parameters) := {"at": at(["paths", path, "get"]), "method": "get", "path": path, "security": null, "parameters": parameters, "responses": []}

evidence(operations) := {"openapi": [{"at": at([]), "title": "Shop", "security_schemes": {}, "operations": operations, "schemas": {}}]}

subjects(found) := {finding.subject | some finding in found}

test_personal_data_in_the_path_is_flagged if {
	found := rule.deny with input as evidence([operation("/users/{userEmail}", [parameter("userEmail", "path")])])
	found == {{
		"message": "The path parameter userEmail of GET /users/{userEmail} is personal data",
		"subject": "userEmail",
		"at": at(["parameters", "userEmail"]),
	}}
}

test_personal_data_in_the_query_is_flagged if {
	found := rule.deny with input as evidence([operation("/users", [parameter(name, "query") | some name in ["email", "date_of_birth", "phone-number", "geburtsdatum", "page"]])])
	subjects(found) == {"email", "date_of_birth", "phone-number", "geburtsdatum"}
}

test_shared_parameter_is_flagged_once if {
	shared := parameter("email", "query")
	found := rule.deny with input as evidence([operation("/a", [shared]), operation("/b", [shared])])
	{finding.message | some finding in found} == {"The query parameter email of GET /a and another operation is personal data"}
}

test_headers_and_cookies_are_not_flagged if {
	found := rule.deny with input as evidence([operation("/users", [parameter("email", "header"), parameter("phone", "cookie")])])
	found == set()
}

test_other_names_are_not_flagged if {
	found := rule.deny with input as evidence([operation("/a", [parameter(name, "query") | some name in ["emailTemplateId", "user_id", "phoneModel", "has_email", "access_token", "username"]])])
	found == set()
}

test_yes_or_no_is_not_flagged if {
	flag := object.union(parameter("email", "query"), {"schema": {"type": ["boolean", "null"]}})
	found := rule.deny with input as evidence([operation("/a", [flag])])
	found == set()
}

test_settings_decide if {
	given := evidence([operation("/a", [parameter("email", "query"), parameter("patientKey", "query")])])
	found := rule.deny with input as given
		with data.gatekeeper.settings as {"personal_data": {"names": ["patient_key"], "ignore": ["email"]}}
	subjects(found) == {"patientKey"}
}

test_schemas_that_are_unknown_or_of_wrong_types_are_flagged_all_the_same if {
	every schema in [variable, {"type": variable}, {"type": 7}, {}, null, "string"] {
		odd := object.union(parameter("email", "query"), {"schema": schema})
		found := rule.deny with input as evidence([operation("/a", [odd])])
		subjects(found) == {"email"}
	}
}

package gatekeeper.lib.iam_test

import data.gatekeeper.lib.iam
import rego.v1

variable := {"$unknown": "x"}

test_statements_of_text_and_object if {
	policy := {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["a", "b"], "Principal": {"AWS": ["*"]}}]}
	expected := [{
		"key": ["Statement", 0], "effect": "Allow", "actions": {"*"}, "resources": {"a", "b"},
		"principals": {"*"}, "named": true, "conditional": false,
	}]
	iam.statements(policy) == expected
	iam.statements(json.marshal(policy)) == expected
}

test_single_statement if {
	[statement.key | some statement in iam.statements({"Statement": {"Effect": "Allow"}})] == [["Statement"]]
}

test_no_statements if {
	every policy in [null, true, 7, "", "{", "[]", "7", [], {}, {"Statement": null}, variable, {"Statement": variable}] {
		count(iam.statements(policy)) == 0
	}
}

test_unknown_statement_allows_nothing if {
	statements := iam.statements({"Statement": [
		variable,
		{"Effect": "Allow", "Action": variable, "Resource": "*", "Principal": variable},
		{"Effect": "Allow", "Action": "*", "Resource": [variable], "Principal": "*", "Condition": variable},
	]})
	every statement in statements {
		not iam.allows_everything(statement)
		not iam.allows_everybody(statement)
	}
}

test_service_principals_are_nobody if {
	statements := iam.statements({"Statement": [{"Effect": "Allow", "Principal": {"Service": "*"}}, {"Effect": "Allow", "Principal": {"AWS": "1"}}]})
	every statement in statements { not iam.allows_everybody(statement) }
}

document(statement) := {
	"module": "m", "type": "aws_iam_policy_document", "name": "d",
	"address": "data.aws_iam_policy_document.d", "values": {"statement": statement}, "count": 1,
}

test_document_statements if {
	statements := iam.document_statements(document([
		{"actions": ["*"], "resources": ["*"]},
		{"effect": "Deny", "actions": ["*"], "resources": ["*"]},
		{"principals": [{"type": "Service", "identifiers": ["*"]}]},
		{"principals": [{"type": "AWS", "identifiers": ["*"]}], "condition": [{}]},
		{"principals": [{"type": "AWS", "identifiers": ["*"]}]},
	]))
	[statement.key[1] | some statement in statements; iam.allows_everything(statement)] == [0]
	[statement.key[1] | some statement in statements; iam.allows_everybody(statement)] == [4]
}

test_statements_through_a_reference if {
	evidence := {"terraform": {"data": [document([{"actions": ["a"]}])], "resources": []}}
	block := {"module": "m", "values": {"policy": {"$unknown": "data.aws_iam_policy_document.d.json"}}}
	found := iam.statements_of(block, "policy") with input as evidence
	[statement.actions | some statement in found] == [{"a"}]
	elsewhere := iam.statements_of(object.union(block, {"module": "n"}), "policy") with input as evidence
	elsewhere == []
}

test_unknown_document_has_no_known_statements if {
	every statement in [variable, [variable], null, "x", 7, [7]] {
		every item in iam.document_statements(document(statement)) { not iam.allows_everything(item) }
	}
}

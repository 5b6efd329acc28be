package gatekeeper.lib.grants_test

import data.gatekeeper.lib.grants
import rego.v1

block(type, values) := {
	"at": {"path": "main.tf"}, "module": "m", "type": type, "name": "x",
	"address": concat(".", [type, "x"]), "values": values, "count": 1,
}

wildcard := {"statement": [{"actions": ["*"], "resources": ["*"]}]}

test_partitions_of_aws if {
	every partition in ["aws", "aws-cn", "aws-us-gov"] {
		arn := concat("", ["arn:", partition, ":iam::aws:policy/AdministratorAccess"])
		found := grants.everything with input as {"terraform": {
			"resources": [block("aws_iam_group_policy_attachment", {"policy_arn": arn})],
			"data": [],
		}}
		count(found) == 1
	}
}

test_policy_of_the_same_name_in_the_own_account_is_another if {
	found := grants.everything with input as {"terraform": {
		"resources": [block("aws_iam_group_policy_attachment", {"policy_arn": "arn:aws:iam::123456789012:policy/AdministratorAccess"})],
		"data": [],
	}}
	count(found) == 0
}

test_guardrail_of_another_module_is_none if {
	guardrail := block("aws_organizations_policy", {"content": {"$unknown": "data.aws_iam_policy_document.x.json"}})
	found := grants.everything with input as {"terraform": {
		"resources": [object.union(guardrail, {"module": "other"})],
		"data": [block("aws_iam_policy_document", wildcard)],
	}}
	count(found) == 1
	guarded := grants.everything with input as {"terraform": {
		"resources": [guardrail],
		"data": [block("aws_iam_policy_document", wildcard)],
	}}
	count(guarded) == 0
}

test_guardrail_whose_text_is_known if {
	text := json.marshal({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
	found := grants.everything with input as {"terraform": {
		"resources": [block("aws_organizations_policy", {"content": text})],
		"data": [block("aws_iam_policy_document", wildcard)],
	}}
	count(found) == 0
}

variable := {"$unknown": "x"}

test_unknown_policies_grant_nothing_for_certain if {
	policies := [block(type, {"policy": variable, "inline_policy": variable}) | some type, _ in grants.policy_attributes]
	count(policies) > 3
	document := block("aws_iam_policy_document", {"statement": variable})
	found := grants.everything with input as {"terraform": {"resources": policies, "data": [document]}}
	count(found) == 0
}

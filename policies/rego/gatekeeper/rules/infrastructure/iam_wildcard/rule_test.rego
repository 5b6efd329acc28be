package gatekeeper.rules.infrastructure.iam_wildcard_test

import data.gatekeeper.rules.infrastructure.iam_wildcard as rule
import rego.v1

variable := {"$unknown": "var.x"}

block(type, name, values) := {
	"at": {"path": "main.tf", "keys": [type, name]}, "module": "", "type": type, "name": name,
	"address": concat(".", [type, name]), "values": values, "count": 1,
}

evidence(resources, documents) := {"terraform": {"resources": resources, "data": documents}, "kubernetes": []}

wildcard := {"Effect": "Allow", "Action": "*", "Resource": "*"}

narrow := {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}

rbac(kind, manifest) := {"terraform": {"resources": [], "data": []}, "kubernetes": [{
	"at": {"path": "rbac.yaml"}, "api_version": "rbac.authorization.k8s.io/v1", "kind": kind, "name": "all",
	"namespace": "", "manifest": manifest,
}]}

role(rules) := rbac("ClusterRole", {"rules": rules})

binding(kind, role, subjects) := rbac(kind, {"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects})

test_flagged_text_and_object if {
	policy := {"Version": "2012-10-17", "Statement": [narrow, wildcard]}
	every form in [policy, json.marshal(policy)] {
		found := rule.deny with input as evidence([block("aws_iam_policy", "x", {"policy": form})], [])
		found == {{
			"message": "This statement allows every action on every resource",
			"subject": "aws_iam_policy.x",
			"at": {"path": "main.tf", "keys": ["aws_iam_policy", "x"]},
			"key": ["policy", "Statement", 1],
		}}
	}
}

test_flagged_lists_and_single_statement if {
	policy := {"Statement": {"Effect": "Allow", "Action": ["s3:Get*", "*:*"], "Resource": ["*"]}}
	every type in ["aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"] {
		found := rule.deny with input as evidence([block(type, "x", {"policy": policy})], [])
		{finding.key | some finding in found} == {["policy", "Statement"]}
	}
}

test_flagged_inline_policy if {
	found := rule.deny with input as evidence(
		[block("aws_iam_role", "x", {"inline_policy": [{"name": "a", "policy": {"Statement": [wildcard]}}]})],
		[],
	)
	{finding.key | some finding in found} == {["inline_policy", 0, "policy", "Statement", 0]}
}

test_flagged_policy_document if {
	found := rule.deny with input as evidence([], [block(
		"aws_iam_policy_document", "x",
		{"statement": [{"actions": ["*"], "resources": ["*"]}]},
	)])
	{finding.key | some finding in found} == {["statement", 0]}
}

test_flagged_administrator_access if {
	arn := "arn:aws:iam::aws:policy/AdministratorAccess"
	found := rule.deny with input as evidence(
		[
			block("aws_iam_role_policy_attachment", "x", {"policy_arn": arn}),
			block("aws_iam_role", "x", {"managed_policy_arns": [arn]}),
		],
		[],
	)
	{finding.subject | some finding in found} == {"aws_iam_role_policy_attachment.x", "aws_iam_role.x"}
}

test_flagged_cluster_role if {
	found := rule.deny with input as role([
		{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]},
		{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
	])
	{[finding.subject, finding.key] | some finding in found} == {["ClusterRole/all", ["rules", 1, "verbs"]]}
}

test_flagged_role_of_a_namespace if {
	found := rule.deny with input as rbac("Role", {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})
	{[finding.subject, finding.message] | some finding in found} == {
		["Role/all", "This role allows every verb on every resource of the namespace"],
	}
}

test_flagged_cluster_admin_of_workloads if {
	subjects := [
		{"kind": "ServiceAccount", "name": "tiller", "namespace": "kube-system"}, {"kind": "User", "name": "ann@example.com"},
		{"kind": "Group", "name": "system:serviceaccounts"},
	]
	found := rule.deny with input as binding("ClusterRoleBinding", "cluster-admin", subjects)
	found == {{
		"message": "cluster-admin allows system:serviceaccounts, tiller every verb on every resource of the cluster",
		"subject": "ClusterRoleBinding/all",
		"at": {"path": "rbac.yaml"},
		"key": ["roleRef", "name"],
	}}
}

test_flagged_cluster_admin_in_a_namespace if {
	found := rule.deny with input as binding("RoleBinding", "cluster-admin", [{"kind": "ServiceAccount", "name": "deployer"}])
	{finding.message | some finding in found} == {"cluster-admin allows deployer every verb on every resource of the namespace"}
}

test_not_flagged_bindings if {
	account := {"kind": "ServiceAccount", "name": "app"}
	people := [{"kind": "Group", "name": "platform-team"}, {"kind": "User", "name": "ann"}, {"kind": "Group", "name": "system:masters"}]
	every evidence in [
		binding("ClusterRoleBinding", "view", [account]), binding("ClusterRoleBinding", "cluster-admin", people),
		binding("ClusterRoleBinding", "cluster-admin", null), binding("ConfigMap", "cluster-admin", [account]),
		rbac("RoleBinding", {"roleRef": {"kind": "Role", "name": "cluster-admin"}, "subjects": [account]}),
	] {
		found := rule.deny with input as evidence
		count(found) == 0
	}
}

test_unknown_bindings_are_not_flagged if {
	every value in [variable, null, 7, "x", [], {}, [[]], [{}], [variable], [{"kind": variable, "name": variable}]] {
		subjects := rule.deny with input as binding("ClusterRoleBinding", "cluster-admin", value)
		count(subjects) == 0
		role := rule.deny with input as rbac("ClusterRoleBinding", {"roleRef": value, "subjects": [{"kind": "ServiceAccount", "name": "a"}]})
		count(role) == 0
	}
}

test_not_flagged_narrow if {
	statements := [
		narrow,
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*"},
		{"Effect": "Deny", "Action": "*", "Resource": "*"},
	]
	found := rule.deny with input as evidence([block("aws_iam_policy", "x", {"policy": {"Statement": statements}})], [])
	count(found) == 0
}

test_not_flagged_documents_of_resources_and_guardrails if {
	found := rule.deny with input as evidence(
		[block("aws_organizations_policy", "x", {"content": {"$unknown": "data.aws_iam_policy_document.limits.json"}})],
		[
			block("aws_iam_policy_document", "limits", {"statement": [{"actions": ["*"], "resources": ["*"]}]}),
			block("aws_iam_policy_document", "key", {"statement": [{
				"actions": ["*"], "resources": ["*"],
				"principals": [{"type": "AWS", "identifiers": ["arn:aws:iam::1:root"]}],
			}]}),
		],
	)
	count(found) == 0
}

test_not_flagged_other_attachments_and_roles if {
	found := rule.deny with input as evidence(
		[block("aws_iam_role_policy_attachment", "x", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})],
		[],
	)
	count(found) == 0
	read := rule.deny with input as role([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}])
	count(read) == 0
}

test_unknown_is_not_flagged if {
	statements := [object.union(wildcard, {attribute: variable}) | some attribute in ["Effect", "Action", "Resource"]]
	found := rule.deny with input as evidence(
		[
			block("aws_iam_policy", "x", {"policy": variable}),
			block("aws_iam_policy", "y", {"policy": {"Statement": array.concat([variable], statements)}}),
			block("aws_iam_policy", "z", {"policy": {"Statement": variable}}),
			block("aws_iam_role", "x", {"inline_policy": variable, "managed_policy_arns": [variable]}),
			block("aws_iam_user_policy_attachment", "x", {"policy_arn": variable}),
		],
		[
			block("aws_iam_policy_document", "a", {"statement": variable}),
			block("aws_iam_policy_document", "b", {"statement": [
				variable,
				{"actions": variable, "resources": ["*"]},
				{"effect": variable, "actions": ["*"], "resources": ["*"]},
				{"actions": ["*"], "resources": ["*"], "principals": variable},
			]}),
		],
	)
	count(found) == 0
	rules := rule.deny with input as role([variable, {"apiGroups": ["*"], "resources": variable, "verbs": ["*"]}])
	count(rules) == 0
}

test_wrong_types_are_not_flagged if {
	every value in [null, true, 7, "x", "{", "[1]", [], {}, [[]], [{}]] {
		found := rule.deny with input as evidence(
			[
				block("aws_iam_policy", "x", {"policy": value}),
				block("aws_iam_policy", "y", {"policy": {"Statement": value}}),
				block("aws_iam_policy", "z", {"policy": {"Statement": [{"Effect": value, "Action": value, "Resource": value}]}}),
				block("aws_iam_role", "x", {"inline_policy": value, "managed_policy_arns": value}),
			],
			[block("aws_iam_policy_document", "a", {"statement": value})],
		)
		count(found) == 0
		rules := rule.deny with input as role(value)
		count(rules) == 0
	}
}

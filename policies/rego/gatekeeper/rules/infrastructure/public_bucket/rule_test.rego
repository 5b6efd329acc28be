package gatekeeper.rules.infrastructure.public_bucket_test

import data.gatekeeper.rules.infrastructure.public_bucket as rule
import rego.v1

variable := {"$unknown": "var.x"}

block(type, name, values) := {
	"at": {"path": "main.tf", "keys": ["resource", type, name]}, "module": "", "type": type, "name": name,
	"address": concat(".", [type, name]), "values": values, "count": 1,
}

terraform(resources) := {"terraform": {"resources": resources, "data": []}}

everybody := {"Statement": [
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "s3:*", "Resource": "*"},
	{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
]}

test_flagged_acl if {
	found := rule.deny with input as terraform([block("aws_s3_bucket", "x", {"acl": "public-read"})])
	found == {{
		"message": "Everybody may read what is stored here: the ACL public-read",
		"subject": "aws_s3_bucket.x",
		"at": {"path": "main.tf", "keys": ["resource", "aws_s3_bucket", "x"]},
		"key": ["acl"],
	}}
}

test_flagged_acl_resource if {
	found := rule.deny with input as terraform([block("aws_s3_bucket_acl", "x", {"acl": "public-read-write", "bucket": variable})])
	count(found) == 1
}

test_flagged_policy_as_text_and_as_object if {
	every policy in [everybody, json.marshal(everybody)] {
		found := rule.deny with input as terraform([block("aws_s3_bucket_policy", "x", {"bucket": "b", "policy": policy})])
		{finding.key | some finding in found} == {["policy", "Statement", 1]}
	}
}

test_flagged_policy_document if {
	document := {
		"at": {"path": "main.tf"}, "module": "", "type": "aws_iam_policy_document", "name": "open",
		"address": "data.aws_iam_policy_document.open", "count": 1,
		"values": {"statement": [{
			"actions": ["s3:GetObject"], "resources": ["*"],
			"principals": [{"type": "*", "identifiers": ["*"]}],
		}]},
	}
	policy := block("aws_s3_bucket_policy", "x", {"policy": {"$unknown": "data.aws_iam_policy_document.open.json"}})
	found := rule.deny with input as {"terraform": {"resources": [policy], "data": [document]}}
	{finding.subject | some finding in found} == {"aws_s3_bucket_policy.x"}
}

test_flagged_block_that_blocks_nothing if {
	found := rule.deny with input as terraform([
		block("aws_s3_bucket", "x", {"bucket": "b"}),
		block("aws_s3_bucket_policy", "x", {"bucket": {"$unknown": "aws_s3_bucket.x.id"}, "policy": everybody}),
		block("aws_s3_bucket_public_access_block", "x", {
			"bucket": {"$unknown": "aws_s3_bucket.x.id"},
			"block_public_policy": false, "restrict_public_buckets": false,
		}),
	])
	count(found) == 1
}

test_flagged_google if {
	found := rule.deny with input as terraform([
		block("google_storage_bucket_iam_member", "x", {"member": "allUsers"}),
		block("google_storage_bucket_iam_binding", "x", {"members": ["user:a@b.c", "allAuthenticatedUsers"]}),
	])
	{finding.key | some finding in found} == {["member"], ["members", 1]}
}

test_flagged_azure if {
	found := rule.deny with input as terraform([
		block("azurerm_storage_container", "x", {"container_access_type": "blob"}),
		block("azurerm_storage_account", "x", {"allow_nested_items_to_be_public": true}),
	])
	count(found) == 2
}

call(changes) := {"terraform": {"resources": [], "data": [], "modules": [object.union(
	block("module", "x", object.union({"source": "terraform-aws-modules/s3-bucket/aws", "acl": "public-read"}, changes)),
	{"address": "module.x"},
)]}}

test_flagged_module_that_blocks_nothing if {
	every changes in [{"version": "~> 3.7"}, {"version": "5.0.0", "block_public_acls": false, "ignore_public_acls": false}] {
		found := rule.deny with input as call(changes)
		[[finding.subject, finding.key] | some finding in found] == [["module.x", ["acl"]]]
	}
}

test_not_flagged_module_that_blocks_by_itself if {
	every changes in [
		{}, {"version": "4.1.0"}, {"version": ">= 3.0"}, {"version": "3.7.0", "ignore_public_acls": true},
		{"version": variable}, {"version": "3.7.0", "block_public_acls": variable}, {"version": "3.7.0", "acl": "private"},
	] {
		found := rule.deny with input as call(changes)
		count(found) == 0
	}
}

test_not_flagged_private if {
	found := rule.deny with input as terraform([
		block("aws_s3_bucket", "x", {"acl": "private"}),
		block("aws_s3_bucket", "y", {}),
		block("google_storage_bucket_iam_member", "x", {"member": "user:a@b.c"}),
		block("azurerm_storage_container", "x", {"container_access_type": "private"}),
		block("azurerm_storage_account", "x", {"allow_nested_items_to_be_public": false}),
		block("azurerm_storage_account", "y", {}),
	])
	count(found) == 0
}

test_not_flagged_with_a_condition if {
	policy := {"Statement": {
		"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
		"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
	}}
	found := rule.deny with input as terraform([block("aws_s3_bucket_policy", "x", {"policy": policy})])
	count(found) == 0
}

test_not_flagged_deny if {
	policy := {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
	found := rule.deny with input as terraform([block("aws_s3_bucket", "x", {"policy": policy})])
	count(found) == 0
}

test_not_flagged_behind_a_public_access_block if {
	every bucket in [{"$unknown": "aws_s3_bucket.x.id"}, {"$unknown": "aws_s3_bucket.x.bucket"}, "b"] {
		found := rule.deny with input as terraform([
			block("aws_s3_bucket", "x", {"bucket": "b", "acl": "public-read", "policy": everybody}),
			block("aws_s3_bucket_acl", "x", {"bucket": bucket, "acl": "public-read"}),
			block("aws_s3_bucket_public_access_block", "x", {
				"bucket": bucket,
				"ignore_public_acls": true, "restrict_public_buckets": true,
			}),
		])
		count(found) == 0
	}
}

test_flagged_although_another_bucket_is_blocked if {
	found := rule.deny with input as terraform([
		block("aws_s3_bucket", "x", {"acl": "public-read"}),
		block("aws_s3_bucket_public_access_block", "y", {"bucket": {"$unknown": "aws_s3_bucket.y.id"}, "ignore_public_acls": true}),
		block("aws_s3_bucket_public_access_block", "z", {"bucket": variable, "ignore_public_acls": true}),
	])
	count(found) == 1
}

test_unknown_is_not_flagged if {
	found := rule.deny with input as terraform([
		block("aws_s3_bucket", "x", {"acl": variable, "policy": variable}),
		block("aws_s3_bucket_policy", "x", {"policy": {"Statement": [
			variable,
			{"Effect": variable, "Principal": "*"},
			{"Effect": "Allow", "Principal": variable},
			{"Effect": "Allow", "Principal": "*", "Condition": variable},
		]}}),
		block("google_storage_bucket_iam_member", "x", {"member": variable}),
		block("google_storage_bucket_iam_binding", "x", {"members": [variable]}),
		block("azurerm_storage_container", "x", {"container_access_type": variable}),
		block("azurerm_storage_account", "x", {"allow_nested_items_to_be_public": variable}),
	])
	count(found) == 0
}

test_unknown_public_access_block_is_in_favour if {
	found := rule.deny with input as terraform([
		block("aws_s3_bucket", "x", {"bucket": "b", "acl": "public-read"}),
		block("aws_s3_bucket_public_access_block", "x", {"bucket": "b", "ignore_public_acls": variable}),
	])
	count(found) == 0
}

test_wrong_types_are_not_flagged if {
	every value in [null, true, 7, "x", "{", "[1]", [], {}, [[]], [{}]] {
		found := rule.deny with input as terraform([
			block("aws_s3_bucket", "x", {"acl": value, "policy": value, "bucket": value}),
			block("aws_s3_bucket_policy", "x", {"policy": {"Statement": value}, "bucket": value}),
			block("aws_s3_bucket_policy", "y", {"policy": {"Statement": [{"Effect": "Allow", "Principal": value, "Action": value}]}}),
			block("google_storage_bucket_iam_member", "x", {"member": value}),
			block("google_storage_bucket_iam_binding", "x", {"members": value}),
			block("azurerm_storage_container", "x", {"container_access_type": value}),
		])
		count(found) == 0
	}
}

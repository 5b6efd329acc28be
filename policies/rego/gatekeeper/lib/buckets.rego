# METADATA
# title: Buckets and containers that everybody may read
# description: >-
#   Grants of AWS, Google and Azure brought to one shape: {"block", "key", "grant"}, where key leads to the grant within the
#   block. What a public access block of the same bucket undoes is left out.
package gatekeeper.lib.buckets

import data.gatekeeper.lib.iam
import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

everybody := {"allUsers", "allAuthenticatedUsers"}

public_acls := {"public-read", "public-read-write", "authenticated-read"}

# Which bucket a block is about: the resource or else the expression that it refers to within its module, or the
# bucket's name; empty where it does not say.
bucket_of(block) := sprintf("%v:%v", [block.module, block.address]) if {
	block.type == "aws_s3_bucket"
} else := sprintf("%v:%v", [block.module, resource[0]]) if {
	reference := values.get(block.values, "bucket")
	values.unknown(reference)
	resource := regex.find_n(`aws_s3_bucket\.[A-Za-z0-9_-]+`, sprintf("%v", [reference["$unknown"]]), 1)
	count(resource) == 1
} else := sprintf("%v:%v", [block.module, reference["$unknown"]]) if {
	reference := values.get(block.values, "bucket")
	values.unknown(reference)
} else := name if {
	name := values.get(block.values, "bucket")
	is_string(name)
} else := ""

# Buckets of which a public access block undoes what `setting` names, each by reference and by name.
shielded(setting) := {bucket |
	some block in terraform.resources("aws_s3_bucket_public_access_block")
	not values.is_false(values.get(block.values, setting))
	not is_null(values.get(block.values, setting))
	bucket := bucket_of(block)
	bucket != ""
}

acl_shielded := shielded("ignore_public_acls") | shielded("block_public_acls")

policy_shielded := shielded("restrict_public_buckets") | shielded("block_public_policy")

is_shielded(block, buckets) if bucket_of(block) in buckets

is_shielded(block, buckets) if values.get(block.values, "bucket") in buckets

grants contains grant if {
	some type in ["aws_s3_bucket", "aws_s3_bucket_acl"]
	some block in terraform.resources(type)
	acl := values.get(block.values, "acl")
	acl in public_acls
	not is_shielded(block, acl_shielded)
	grant := {"block": block, "key": ["acl"], "grant": sprintf("the ACL %v", [acl])}
}

# The registry's module blocks public ACLs by itself from version 4 on.
grants contains grant if {
	some block in terraform.module_calls("terraform-aws-modules/s3-bucket/aws")
	acl := values.get(block.values, "acl")
	acl in public_acls
	every setting in ["block_public_acls", "ignore_public_acls"] { module_leaves_open(block, setting) }
	grant := {"block": block, "key": ["acl"], "grant": sprintf("the ACL %v", [acl])}
}

module_leaves_open(block, setting) if values.is_false(values.get(block.values, setting))

module_leaves_open(block, setting) if {
	is_null(values.get(block.values, setting))
	version := values.get(block.values, "version")
	is_string(version)
	regex.match(`^\s*(=|~>)?\s*v?[0-3]\.`, version)
}

grants contains grant if {
	some type in ["aws_s3_bucket", "aws_s3_bucket_policy"]
	some block in terraform.resources(type)
	not is_shielded(block, policy_shielded)
	some statement in iam.statements_of(block, "policy")
	iam.allows_everybody(statement)
	grant := {
		"block": block, "key": array.concat(["policy"], statement.key),
		"grant": `a policy with the principal "*" and no condition`,
	}
}

grants contains grant if {
	some type in [
		"google_storage_bucket_iam_member", "google_storage_bucket_access_control",
		"google_storage_default_object_access_control", "google_storage_object_access_control",
	]
	some block in terraform.resources(type)
	some attribute in ["member", "entity"]
	member := values.get(block.values, attribute)
	member in everybody
	grant := {"block": block, "key": [attribute], "grant": sprintf("a role for %v", [member])}
}

grants contains grant if {
	some block in terraform.resources("google_storage_bucket_iam_binding")
	some index, member in values.list(values.get(block.values, "members"))
	member in everybody
	grant := {"block": block, "key": ["members", index], "grant": sprintf("a role for %v", [member])}
}

grants contains grant if {
	some block in terraform.resources("azurerm_storage_container")
	access := values.get(block.values, "container_access_type")
	access in ["blob", "container"]
	grant := {"block": block, "key": ["container_access_type"], "grant": sprintf("the access type %v", [access])}
}

grants contains grant if {
	some block in terraform.resources("azurerm_storage_account")
	some attribute in ["allow_nested_items_to_be_public", "allow_blob_public_access"]
	values.is_true(values.get(block.values, attribute))
	grant := {"block": block, "key": [attribute], "grant": sprintf("%v = true", [attribute])}
}

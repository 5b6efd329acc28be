package gatekeeper.lib.buckets_test

import data.gatekeeper.lib.buckets
import rego.v1

block(type, name, values) := {
	"at": {"path": "main.tf"}, "module": "m", "type": type, "name": name,
	"address": concat(".", [type, name]), "values": values, "count": 1,
}

test_bucket_of if {
	buckets.bucket_of(block("aws_s3_bucket", "x", {"bucket": "b"})) == "m:aws_s3_bucket.x"
	buckets.bucket_of(block("aws_s3_bucket_acl", "y", {"bucket": {"$unknown": "aws_s3_bucket.x.id"}})) == "m:aws_s3_bucket.x"
	buckets.bucket_of(block("aws_s3_bucket_acl", "y", {"bucket": {"$unknown": "aws_s3_bucket.x[0].id"}})) == "m:aws_s3_bucket.x"
	buckets.bucket_of(block("aws_s3_bucket_acl", "y", {"bucket": "b"})) == "b"
}

test_unknown_bucket_is_what_its_expression_says if {
	buckets.bucket_of(block("aws_s3_bucket_acl", "y", {"bucket": {"$unknown": "var.b"}})) == "m:var.b"
}

test_no_bucket if {
	every value in [null, 7, [], {}] { buckets.bucket_of(block("aws_s3_bucket_acl", "y", {"bucket": value})) == "" }
}

test_a_shield_covers_its_own_bucket_only if {
	shield := block("aws_s3_bucket_public_access_block", "s", {"bucket": {"$unknown": "aws_s3_bucket.x.id"}, "block_public_acls": true})
	resources := array.concat([shield], [block("aws_s3_bucket", name, {"acl": "public-read"}) | some name in ["x", "xy"]])
	found := {grant.block.name | some grant in buckets.grants} with input as {"terraform": {"resources": resources, "data": []}}
	found == {"xy"}
}

test_a_shield_of_an_unknown_bucket_covers_that_one_only if {
	shield := block("aws_s3_bucket_public_access_block", "s", {"bucket": {"$unknown": "var.b"}, "block_public_acls": true})
	acl := block("aws_s3_bucket_acl", "a", {"bucket": {"$unknown": "var.c"}, "acl": "public-read"})
	covered := block("aws_s3_bucket_acl", "b", {"bucket": {"$unknown": "var.b"}, "acl": "public-read"})
	nameless := block("aws_s3_bucket_public_access_block", "t", {"block_public_acls": true})
	resources := [shield, acl, covered, nameless, block("aws_s3_bucket_acl", "c", {"acl": "public-read"})]
	found := {grant.block.name | some grant in buckets.grants} with input as {"terraform": {"resources": resources, "data": []}}
	found == {"a", "c"}
}

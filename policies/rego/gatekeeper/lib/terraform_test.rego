package gatekeeper.lib.terraform_test

import data.gatekeeper.lib.terraform
import rego.v1

variable := {"$unknown": "var.x"}

block(type, name, instances) := {"type": type, "name": name, "values": {}, "count": instances}

evidence := {"terraform": {
	"resources": [block("a", "one", 1), block("a", "two", variable), block("a", "none", 0), block("b", "three", 3)],
	"data": [block("a", "document", 1), block("c", "none", 0)],
}}

test_resources_by_type if {
	names := {r.name | some r in terraform.resources("b")} with input as evidence
	names == {"three"}
}

test_resource_without_instances_is_left_out_unknown_count_is_not if {
	names := {r.name | some r in terraform.resources("a")} with input as evidence
	names == {"one", "two"}
}

test_no_resources_of_that_type if {
	found := terraform.resources("z") with input as evidence
	count(found) == 0
}

test_data_sources_by_type if {
	found := {r.name | some r in terraform.data_sources("a")} with input as evidence
	found == {"document"}
	none := terraform.data_sources("c") with input as evidence
	count(none) == 0
}

test_module_calls if {
	calls := {"terraform": {"modules": [object.union(block("module", source, 1), {"values": {"source": source}}) |
		some source in ["a/b/aws", "registry.terraform.io/a/b/aws", "./b", variable, null]
	]}}
	found := {r.name | some r in terraform.module_calls("a/b/aws")} with input as calls
	found == {"a/b/aws", "registry.terraform.io/a/b/aws"}
	none := terraform.module_calls("c/d/aws") with input as calls
	count(none) == 0
}

test_nothing_collected if {
	found := terraform.resources("a") with input as {"terraform": {"resources": [], "data": []}}
	count(found) == 0
}

test_blocks if {
	terraform.blocks({"ingress": [{"a": 1}, {"a": 2}]}, "ingress") == [{"a": 1}, {"a": 2}]
	terraform.blocks({"ingress": {"a": 1}}, "ingress") == [{"a": 1}]
	terraform.blocks({}, "ingress") == []
	terraform.blocks({"ingress": null}, "ingress") == []
	terraform.blocks("wrong", "ingress") == []
}

test_unknown_blocks_are_one_unknown_block if {
	terraform.blocks({"ingress": variable}, "ingress") == [variable]
	terraform.blocks(variable, "ingress") == [variable]
	terraform.blocks({"ingress": [variable, {"a": 1}]}, "ingress") == [variable, {"a": 1}]
}

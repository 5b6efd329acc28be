package gatekeeper.rules.residency.region_unknown_test

import data.gatekeeper.rules.residency.region_unknown as rule
import rego.v1

only_europe := {"residency": {"allowed_regions": ["eu-*"]}}

unknown(expression) := {"$unknown": expression}

place(address) := {"path": "main.tf", "document": 0, "keys": [address], "span": null}

block(type, name, body) := {"at": place(name), "module": "infra", "type": type, "name": name, "address": sprintf("%v.%v", [type, name]), "values": body, "count": 1}

nothing := {"resources": [], "providers": [], "backends": [], "data": [], "modules": []}

evidence(field, blocks) := {"terraform": object.union(nothing, {field: blocks})}

findings(given) := found if {
	found := rule.deny with input as given with data.gatekeeper.settings as only_europe
}

test_unknown_region_of_a_provider_is_flagged if {
	findings(evidence("providers", [block("aws", "main", {"region": unknown("var.region")})])) == {{
		"message": "The region of a block is not known before Terraform runs: var.region",
		"subject": "var.region",
		"at": place("main"),
		"key": ["region"],
	}}
}

test_expression_that_is_used_often_is_flagged_once if {
	found := findings(evidence("resources", [
		block("azurerm_storage_account", "b", {"location": unknown("var.location")}),
		block("azurerm_key_vault", "a", {"location": unknown("var.location")}),
		block("azurerm_key_vault", "c", {"location": unknown("local.elsewhere")}),
	]))
	{[finding.message, finding.at.keys] | some finding in found} == {
		["The region of 2 blocks is not known before Terraform runs: var.location", ["a"]],
		["The region of a block is not known before Terraform runs: local.elsewhere", ["c"]],
	}
}

test_provider_that_asks_the_environment_is_flagged if {
	findings(evidence("providers", [block("aws", "main", {"profile": "shop"})])) == {{
		"message": "The provider aws takes its region from the environment",
		"subject": "aws.main",
		"at": place("main"),
	}}
}

test_unknown_replicas_are_flagged if {
	found := findings(evidence("resources", [block("aws_dynamodb_table", "main", {"replica": [{"region_name": unknown("var.replica")}]})]))
	{finding.key | some finding in found} == {["replica", 0, "region_name"]}
}

test_known_regions_are_not_flagged if {
	findings(evidence("providers", [block("aws", "main", {"region": "us-east-1"}), block("azurerm", "main", {"features": [{}]})])) == set()
	findings(evidence("resources", [block("aws_s3_bucket", "main", {"bucket": unknown("var.name")})])) == set()
}

test_unknown_region_of_something_else_is_judged_there if {
	every expression in ["data.aws_region.current.name", "data.aws_availability_zones.here.names[0]", "azurerm_resource_group.main.location", "aws_subnet.a[0].availability_zone"] {
		findings(evidence("resources", [block("aws_ebs_volume", "main", {"region": unknown(expression)})])) == set()
	}
}

test_unknown_zone_of_aws_lies_in_the_region_of_its_provider if {
	zone := unknown("element(var.zones, count.index)")
	findings(evidence("resources", [block("aws_subnet", "a", {"availability_zone": zone, "availability_zones": [zone]})])) == set()
	count(findings(evidence("resources", [block("google_compute_disk", "a", {"zone": zone})]))) == 1
}

test_nothing_is_judged_without_the_setting if {
	found := rule.deny with input as evidence("providers", [block("aws", "main", {"region": unknown("var.region")})])
	found == set()
}

test_regions_of_wrong_types_are_not_flagged if {
	every wrong in [true, 7, [], {}, {"$unknown": 7}, {"$unknown": "x", "y": 1}] {
		findings(evidence("providers", [block("aws", "main", {"region": wrong})])) == set()
	}
}

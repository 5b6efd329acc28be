package gatekeeper.rules.residency.region_not_allowed_test

import data.gatekeeper.rules.residency.region_not_allowed as rule
import rego.v1

variable := {"$unknown": "var.region"}

only_europe := {"residency": {"allowed_regions": ["eu-*", "europe-*", "westeurope"]}}

place(address) := {"path": "main.tf", "document": 0, "keys": [address], "span": null}

block(type, body, instances) := {"at": place(type), "module": "", "type": type, "name": "x", "address": sprintf("%v.x", [type]), "values": body, "count": instances}

nothing := {"resources": [], "providers": [], "backends": [], "data": [], "modules": []}

evidence(field, blocks) := {"terraform": object.union(nothing, {field: blocks})}

resource(type, body) := evidence("resources", [block(type, body, 1)])

findings(given) := found if {
	found := rule.deny with input as given with data.gatekeeper.settings as only_europe
}

test_provider_elsewhere_is_flagged if {
	findings(evidence("providers", [block("aws", {"region": "us-east-1"}, 1), block("google", {"region": "europe-west1"}, 1)])) == {{
		"message": "The region us-east-1 is not allowed",
		"subject": "aws.x",
		"at": place("aws"),
		"key": ["region"],
	}}
}

test_resources_elsewhere_are_flagged if {
	every given in [
		resource("google_storage_bucket", {"location": "US"}),
		resource("azurerm_storage_account", {"location": "East US 2"}),
		resource("aws_instance", {"availability_zone": "us-west-2a"}),
		resource("aws_autoscaling_group", {"availability_zones": ["eu-west-1a", "us-west-2b"]}),
		resource("google_compute_instance", {"zone": "us-central1-a"}),
	] {
		count(findings(given)) == 1
	}
}

test_region_in_a_list_is_flagged_where_it_stands if {
	{finding.key | some finding in findings(resource("aws_autoscaling_group", {"availability_zones": ["eu-west-1a", "us-west-2b"]}))} == {["availability_zones", 1]}
}

test_replicas_elsewhere_are_flagged if {
	{finding.key | some finding in findings(resource("aws_dynamodb_table", {"replica": [{"region_name": "eu-west-3"}, {"region_name": "ap-south-1"}]}))} == {["replica", 1, "region_name"]}
	count(findings(resource("google_secret_manager_secret", {"replication": [{"user_managed": [{"replicas": [{"location": "us-east1"}]}]}]}))) == 1
	count(findings(resource("azurerm_cosmosdb_account", {"location": "westeurope", "geo_location": [{"location": "Japan East"}]}))) == 1
}

test_state_elsewhere_is_flagged if {
	count(findings(evidence("backends", [block("s3", {"bucket": "state", "region": "us-east-1"}, 1)]))) == 1
}

test_allowed_regions_are_not_flagged if {
	every given in [
		evidence("providers", [block("aws", {"region": "eu-central-1"}, 1)]),
		resource("azurerm_storage_account", {"location": "West Europe"}),
		resource("google_compute_instance", {"zone": "europe-west4-a"}),
		resource("aws_instance", {"availability_zone": "eu-west-1a"}),
		resource("google_compute_global_address", {"location": "global"}),
	] {
		findings(given) == set()
	}
}

test_other_attributes_and_clouds_are_not_flagged if {
	findings(resource("aws_s3_bucket", {"bucket": "us-east-1", "tags": {"region": "us-east-1"}})) == set()
	findings(resource("datadog_monitor", {"region": "us1"})) == set()
	findings(evidence("providers", [block("datadog", {"region": "us1"}, 1)])) == set()
}

test_resource_without_instances_is_not_flagged if {
	findings(evidence("resources", [block("aws_instance", {"availability_zone": "us-west-2a"}, 0)])) == set()
}

test_nothing_is_judged_without_the_setting if {
	given := evidence("providers", [block("aws", {"region": "us-east-1"}, 1)])
	unset := rule.deny with input as given
	unset == set()
	empty := rule.deny with input as given with data.gatekeeper.settings as {"residency": {"allowed_regions": []}}
	empty == set()
}

test_unknown_region_is_not_flagged_here if {
	findings(evidence("providers", [block("aws", {"region": variable}, 1)])) == set()
	findings(resource("aws_autoscaling_group", {"availability_zones": variable})) == set()
	findings(resource("aws_dynamodb_table", {"replica": [variable]})) == set()
	findings(resource("aws_dynamodb_table", {"replica": [{"region_name": variable}]})) == set()
	findings(resource("azurerm_container_registry", {"location": variable})) == set()
}

test_regions_of_wrong_types_are_not_flagged if {
	every wrong in [null, true, 7, [], {}, [7], {"a": "us-east-1"}] {
		findings(resource("aws_instance", {"region": wrong, "availability_zones": [wrong]})) == set()
		findings(resource("aws_dynamodb_table", {"replica": wrong})) == set()
	}
}

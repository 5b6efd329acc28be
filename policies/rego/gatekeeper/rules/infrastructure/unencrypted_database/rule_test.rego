package gatekeeper.rules.infrastructure.unencrypted_database_test

import data.gatekeeper.rules.infrastructure.unencrypted_database as rule
import rego.v1

variable := {"$unknown": "var.x"}

at(type) := {"path": "main.tf", "keys": ["resource", type, "x"]}

terraform(type, values) := {"terraform": {"resources": [{
	"at": at(type), "module": "", "type": type, "name": "x",
	"address": concat(".", [type, "x"]), "values": values, "count": 1,
}]}}

test_flagged_switched_off if {
	found := rule.deny with input as terraform("aws_db_instance", {"storage_encrypted": false})
	found == {{
		"message": "The data of this database is stored unencrypted: storage_encrypted is not true",
		"subject": "aws_db_instance.x", "at": at("aws_db_instance"), "key": ["storage_encrypted"],
	}}
}

test_flagged_absent_where_the_default_is_plain if {
	every type in [
		"aws_db_instance", "aws_rds_cluster", "aws_rds_global_cluster", "aws_docdb_cluster", "aws_neptune_cluster",
		"aws_elasticache_replication_group",
	] {
		found := rule.deny with input as terraform(type, {"engine": "x"})
		[finding.key | some finding in found] == [[]]
	}
}

test_flagged_false_as_text if {
	found := rule.deny with input as terraform("aws_redshift_cluster", {"encrypted": "false"})
	count(found) == 1
}

call(source, changes) := {"terraform": {"resources": [], "modules": [{
	"at": at("module"), "module": "", "type": "module", "name": "db", "address": "module.db",
	"values": object.union({"source": source}, changes), "count": 1,
}]}}

test_flagged_module_switched_off if {
	found := rule.deny with input as call("registry.terraform.io/terraform-aws-modules/rds/aws", {"storage_encrypted": false})
	[[finding.subject, finding.key] | some finding in found] == [["module.db", ["storage_encrypted"]]]
}

test_not_flagged_module_that_encrypts_by_itself if {
	every source in ["terraform-aws-modules/rds/aws", "terraform-aws-modules/rds-aurora/aws", "./db", null, {"$unknown": "x"}] {
		found := rule.deny with input as call(source, {})
		count(found) == 0
	}
	other := rule.deny with input as call("./db", {"storage_encrypted": false})
	count(other) == 0
}

test_not_flagged_key_without_the_switch if {
	found := rule.deny with input as terraform("aws_db_instance", {"kms_key_id": variable})
	count(found) == 0
}

test_not_flagged_encrypted if {
	every value in [true, "true"] {
		found := rule.deny with input as terraform("aws_rds_cluster", {"storage_encrypted": value})
		count(found) == 0
	}
}

test_not_flagged_where_the_default_is_encrypted if {
	redshift := rule.deny with input as terraform("aws_redshift_cluster", {})
	count(redshift) == 0
	serverless := rule.deny with input as terraform("aws_rds_cluster", {"engine_mode": "serverless"})
	count(serverless) == 0
	valkey := rule.deny with input as terraform("aws_elasticache_replication_group", {"engine": "valkey"})
	count(valkey) == 0
	azure := rule.deny with input as terraform("azurerm_mssql_database", {})
	count(azure) == 0
}

test_not_flagged_replica_or_restored if {
	every values in [
		{"replicate_source_db": "main"},
		{"replicate_source_db": variable},
		{"snapshot_identifier": "s"},
		{"restore_to_point_in_time": [{}]},
	] {
		found := rule.deny with input as terraform("aws_db_instance", values)
		count(found) == 0
	}
}

test_unknown_is_not_flagged if {
	found := rule.deny with input as terraform("aws_db_instance", {"storage_encrypted": variable})
	count(found) == 0
	mode := rule.deny with input as terraform("aws_rds_cluster", {"engine_mode": variable})
	count(mode) == 0
	engine := rule.deny with input as terraform("aws_elasticache_replication_group", {"engine": variable})
	count(engine) == 0
}

test_wrong_types_are_not_flagged if {
	every value in [7, "x", [], {}, [null]] {
		found := rule.deny with input as terraform("aws_db_instance", {"storage_encrypted": value})
		count(found) == 0
	}
}

# METADATA
# title: Database without encryption at rest
# description: >-
#   The storage of a database, its snapshots and its replicas are not encrypted: whoever gets hold of a disk or of a
#   copied snapshot reads everything. Most of these databases cannot be encrypted later without moving the data.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/311.html
# custom:
#   id: GK-INF-003
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Set the attribute that encrypts the storage to true, with a key of your own where you must control it.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.24]
#     nist-800-53: [SC-28]
package gatekeeper.rules.infrastructure.unencrypted_database

import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

# The attribute that encrypts, and whether the storage is plain where it is absent.
switches := {
	"aws_db_instance": {"attribute": "storage_encrypted", "plain": true},
	"aws_rds_cluster": {"attribute": "storage_encrypted", "plain": true},
	"aws_rds_global_cluster": {"attribute": "storage_encrypted", "plain": true},
	"aws_docdb_cluster": {"attribute": "storage_encrypted", "plain": true},
	"aws_neptune_cluster": {"attribute": "storage_encrypted", "plain": true},
	"aws_elasticache_replication_group": {"attribute": "at_rest_encryption_enabled", "plain": true},
	"aws_redshift_cluster": {"attribute": "encrypted", "plain": false},
	"azurerm_mssql_database": {"attribute": "transparent_data_encryption_enabled", "plain": false},
}

# What is restored or replicated from something else is encrypted as that is.
origins := [
	"replicate_source_db", "snapshot_identifier", "restore_to_point_in_time", "replication_source_identifier",
	"source_db_cluster_identifier", "global_cluster_identifier", "global_replication_group_id", "snapshot_arns",
	"snapshot_name", "s3_import",
]

deny contains finding if {
	some type, switch in switches
	some block in terraform.resources(type)
	not copied(block)
	some key in plain(block, switch)
	finding := {
		"message": message(switch.attribute),
		"subject": block.address,
		"at": block.at,
		"key": key,
	}
}

# The registry's modules encrypt unless they are told not to.
deny contains finding if {
	some source in ["terraform-aws-modules/rds/aws", "terraform-aws-modules/rds-aurora/aws"]
	some block in terraform.module_calls(source)
	values.is_false(values.get(block.values, "storage_encrypted"))
	finding := {
		"message": message("storage_encrypted"),
		"subject": block.address,
		"at": block.at,
		"key": ["storage_encrypted"],
	}
}

message(attribute) := sprintf("The data of this database is stored unencrypted: %v is not true", [attribute])

plain(block, switch) := [[switch.attribute]] if {
	values.is_false(values.get(block.values, switch.attribute))
} else := [[]] if {
	is_null(values.get(block.values, switch.attribute))
	switch.plain
	not encrypted_by_default(block)
} else := []

encrypted_by_default(block) if values.get(block.values, "engine_mode") == "serverless"

encrypted_by_default(block) if values.get(block.values, "engine") == "valkey"

# A key without the switch is refused when it is deployed.
encrypted_by_default(block) if not values.get(block.values, "kms_key_id") in [null, ""]

# Whether it is one of these cannot be known.
encrypted_by_default(block) if values.unknown(values.get(block.values, "engine_mode"))

encrypted_by_default(block) if {
	block.type == "aws_elasticache_replication_group"
	values.unknown(values.get(block.values, "engine"))
}

copied(block) if {
	some attribute in origins
	not values.get(block.values, attribute) in [null, "", []]
}

# METADATA
# title: Bucket that everybody may read
# description: >-
#   An access list, a policy or a role opens a bucket or storage container to people without an account, or to anyone
#   with any account of the provider. Open buckets are searched for systematically and are a common source of leaks.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/732.html
# custom:
#   id: GK-INF-002
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Remove the grant and block public access to the bucket as a whole. Serve what is meant for the public through a
#     content delivery network that alone may read the bucket.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.8.3]
#     nist-800-53: [AC-3]
package gatekeeper.rules.infrastructure.public_bucket

import data.gatekeeper.lib.buckets
import rego.v1

deny contains finding if {
	some grant in buckets.grants
	finding := {
		"message": sprintf("Everybody may read what is stored here: %v", [grant.grant]),
		"subject": grant.block.address,
		"at": grant.block.at,
		"key": grant.key,
	}
}

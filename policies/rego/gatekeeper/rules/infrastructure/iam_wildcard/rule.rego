# METADATA
# title: Permission to do everything
# description: >-
#   A policy or a role allows every action on every resource. Whoever takes over one credential or one workload that
#   holds it owns the whole account, cluster or namespace.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/250.html
# custom:
#   id: GK-INF-004
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Name the actions that are needed and the resources that they are needed on.
#   controls:
#     soc2: [CC6.3]
#     iso-27001: [A.8.2]
#     nist-800-53: [AC-6]
package gatekeeper.rules.infrastructure.iam_wildcard

import data.gatekeeper.lib.grants
import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

reach_of_roles := {"ClusterRole": "cluster", "Role": "namespace"}

reach_of_bindings := {"ClusterRoleBinding": "cluster", "RoleBinding": "namespace"}

deny contains finding if {
	some grant in grants.everything
	finding := {
		"message": grant.message,
		"subject": grant.block.address,
		"at": grant.block.at,
		"key": grant.key,
	}
}

deny contains finding if {
	some object in input.kubernetes
	where := reach_of_roles[object.kind]
	some index, rule in values.list(values.get(object.manifest, "rules"))
	every attribute in ["apiGroups", "resources", "verbs"] {
		"*" in values.strings_of(values.get(rule, attribute))
	}
	finding := {
		"message": sprintf("This role allows every verb on every resource of the %v", [where]),
		"subject": kubernetes.subject(object),
		"at": object.at,
		"key": ["rules", index, "verbs"],
	}
}

# People administer clusters, and this role is made for them; workloads and crowds should not.
deny contains finding if {
	some object in input.kubernetes
	where := reach_of_bindings[object.kind]
	role := values.get(object.manifest, "roleRef")
	values.get(role, "kind") == "ClusterRole"
	values.get(role, "name") == "cluster-admin"
	names := [name | some name in holders(object.manifest)]
	count(names) > 0
	finding := {
		"message": sprintf("cluster-admin allows %v every verb on every resource of the %v", [concat(", ", names), where]),
		"subject": kubernetes.subject(object),
		"at": object.at,
		"key": ["roleRef", "name"],
	}
}

holders(manifest) := {name |
	some subject in values.list(values.get(manifest, "subjects"))
	name := values.get(subject, "name")
	is_string(name)
	not person(values.get(subject, "kind"), name)
}

person(kind, _) if not kind in ["ServiceAccount", "User", "Group"]

person(kind, name) if {
	kind in ["User", "Group"]
	not regex.match(`^system:(anonymous|unauthenticated|authenticated|serviceaccounts?(:.*)?)$`, name)
}

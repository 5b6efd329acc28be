# METADATA
# title: Administration or database port open to everybody
# description: >-
#   A firewall rule lets the whole internet reach a port by which machines are administered or databases are read.
#   Such ports are scanned within minutes, and a weak password or one unpatched flaw is enough to take over.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/284.html
# custom:
#   id: GK-INF-001
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Allow only the networks that need the port (an office range, a bastion host, a VPN), or reach the machine through the
#     provider's session service without an open port.
#   controls:
#     soc2: [CC6.6]
#     iso-27001: [A.8.20]
#     nist-800-53: [SC-7]
package gatekeeper.rules.infrastructure.open_administration_port

import data.gatekeeper.lib.exposure
import data.gatekeeper.lib.firewalls
import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some opening in firewalls.openings
	finding := {
		"message": sprintf("%v may reach %v", [opening.source, summary(opening.ports)]),
		"subject": opening.block.address,
		"at": opening.block.at,
		"key": opening.key,
	}
}

deny contains finding if {
	some object in input.kubernetes
	kubernetes.public_load_balancer(object)
	some index, item in values.list(values.get(values.get(object.manifest, "spec"), "ports"))
	port := values.get(item, "port")
	service := exposure.database[port]
	finding := {
		"message": sprintf("The load balancer lets everybody reach port %v (%v)", [format_int(port, 10), service]),
		"subject": kubernetes.subject(object),
		"at": object.at,
		"key": ["spec", "ports", index, "port"],
	}
}

summary(ports) := sprintf("port %v", [exposure.describe(ports)]) if {
	count(ports) == 1
} else := sprintf("the ports %v", [exposure.describe(ports)]) if {
	count(ports) < 6
} else := sprintf("%v sensitive ports, among them %v", [format_int(count(ports), 10), exposure.describe(array.slice(sort(ports), 0, 3))])

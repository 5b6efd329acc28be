# METADATA
# title: What is reachable from anywhere
# description: >-
#   Sources that are the whole internet, and ports by which machines are administered or data is read.
package gatekeeper.lib.exposure

import data.gatekeeper.lib.values
import rego.v1

# Port -> service.
administration := {port: service |
	some service, ports in data.gatekeeper.data.sensitive_ports.administration
	some port in ports
}

database := {port: service |
	some service, ports in data.gatekeeper.data.sensitive_ports.database
	some port in ports
}

sensitive := object.union(administration, database)

# Networks as large as these (0.0.0.0/1, 2000::/3) only make sense as a part of "everybody": the private and the
# multicast ones among them (fc00::/7, 224.0.0.0/4) are left out.
world(cidr) if {
	is_string(cidr)
	regex.match(`^\s*[0-9A-Fa-f.:]+/[0-7]\s*$`, cidr)
	not regex.match(`^\s*([fF][cCdD]|22[4-9]\.|23[0-9]\.|24[0-9]\.|25[0-5]\.)`, cidr)
}

# Azure's ways to say everybody.
azure_world(prefix) if world(prefix)

azure_world(prefix) if {
	is_string(prefix)
	lower(prefix) in {"*", "any", "internet", "0.0.0.0", "<nw>/0", "/0"}
}

# Sensitive ports between two numbers, both included.
ports_between(low, high) := {port | some port, _ in sensitive; low <= port; port <= high} if {
	is_number(low)
	is_number(high)
} else := set()

# Sensitive ports of a text such as "22", "20-25", "22, 80" or "*".
ports_in(text) := {port | some port, _ in sensitive} if {
	text == "*"
} else := {port | some part in split(text, ","); some port in ports_in_part(trim_space(part))} if {
	is_string(text)
} else := ports_between(text, text)

ports_in_part(part) := ports_between(port, port) if {
	port := values.number(part)
} else := ports_between(to_number(range[0][1]), to_number(range[0][2])) if {
	range := regex.find_all_string_submatch_n(`^([0-9]{1,5})\s*-\s*([0-9]{1,5})$`, part, 1)
	count(range) == 1
} else := set()

# "22 (SSH), 3389 (RDP)", in the order of the ports.
describe(ports) := concat(", ", [sprintf("%v (%v)", [format_int(port, 10), sensitive[port]]) | some port in sort(ports)])

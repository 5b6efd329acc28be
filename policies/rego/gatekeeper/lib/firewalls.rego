# METADATA
# title: Firewall rules that open sensitive ports to everybody
# description: >-
#   The rules of AWS, Google and Azure brought to one shape: {"block", "key", "source", "ports"}, where key leads to the
#   source within the block and ports are the sensitive ports that the rule opens.
package gatekeeper.lib.firewalls

import data.gatekeeper.lib.exposure
import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

protocol_name(protocol) := lower(format_int(protocol, 10)) if {
	is_number(protocol)
} else := lower(protocol) if {
	is_string(protocol)
} else := ""

every_protocol(protocol) if protocol_name(protocol) in {"-1", "all", "*", "any"}

# Those of the ports at which something listens under that protocol.
carried(protocol, ports) := ports if {
	every_protocol(protocol)
} else := ports if {
	protocol_name(protocol) in {"tcp", "6"}
} else := {port | some port in ports; port in data.gatekeeper.data.sensitive_ports.udp} if {
	protocol_name(protocol) in {"udp", "17"}
} else := set()

all_ports := {port | some port, _ in exposure.sensitive}

# Openings of AWS: blocks of security groups, and rules that are resources of their own.
openings contains opening if {
	some type in ["aws_security_group", "aws_default_security_group"]
	some block in terraform.resources(type)
	some index, rule in terraform.blocks(block.values, "ingress")
	some opening in aws_openings(block, rule, ["ingress", index])
}

openings contains opening if {
	some block in terraform.resources("aws_security_group_rule")
	values.get(block.values, "type") == "ingress"
	some opening in aws_openings(block, block.values, [])
}

openings contains opening if {
	some block in terraform.resources("aws_vpc_security_group_ingress_rule")
	some opening in aws_openings(block, block.values, [])
}

aws_openings(block, rule, key) := [opening |
	ports := aws_ports(rule)
	count(ports) > 0
	some attribute in ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"]
	some item in aws_sources(rule, attribute)
	opening := {"block": block, "key": array.concat(key, item.key), "source": item.source, "ports": ports}
]

aws_sources(rule, attribute) := [{"key": [attribute, index], "source": source} |
	some index, source in values.get(rule, attribute)
	exposure.world(source)
] if {
	is_array(values.get(rule, attribute))
} else := [{"key": [attribute], "source": source} |
	source := values.get(rule, attribute)
	exposure.world(source)
]

aws_protocol(rule) := values.get(rule, "ip_protocol") if {
	is_null(values.get(rule, "protocol"))
} else := values.get(rule, "protocol")

aws_ports(rule) := all_ports if {
	every_protocol(aws_protocol(rule))
} else := carried(aws_protocol(rule), exposure.ports_between(low, high)) if {
	low := values.number(values.get(rule, "from_port"))
	high := values.number(values.get(rule, "to_port"))
} else := set()

# The registry's module for security groups, whose sources stand in one string, separated by commas.
openings contains opening if {
	some block in terraform.module_calls("terraform-aws-modules/security-group/aws")
	some index, rule in values.list(values.get(block.values, "ingress_with_cidr_blocks"))
	ports := aws_ports(rule)
	count(ports) > 0
	sources := values.get(rule, "cidr_blocks")
	is_string(sources)
	some source in split(sources, ",")
	exposure.world(source)
	key := ["ingress_with_cidr_blocks", index, "cidr_blocks"]
	opening := {"block": block, "key": key, "source": trim_space(source), "ports": ports}
}

# Openings of Google: a rule without ports opens all of them.
openings contains opening if {
	some block in terraform.resources("google_compute_firewall")
	values.get(block.values, "direction") in [null, "INGRESS"]
	not google_disabled(block)
	some index, source in values.list(values.get(block.values, "source_ranges"))
	exposure.world(source)
	ports := {port | some rule in terraform.blocks(block.values, "allow"); some port in google_ports(rule)}
	count(ports) > 0
	opening := {"block": block, "key": ["source_ranges", index], "source": source, "ports": ports}
}

google_disabled(block) if values.is_true(values.get(block.values, "disabled"))

google_disabled(block) if values.unknown(values.get(block.values, "disabled"))

google_ports(rule) := carried(values.get(rule, "protocol"), all_ports) if {
	values.get(rule, "ports") in [null, []]
} else := carried(values.get(rule, "protocol"), ports) if {
	ports := {port | some text in values.list(values.get(rule, "ports")); some port in exposure.ports_in(text)}
} else := set()

# Openings of Azure: rules inside a group and rules of their own.
openings contains opening if {
	some block in terraform.resources("azurerm_network_security_rule")
	some opening in azure_openings(block, block.values, [])
}

openings contains opening if {
	some block in terraform.resources("azurerm_network_security_group")
	some index, rule in terraform.blocks(block.values, "security_rule")
	some opening in azure_openings(block, rule, ["security_rule", index])
}

azure_openings(block, rule, key) := [opening |
	azure_says(rule, "access", "allow")
	azure_says(rule, "direction", "inbound")
	ports := {port |
		some attribute in ["destination_port_range", "destination_port_ranges"]
		some text in values.list(values.get(rule, attribute))
		some port in carried(values.get(rule, "protocol"), exposure.ports_in(text))
	}
	count(ports) > 0
	some attribute in ["source_address_prefix", "source_address_prefixes"]
	some index, source in values.list(values.get(rule, attribute))
	exposure.azure_world(source)
	opening := {
		"block": block, "key": array.concat(key, azure_key(rule, attribute, index)),
		"source": source, "ports": ports,
	}
]

azure_says(rule, attribute, word) if {
	text := values.get(rule, attribute)
	is_string(text)
	lower(text) == word
}

azure_key(rule, attribute, index) := [attribute, index] if {
	is_array(values.get(rule, attribute))
} else := [attribute]

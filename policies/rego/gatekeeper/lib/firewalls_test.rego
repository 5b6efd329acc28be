package gatekeeper.lib.firewalls_test

import data.gatekeeper.lib.firewalls
import rego.v1

variable := {"$unknown": "var.x"}

evidence(type, values) := {"terraform": {"resources": [{
	"at": {"path": "main.tf"}, "module": "", "type": type, "name": "x",
	"address": concat(".", [type, "x"]), "values": values, "count": 1,
}]}}

test_each_source_is_an_opening_of_its_own if {
	rule := {"from_port": 22, "to_port": 23, "protocol": "6", "cidr_blocks": ["0.0.0.0/0", "10.0.0.0/8"], "ipv6_cidr_blocks": ["::/0"]}
	found := firewalls.openings with input as evidence("aws_security_group", {"ingress": [rule]})
	{[item.key, item.source, item.ports] | some item in found} == {
		[["ingress", 0, "cidr_blocks", 0], "0.0.0.0/0", {22, 23}],
		[["ingress", 0, "ipv6_cidr_blocks", 0], "::/0", {22, 23}],
	}
}

test_google_joins_the_ports_of_all_allow_blocks if {
	values := {
		"source_ranges": "0.0.0.0/0",
		"allow": [{"protocol": "tcp", "ports": ["22", 3389]}, {"protocol": "icmp"}, {"protocol": "UDP", "ports": "11211"}],
	}
	found := firewalls.openings with input as evidence("google_compute_firewall", values)
	{item.ports | some item in found} == {{22, 3389, 11211}}
}

test_azure_joins_both_attributes if {
	values := {
		"access": "allow", "direction": "INBOUND", "protocol": "*", "source_address_prefixes": ["Internet"],
		"destination_port_range": "22", "destination_port_ranges": ["443", "3000-3400"],
	}
	found := firewalls.openings with input as evidence("azurerm_network_security_rule", values)
	[[item.key, item.ports] | some item in found] == [[["source_address_prefixes", 0], {22, 3306, 3389}]]
}

test_unknown_opens_nothing_for_certain if {
	every type in [
		"aws_security_group", "aws_default_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule",
		"google_compute_firewall", "azurerm_network_security_rule", "azurerm_network_security_group",
	] {
		every values in [variable, {"ingress": variable, "security_rule": variable, "allow": variable}] {
			found := firewalls.openings with input as evidence(type, values)
			count(found) == 0
		}
	}
}

test_wrong_types_open_nothing if {
	every value in [null, true, 7, "x", [], {}, [7], [null]] {
		blocks := {"ingress": value, "security_rule": value, "allow": value, "source_ranges": value, "cidr_blocks": value, "protocol": value}
		every type in ["aws_security_group", "aws_security_group_rule", "google_compute_firewall", "azurerm_network_security_group"] {
			found := firewalls.openings with input as evidence(type, blocks)
			count(found) == 0
		}
	}
}

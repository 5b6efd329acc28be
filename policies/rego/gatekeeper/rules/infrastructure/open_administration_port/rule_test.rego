package gatekeeper.rules.infrastructure.open_administration_port_test

import data.gatekeeper.rules.infrastructure.open_administration_port as rule
import rego.v1

variable := {"$unknown": "var.x"}

resource(type, values) := {
	"at": {"path": "main.tf", "keys": ["resource", type, "x"]}, "module": "", "type": type, "name": "x",
	"address": concat(".", [type, "x"]), "values": values, "count": 1,
}

terraform(type, values) := {"terraform": {"resources": [resource(type, values)], "data": []}, "kubernetes": []}

call(rule) := {"kubernetes": [], "terraform": {"resources": [], "data": [], "modules": [object.union(
	resource("module", {"source": "terraform-aws-modules/security-group/aws", "ingress_with_cidr_blocks": [rule]}),
	{"address": "module.x"},
)]}}

test_flagged_module_for_security_groups if {
	found := rule.deny with input as call({"from_port": 5432, "to_port": 5432, "protocol": "tcp", "cidr_blocks": "10.0.0.0/8, 0.0.0.0/0"})
	[[finding.message, finding.key] | some finding in found] == [[
		"0.0.0.0/0 may reach port 5432 (PostgreSQL)",
		["ingress_with_cidr_blocks", 0, "cidr_blocks"],
	]]
}

test_not_flagged_module_with_private_sources if {
	every sources in ["10.0.0.0/8", null, ["0.0.0.0/0"], variable] {
		found := rule.deny with input as call({"from_port": 5432, "to_port": 5432, "protocol": "tcp", "cidr_blocks": sources})
		count(found) == 0
	}
}

ingress(changes) := object.union({"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}, changes)

group(changes) := terraform("aws_security_group", {"ingress": [ingress(changes)]})

service(spec, annotations) := {"terraform": {"resources": [], "data": []}, "kubernetes": [{
	"at": {"path": "db.yaml"}, "api_version": "v1", "kind": "Service", "name": "db", "namespace": "",
	"manifest": {"metadata": {"annotations": annotations}, "spec": spec},
}]}

test_flagged_ssh_from_everywhere if {
	found := rule.deny with input as group({})
	found == {{
		"message": "0.0.0.0/0 may reach port 22 (SSH)",
		"subject": "aws_security_group.x",
		"at": {"path": "main.tf", "keys": ["resource", "aws_security_group", "x"]},
		"key": ["ingress", 0, "cidr_blocks", 0],
	}}
}

test_flagged_range_that_holds_databases if {
	found := rule.deny with input as group({"from_port": "3000", "to_port": "6000"})
	[finding.message | some finding in found] == ["0.0.0.0/0 may reach 12 sensitive ports, among them 3306 (MySQL), 3389 (RDP), 4505 (SaltStack)"]
}

test_flagged_all_protocols if {
	found := rule.deny with input as group({"from_port": 0, "to_port": 0, "protocol": "-1"})
	count(found) == 1
}

test_flagged_half_of_the_internet if {
	found := rule.deny with input as group({"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"]})
	{finding.key[3] | some finding in found} == {1, 2}
}

test_flagged_ipv6 if {
	found := rule.deny with input as group({"cidr_blocks": [], "ipv6_cidr_blocks": ["::/0"]})
	{finding.key | some finding in found} == {["ingress", 0, "ipv6_cidr_blocks", 0]}
}

test_flagged_default_group if {
	found := rule.deny with input as terraform("aws_default_security_group", {"ingress": [ingress({})]})
	count(found) == 1
}

test_flagged_rule_resource if {
	found := rule.deny with input as terraform("aws_security_group_rule", ingress({"type": "ingress"}))
	{finding.key | some finding in found} == {["cidr_blocks", 0]}
}

test_flagged_new_rule_resource if {
	found := rule.deny with input as terraform(
		"aws_vpc_security_group_ingress_rule",
		{"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_ipv4": "0.0.0.0/0"},
	)
	{finding.key | some finding in found} == {["cidr_ipv4"]}
}

test_flagged_google if {
	found := rule.deny with input as terraform(
		"google_compute_firewall",
		{"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": ["80", "3380-3390"]}]},
	)
	[[finding.message, finding.key] | some finding in found] == [["0.0.0.0/0 may reach port 3389 (RDP)", ["source_ranges", 0]]]
}

test_flagged_google_rule_without_ports if {
	found := rule.deny with input as terraform(
		"google_compute_firewall",
		{"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp"}]},
	)
	count(found) == 1
}

azure(changes) := object.union(
	{
		"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "source_address_prefix": "*",
		"destination_port_range": "22",
	},
	changes,
)

test_flagged_azure if {
	found := rule.deny with input as terraform("azurerm_network_security_rule", azure({}))
	{finding.key | some finding in found} == {["source_address_prefix"]}
}

test_flagged_azure_rule_inside_a_group if {
	found := rule.deny with input as terraform(
		"azurerm_network_security_group",
		{"security_rule": [azure({"source_address_prefix": null, "source_address_prefixes": ["10.0.0.0/8", "Internet"]})]},
	)
	{finding.key | some finding in found} == {["security_rule", 0, "source_address_prefixes", 1]}
}

test_flagged_database_behind_a_load_balancer if {
	found := rule.deny with input as service({"type": "LoadBalancer", "ports": [{"port": 80}, {"port": 5432}]}, {})
	{[finding.subject, finding.key] | some finding in found} == {["Service/db", ["spec", "ports", 1, "port"]]}
}

test_not_flagged_web_port if {
	found := rule.deny with input as group({"from_port": 443, "to_port": 443})
	count(found) == 0
}

test_not_flagged_private_networks if {
	every cidr in ["10.0.0.0/8", "192.168.0.0/16", "203.0.113.7/32", "fc00::/7", "fd00::/8"] {
		found := rule.deny with input as group({"cidr_blocks": [cidr]})
		count(found) == 0
	}
}

test_not_flagged_ping if {
	found := rule.deny with input as group({"from_port": -1, "to_port": -1, "protocol": "icmp"})
	count(found) == 0
}

test_not_flagged_protocol_that_the_service_does_not_speak if {
	ssh := rule.deny with input as group({"protocol": "udp"})
	count(ssh) == 0
	memcached := rule.deny with input as group({"protocol": "udp", "from_port": 11211, "to_port": 11211})
	count(memcached) == 1
}

test_not_flagged_egress if {
	egress := rule.deny with input as terraform("aws_security_group", {"egress": [ingress({})]})
	count(egress) == 0
	other := rule.deny with input as terraform("aws_security_group_rule", ingress({"type": "egress"}))
	count(other) == 0
}

test_not_flagged_group_without_instances if {
	found := rule.deny with input as {
		"terraform": {"resources": [object.union(
			resource("aws_security_group", {"ingress": [ingress({})]}),
			{"count": 0},
		)]},
		"kubernetes": [],
	}
	count(found) == 0
}

test_not_flagged_google_egress_disabled_or_deny if {
	every changes in [{"direction": "EGRESS"}, {"disabled": true}, {"allow": [], "deny": [{"protocol": "all"}]}] {
		found := rule.deny with input as terraform(
			"google_compute_firewall",
			object.union({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "all"}]}, changes),
		)
		count(found) == 0
	}
}

test_not_flagged_azure_deny_or_outbound if {
	every changes in [{"access": "Deny"}, {"direction": "Outbound"}, {"protocol": "Icmp"}, {"destination_port_range": "443"}] {
		found := rule.deny with input as terraform("azurerm_network_security_rule", azure(changes))
		count(found) == 0
	}
}

test_not_flagged_service_inside_the_network if {
	ports := [{"port": 5432}]
	every spec in [
		{"type": "ClusterIP", "ports": ports},
		{"type": "LoadBalancer", "ports": ports, "loadBalancerSourceRanges": ["10.0.0.0/8"]},
		{"type": "LoadBalancer", "ports": ports, "loadBalancerClass": "tailscale"},
	] {
		found := rule.deny with input as service(spec, {})
		count(found) == 0
	}
	every annotations in [
		{"service.beta.kubernetes.io/aws-load-balancer-internal": "true"},
		{"networking.gke.io/load-balancer-type": "Internal"},
		{"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8"},
	] {
		found := rule.deny with input as service({"type": "LoadBalancer", "ports": ports}, annotations)
		count(found) == 0
	}
}

test_unknown_is_not_flagged if {
	every attribute in ["from_port", "to_port", "protocol", "cidr_blocks"] {
		found := rule.deny with input as group({attribute: variable})
		count(found) == 0
	}
	inside := rule.deny with input as group({"cidr_blocks": [variable]})
	count(inside) == 0
	blocks := rule.deny with input as terraform("aws_security_group", {"ingress": variable})
	count(blocks) == 0
	every attribute in ["access", "direction", "protocol", "source_address_prefix", "destination_port_range"] {
		found := rule.deny with input as terraform("azurerm_network_security_rule", azure({attribute: variable}))
		count(found) == 0
	}
	every changes in [{"source_ranges": variable}, {"allow": variable}, {"disabled": variable}, {"allow": [{"protocol": "tcp", "ports": variable}]}] {
		found := rule.deny with input as terraform(
			"google_compute_firewall",
			object.union({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "all"}]}, changes),
		)
		count(found) == 0
	}
}

test_unknown_beside_known_is_flagged if {
	found := rule.deny with input as group({"cidr_blocks": [variable, "0.0.0.0/0"]})
	{finding.key | some finding in found} == {["ingress", 0, "cidr_blocks", 1]}
}

test_wrong_types_are_not_flagged if {
	every value in [null, true, 7, "x", [], {}, [[]], [{}], [null]] {
		found := rule.deny with input as terraform("aws_security_group", {"ingress": value})
		count(found) == 0
		inside := rule.deny with input as group({"from_port": value, "to_port": value})
		count(inside) == 0
		sources := rule.deny with input as group({"cidr_blocks": value})
		count(sources) == 0
		prefixes := rule.deny with input as terraform("azurerm_network_security_rule", azure({"source_address_prefix": value}))
		count(prefixes) == 0
		ranges := rule.deny with input as terraform("azurerm_network_security_rule", azure({"destination_port_range": value}))
		count(ranges) == count([1 | value == 22])
		ports := rule.deny with input as service({"type": "LoadBalancer", "ports": value}, value)
		count(ports) == 0
	}
}

package gatekeeper.lib.exposure_test

import data.gatekeeper.lib.exposure
import rego.v1

variable := {"$unknown": "var.x"}

test_world if {
	every cidr in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2", "2000::/3", " 0.0.0.0/0 "] { exposure.world(cidr) }
}

test_not_world if {
	every cidr in ["10.0.0.0/8", "0.0.0.0/8", "1.2.3.4/32", "fc00::/7", "FC00::/7", "224.0.0.0/4", "0.0.0.0", "", "x", "*"] {
		not exposure.world(cidr)
	}
	every value in [variable, null, true, 0, [], {}, ["0.0.0.0/0"]] { not exposure.world(value) }
}

test_world_as_azure_says_it if {
	every prefix in ["*", "Internet", "internet", "Any", "0.0.0.0/0", "::/0", "0.0.0.0"] { exposure.azure_world(prefix) }
	every prefix in ["VirtualNetwork", "10.0.0.0/8", "", null, variable] { not exposure.azure_world(prefix) }
}

test_ports_between if {
	exposure.ports_between(20, 25) == {22, 23}
	exposure.ports_between(443, 443) == set()
	exposure.ports_between(25, 20) == set()
	exposure.ports_between("22", 22) == set()
	exposure.ports_between(variable, variable) == set()
}

test_ports_in if {
	exposure.ports_in("22") == {22}
	exposure.ports_in(22) == {22}
	exposure.ports_in("20 - 25") == {22, 23}
	exposure.ports_in("443") == set()
	exposure.ports_in("80, 22 ,3380-3390") == {22, 3389}
	count(exposure.ports_in("*")) > 20
	every value in ["", "x", "22-", "-22", "20-25-30", null, true, [], {}, variable] { exposure.ports_in(value) == set() }
}

test_describe if exposure.describe({5432, 22}) == "22 (SSH), 5432 (PostgreSQL)"

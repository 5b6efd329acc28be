package gatekeeper.rules.api.plain_http_server_test

import data.gatekeeper.rules.api.plain_http_server as rule
import rego.v1

at(keys) := {"path": "openapi.yaml", "document": 0, "keys": keys, "span": null}

server(url) := {"at": at(["servers", url]), "url": url}

evidence(urls, operation_urls) := {"openapi": [{
	"at": at([]), "title": "Shop", "security_schemes": {}, "schemas": {},
	"servers": [server(url) | some url in urls],
	"operations": [{"at": at([]), "method": "get", "path": "/a", "servers": [server(url) | some url in array.concat(urls, operation_urls)]}],
}]}

subjects(found) := {finding.subject | some finding in found}

test_plain_http_is_flagged if {
	found := rule.deny with input as evidence(["http://api.shop.com/v1", "https://api.shop.com/v1"], [])
	found == {{
		"message": "The server http://api.shop.com/v1 is reached without encryption",
		"subject": "http://api.shop.com/v1",
		"at": at(["servers", "http://api.shop.com/v1"]),
		"key": ["url"],
	}}
}

test_server_of_an_operation_is_flagged if {
	found := rule.deny with input as evidence(["https://api.shop.com"], ["HTTP://files.shop.com:8080"])
	subjects(found) == {"HTTP://files.shop.com:8080"}
}

test_public_addresses_are_flagged if {
	urls := ["http://8.8.8.8/", "http://user@shop.com", "http://[2001:db8::1]/", "http://172.32.0.1", "http://localhost.shop.com", "http://10.shop.com"]
	found := rule.deny with input as evidence(urls, [])
	subjects(found) == {url | some url in urls}
}

test_encrypted_and_relative_ones_are_not_flagged if {
	found := rule.deny with input as evidence(["https://api.shop.com", "/v1", "", "./v2", "//api.shop.com", "wss://api.shop.com"], [])
	found == set()
}

test_addresses_that_stay_inside_are_not_flagged if {
	found := rule.deny with input as evidence(
		[
			"http://localhost:8080/v1", "http://127.0.0.1", "http://[::1]:80", "http://0.0.0.0:8000", "http://orders", "http://orders:8080/",
			"http://orders.shop.svc", "http://orders.shop.svc.cluster.local:80", "http://10.1.2.3", "http://192.168.0.1", "http://172.16.0.1", "http://host.docker.internal",
		],
		[],
	)
	found == set()
}

# The default of a server variable is filled in; what is left in braces has none.
test_unknown_host_is_not_flagged if {
	found := rule.deny with input as evidence(["http://{host}/v1", "http://{tenant}.shop.com"], [])
	found == set()
}

test_nothing_collected if {
	found := rule.deny with input as {"openapi": []}
	found == set()
}

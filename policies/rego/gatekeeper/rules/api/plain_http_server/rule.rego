# METADATA
# title: Server without encryption
# description: >-
#   A server address that starts with http:// sends requests, credentials and data readably through every network on the
#   way. Addresses of this machine, of the cluster or of a private network are left alone.
# related_resources:
#   - https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/
#   - https://cwe.mitre.org/data/definitions/319.html
# custom:
#   id: GK-API-004
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: Serve the API over https and change the address in the document.
#   controls:
#     owasp-api-2023: [API8]
#     soc2: [CC6.7]
#     iso-27001: [A.8.24]
#     gdpr: [Art. 32]
package gatekeeper.rules.api.plain_http_server

import rego.v1

deny contains finding if {
	some server in servers
	address := lower(server.url)
	some [_, host] in regex.find_all_string_submatch_n(`^http://(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)`, address, 1)
	not stays_inside(host)
	finding := {
		"message": sprintf("The server %v is reached without encryption", [server.url]),
		"subject": server.url,
		"at": server.at,
		"key": ["url"],
	}
}

servers contains server if {
	some document in input.openapi
	some server in document.servers
}

servers contains server if {
	some document in input.openapi
	some operation in document.operations
	some server in operation.servers
}

# A host without dots is a service of the same network; one with a variable left in it is not known.
stays_inside(host) if regex.match(`^([^.\[]*|\[::1\]|.*\{.*|.*\.(localhost|local|internal|lan|svc|test|invalid))$`, host)

stays_inside(host) if regex.match(`^(127|10|192\.168|172\.(1[6-9]|2[0-9]|3[01]))\.[0-9.]+$|^0\.0\.0\.0$`, host)

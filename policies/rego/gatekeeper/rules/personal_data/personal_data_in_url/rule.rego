# METADATA
# title: Personal data in the address
# description: >-
#   Paths and queries are written to the logs of every proxy and server, to browser histories and to Referer headers.
#   Personal data in them spreads beyond what anybody can delete.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/598.html
#   - https://gdpr-info.eu/art-5-gdpr/
# custom:
#   id: GK-PII-001
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: >-
#     Refer to people by an opaque id in the path, and send search terms in the body of a POST. If the name means something
#     else here, add it to personal_data.ignore in the settings.
#   controls:
#     gdpr: [Art. 5(1)(f), Art. 25]
#     soc2: [P4.2]
#     iso-27001: [A.5.34]
package gatekeeper.rules.personal_data.personal_data_in_url

import data.gatekeeper.lib.api
import data.gatekeeper.lib.names
import rego.v1

deny contains finding if {
	some parameter, labels in api.parameter_uses
	names.personal(parameter.name)
	finding := {
		"message": sprintf("The %v parameter %v of %v is personal data", [parameter.location, parameter.name, api.labels_summary(labels)]),
		"subject": parameter.name,
		"at": parameter.at,
	}
}

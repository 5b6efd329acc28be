# METADATA
# title: Personal data in a log
# description: >-
#   Logs are kept for long, copied to many places and read by many people. Personal data that is written to them can
#   hardly be found again, let alone deleted.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/532.html
#   - https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
# custom:
#   id: GK-PII-004
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Log an opaque id instead, or mask the value before it is logged.
#   controls:
#     gdpr: [Art. 5(1)(c), Art. 32]
#     owasp-2021: [A09]
#     soc2: [P4.2]
#     iso-27001: [A.5.34, A.8.15]
package gatekeeper.rules.personal_data.personal_data_logged

import rego.v1

deny contains finding if {
	some found in input.sast.findings
	found.category == "personal-data-log"
	finding := {"message": found.message, "subject": found.check, "at": found.at, "remediation": found.remediation}
}

# METADATA
# title: Insecure code
# description: >-
#   The code holds a pattern that attackers exploit, such as a query or command that is put together from input.
# related_resources:
#   - https://owasp.org/Top10/A03_2021-Injection/
# custom:
#   id: GK-SAST-001
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Follow the advice of the finding.
#   controls:
#     soc2: [CC8.1]
#     iso-27001: [A.8.28]
#     nist-800-53: [SA-11]
package gatekeeper.rules.code.code_flaw

import rego.v1

deny contains finding if {
	some flaw in input.sast.findings
	not startswith(flaw.category, "personal-data")
	finding := {
		"message": concat("", [flaw.message, weakness(flaw.cwe), suppressed(flaw.suppression)]),
		"subject": flaw.check,
		"at": flaw.at,
		"severity": flaw.severity,
		"remediation": flaw.remediation,
	}
}

weakness(names) := sprintf(" (%v)", [concat(", ", names)]) if {
	count(names) > 0
} else := ""

suppressed(comment) := sprintf(" The comment %v asks to suppress this and is not obeyed: use a waiver.", [comment]) if {
	comment != ""
} else := ""

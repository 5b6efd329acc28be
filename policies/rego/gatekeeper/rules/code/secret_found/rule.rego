# METADATA
# title: Secret in a file
# description: >-
#   A password, key or token stands in a file. Everybody who can read the repository, a copy of it or its history can use
#   it, and removing it from the newest version does not take it back. Keys, passwords and web tokens in files of tests
#   are usually made for them and count as low; tokens of a provider count fully wherever they stand.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/798.html
# custom:
#   id: GK-SEC-001
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Revoke the secret first, then take it out of the file and read it from the environment or a secret store when the
#     program starts.
#   controls:
#     soc2: [CC6.1]
#     iso-27001: [A.5.17]
#     nist-800-53: [IA-5]
package gatekeeper.rules.code.secret_found

import rego.v1

deny contains finding if {
	some secret in input.secrets
	finding := object.union(severity(secret), {
		"message": sprintf("A secret stands in this file: %v%v", [secret.detector, assigned(secret.key)]),
		"subject": subject(secret),
		"at": secret.at,
	})
}

severity(secret) := {"severity": "low"} if {
	secret.detector in made_up
	regex.match(file_of_tests, secret.at.path)
} else := {}

# Detectors of what anybody can make; no provider accepts it by itself.
made_up := {"Basic Auth Credentials", "Credential", "JSON Web Token", "Password Hash", "Private Key", "Secret Keyword"}

file_of_tests := `(^|/)(tests?|__tests__|testing|specs?|e2e|fixtures?)/|(_test\.(go|py)|\.(test|spec)\.[cm]?[jt]sx?|(^|/)test_[^/]*\.py)$`

assigned(key) := "" if {
	key == ""
} else := sprintf(", as the value of %v", [key])

# The ordinal keeps two secrets of one name in one file apart.
subject(secret) := concat(" ", [word |
	some word in [secret.detector, secret.key, ordinal(secret.ordinal)]
	word != ""
])

ordinal(number) := "" if {
	number == 0
} else := sprintf("#%v", [format_int(number + 1, 10)])

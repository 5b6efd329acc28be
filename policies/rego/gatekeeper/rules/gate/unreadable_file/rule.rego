# METADATA
# title: File that could not be read
# description: >-
#   A file of a known format could not be parsed, so nothing in it was judged. The gate does not pass what it has not seen.
# related_resources:
#   - https://cwe.mitre.org/data/definitions/636.html
# custom:
#   id: GK-GATE-001
#   severity: error
#   stages: [change, build, release, promote]
#   remediation: >-
#     Mend the file. Where it is broken on purpose, leave it out in gatekeeper.toml or waive the finding by its path.
#   controls:
#     soc2: [CC7.1]
package gatekeeper.rules.gate.unreadable_file

import rego.v1

deny contains finding if {
	some file in input.coverage.files
	file.status == "failed"
	finding := {
		"message": sprintf("This file could not be read: %v", [file.reason]),
		"subject": file.path,
		"at": place(file),
	}
}

place(file) := {"path": file.path, "span": span} if {
	file.line > 0
	column := max([file.column, 1])
	span := {"line": file.line, "column": column, "end_line": file.line, "end_column": column}
} else := {"path": file.path}

# METADATA
# title: Foreign text in a script
# description: >-
#   An expression such as github.event.issue.title is pasted into the script before a shell reads it, and so is an
#   environment variable that is read as `env.TITLE` in an expression. Whoever opens an issue, names a branch or writes a
#   commit message thereby runs commands in the pipeline, with its token and secrets.
# related_resources:
#   - https://docs.github.com/en/actions/concepts/security/script-injections
#   - https://securitylab.github.com/resources/github-actions-untrusted-input/
# custom:
#   id: GK-PIP-002
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: >-
#     Hand the value over as an environment variable (`env: {TITLE: ...}` at the step) and use "$TITLE" in the script, or
#     process.env.TITLE in actions/github-script.
#   controls:
#     owasp-cicd: [CICD-SEC-4]
#     cwe: [CWE-94]
#     soc2: [CC8.1]
package gatekeeper.rules.pipeline.script_injection

import data.gatekeeper.lib.expressions
import data.gatekeeper.lib.values
import rego.v1

deny contains finding if {
	some workflow in input.workflows
	some job in workflow.jobs
	some index, step in job.steps
	some key, script in scripts(step)
	environments := [values.get(job.definition, "env"), values.get(step.definition, "env")]
	found := expressions.foreign_with(script, environments)
	count(found) > 0
	finding := {
		"message": sprintf("Whoever causes the event writes a part of the script: %v", [concat(", ", sort(found))]),
		"subject": sprintf("%v/%v", [job.id, step_name(step, index)]),
		"at": step.at,
		"key": key,
	}
}

# Scripts of a step by the keys that lead to them.
scripts(step) := {["run"]: step.run} if {
	step.run != ""
} else := {["with", "script"]: script} if {
	regex.match(`(?i)^actions/github-script@`, step.uses)
	script := object.get(step.definition, ["with", "script"], "")
	is_string(script)
}

step_name(step, _) := step.name if step.name != ""

step_name(step, index) := sprintf("step %v", [format_int(index + 1, 10)]) if step.name == ""

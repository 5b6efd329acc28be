package gatekeeper.rules.pipeline.script_injection_test

import data.gatekeeper.rules.pipeline.script_injection as rule
import rego.v1

at(keys) := {"path": ".github/workflows/triage.yml", "document": 0, "keys": keys, "span": null}

step(fields) := object.union({"at": at(["jobs", "triage", "steps", 0]), "name": "", "uses": "", "run": "", "definition": {}}, fields)

evidence(steps) := {"workflows": [{
	"at": at([]), "name": "triage", "triggers": ["issues"], "permissions": null,
	"jobs": [{"at": at(["jobs", "triage"]), "id": "triage", "uses": "", "steps": steps, "definition": {}}],
}]}

found_in(fields) := found if {
	found := rule.deny with input as evidence([step(fields)])
}

test_title_in_a_script_is_flagged if {
	found_in({"run": "echo \"${{ github.event.issue.title }}\"\necho ${{ github.head_ref }}", "name": "Greet"}) == {{
		"message": "Whoever causes the event writes a part of the script: github.event.issue.title, github.head_ref",
		"subject": "triage/Greet",
		"at": at(["jobs", "triage", "steps", 0]),
		"key": ["run"],
	}}
}

test_github_script_is_flagged if {
	found := found_in({"uses": "actions/github-script@v7", "definition": {"with": {"script": "console.log('${{ github.event.comment.body }}')"}}})
	{[finding.subject, finding.key] | some finding in found} == {["triage/step 1", ["with", "script"]]}
}

test_environment_variable_is_not_flagged if {
	found_in({"run": "echo \"$TITLE\"", "definition": {"env": {"TITLE": "${{ github.event.issue.title }}"}}}) == set()
}

test_environment_variable_in_an_expression_is_flagged if {
	found := found_in({"run": "echo \"${{ env.TITLE }}\"", "definition": {"env": {"TITLE": "${{ github.event.issue.title }}"}}})
	{finding.message | some finding in found} == {"Whoever causes the event writes a part of the script: github.event.issue.title"}
}

test_environment_variable_of_the_job_is_flagged if {
	inputs := json.patch(
		evidence([step({"run": "echo ${{ env.branch }}"})]),
		[{"op": "add", "path": "/workflows/0/jobs/0/definition/env", "value": {"BRANCH": "${{ github.head_ref }}"}}],
	)
	found := rule.deny with input as inputs
	count(found) == 1
}

test_environment_variable_that_is_unknown_is_not_flagged if {
	every value in [{"$unknown": "x"}, null, 7, [], "fixed", {"TITLE": {"$unknown": "x"}}, {"TITLE": 7}, {"OTHER": "${{ github.head_ref }}"}] {
		found_in({"run": "echo ${{ env.TITLE }}", "definition": {"env": value}}) == set()
	}
}

test_what_strangers_cannot_choose_is_not_flagged if {
	found_in({"run": "gh pr view ${{ github.event.number }} --repo ${{ github.repository }} ${{ github.event.pull_request.head.sha }}"}) == set()
}

test_conditions_are_not_flagged if {
	found_in({"run": "echo ${{ contains(github.event.issue.title, 'bug') }}"}) == set()
}

test_inputs_of_other_actions_are_not_flagged if {
	found_in({"uses": "owner/action@v1", "definition": {"with": {"script": "${{ github.event.issue.title }}"}}}) == set()
}

test_script_that_is_unknown_or_of_another_type_is_not_flagged if {
	every wrong in [{"with": {"script": {"$unknown": "x"}}}, {"with": {"script": 7}}, {"with": {}}, {"with": null}, {"with": "script"}, {}] {
		found_in({"uses": "actions/github-script@v7", "definition": wrong}) == set()
	}
}

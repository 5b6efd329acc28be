package gatekeeper.rules.pipeline.unpinned_action_test

import data.gatekeeper.rules.pipeline.unpinned_action as rule
import rego.v1

commit := "8ade135a41bc03ea155e62e844d188df1ea18608"

digest := "sha256:9b4c1a2e9b4c1a2e9b4c1a2e9b4c1a2e9b4c1a2e9b4c1a2e9b4c1a2e9b4c1a2e"

at(keys) := {"path": ".github/workflows/ci.yml", "document": 0, "keys": keys, "span": null}

step(uses) := {"at": at(["jobs", "build", "steps", 0]), "name": "", "uses": uses, "run": "", "definition": {"uses": uses}}

job(uses, steps) := {"at": at(["jobs", "build"]), "id": "build", "uses": uses, "steps": steps, "definition": {}}

evidence(jobs) := {"workflows": [{"at": at([]), "name": "ci", "triggers": ["push"], "permissions": null, "jobs": jobs}]}

found_in(uses) := found if {
	found := rule.deny with input as evidence([job("", [step(uses)])])
}

test_tag_is_flagged if {
	found_in("actions/checkout@v4") == {{
		"message": "actions/checkout@v4 is not pinned to a commit",
		"subject": "actions/checkout@v4",
		"at": at(["jobs", "build", "steps", 0]),
		"key": ["uses"],
	}}
}

test_branches_and_short_commits_are_flagged if {
	every uses in ["owner/action@main", "owner/action/sub@v1.2.3", "owner/action@8ade135", "owner/action", sprintf("owner/action@v1-%v", [commit]), sprintf("owner/action@%v0", [commit])] {
		count(found_in(uses)) == 1
	}
}

test_reusable_workflow_is_flagged if {
	found := rule.deny with input as evidence([job("owner/repository/.github/workflows/build.yml@main", [])])
	{finding.at.keys | some finding in found} == {["jobs", "build"]}
}

test_image_without_digest_is_flagged if {
	{finding.message | some finding in found_in("docker://alpine:3.20")} == {"docker://alpine:3.20 is not pinned to a digest"}
}

test_commits_and_digests_are_not_flagged if {
	every uses in [sprintf("actions/checkout@%v", [commit]), sprintf("owner/action/sub@%v", [upper(commit)]), sprintf("docker://alpine@%v", [digest]), sprintf("docker://ghcr.io/a/b:1@%v", [digest])] {
		found_in(uses) == set()
	}
	reusable := rule.deny with input as evidence([job(sprintf("owner/repository/.github/workflows/build.yml@%v", [commit]), [])])
	reusable == set()
}

test_own_actions_are_not_flagged if {
	found_in("./.github/actions/build") == set()
	own := rule.deny with input as evidence([job("./.github/workflows/build.yml", [])])
	own == set()
}

test_generator_that_takes_no_commit_is_not_flagged if {
	path := "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml"
	released := rule.deny with input as evidence([job(sprintf("%v@v2.1.0", [path]), [])])
	released == set()
	branch := rule.deny with input as evidence([job(sprintf("%v@main", [path]), [])])
	count(branch) == 1
}

test_scripts_are_not_flagged if {
	found_in("") == set()
}

test_reference_that_is_unknown_is_not_flagged if {
	found_in("owner/action@${{ matrix.version }}") == set()
}

# The definition is as people wrote it; the rule reads the fields that the reader checked.
test_definitions_of_wrong_types_change_nothing if {
	every wrong in [{"uses": {"$unknown": "x"}}, {"uses": 7}, {"uses": null}, {}] {
		found := rule.deny with input as evidence([job("", [object.union(step("actions/checkout@v4"), {"definition": wrong})])])
		count(found) == 1
	}
}

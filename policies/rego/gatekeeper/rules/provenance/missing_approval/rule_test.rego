package gatekeeper.rules.provenance.missing_approval_test

import data.gatekeeper.rules.provenance.missing_approval as rule
import rego.v1

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

statement(changes) := object.union({"bundle": "00", "payload": "01", "author": false, "signers": [], "decision": null, "approval": null, "summary": null}, changes)

# The gate's summary, which rests on the decision d0.
passed := statement({"bundle": "50", "payload": "51", "summary": {"verifier": "urn:gate", "stage": "build", "policies": "", "resource": "", "result": "PASSED", "levels": [], "verified": "", "inputs": ["99", "d0"]}})

decision := statement({"bundle": "d0", "payload": "d1", "decision": {"verdict": "PASS", "stage": "build", "policies": ""}})

signer(person, roles) := {"name": lower(person), "person": person, "roles": roles}

approved(signers, digest, changes) := statement(object.union({"signers": signers, "approval": {"decision": digest, "role": "reviewer"}}, changes))

by(person) := approved([signer(person, ["owner", "reviewer"])], "d0", {})

release(name, statements) := signed_as([], name, statements)

signed_as(names, name, statements) := {"provenance": {"trust": "", "subjects": [{"at": at(name), "uri": concat("", ["file:dist/", name]), "name": name, "digests": {}, "statements": statements, "names": names}]}}

asked(lanes) := {"release": {"sources": [], "refs": [], "verifier": "", "stage": "", "policies": [], "sbom": false, "lanes": lanes}}

slow := {"name": "slow", "subjects": ["model-*", "file:**/prompt-*"], "role": "reviewer", "approvals": 2}

fast := {"name": "fast", "subjects": ["config-*"], "role": "", "approvals": 0}

findings(name, statements) := found if {
	found := rule.deny with input as release(name, array.concat([passed], statements)) with data.gatekeeper.settings as asked([slow, fast])
}

test_too_few_are_flagged if {
	findings("model-7", [decision, by("Ann")]) == {{
		"message": "The slow lane needs 2 approvals in the role reviewer, and there are 1: Ann",
		"subject": "model-7",
		"at": at("model-7"),
	}}
	{finding.message | some finding in findings("prompt-1", [decision])} == {"The slow lane needs 2 approvals in the role reviewer, and there are 0"}
}

test_one_person_who_approves_twice_is_flagged if {
	second := approved([signer("Ann", ["reviewer"])], "d1", {"bundle": "07"})
	count(findings("model-7", [decision, by("Ann"), second])) == 1
	both := approved([signer("Ann", ["reviewer"]), signer("Bob", ["reviewer"])], "d0", {})
	count(findings("model-7", [decision, both])) == 1
}

test_approvals_that_do_not_count_are_flagged if {
	every other in [
		approved([signer("Bob", ["reviewer"])], "d0", {"author": true}),
		approved([signer("Bob", ["reviewer"])], "ff", {}),
		approved([signer("Bob", ["reviewer"])], "", {}),
		approved([signer("Bob", ["owner"])], "d0", {}),
		approved([signer("Bob", ["owner", "reviewer"])], "d0", {"approval": {"decision": "d0", "role": "owner"}}),
	] {
		count(findings("model-7", [decision, by("Ann"), other])) == 1
	}
}

test_approvals_of_no_decision_to_release_are_flagged if {
	count(findings("model-7", [by("Ann"), by("Bob")])) == 1
	failed := object.union(decision, {"decision": {"verdict": "FAIL"}})
	count(findings("model-7", [failed, by("Ann"), by("Bob")])) == 1
}

test_approvals_of_an_earlier_decision_are_flagged if {
	earlier := object.union(decision, {"bundle": "e0", "payload": "e1"})
	old := [approved([signer(person, ["reviewer"])], "e0", {}) | some person in ["Ann", "Bob"]]
	{finding.message | some finding in findings("model-7", array.concat([decision, earlier], old))} == {"The slow lane needs 2 approvals in the role reviewer, and there are 0"}
}

test_approvals_of_different_decisions_do_not_add_up_and_are_flagged if {
	second := object.union(decision, {"bundle": "99", "payload": "98"})
	bobs := approved([signer("Bob", ["reviewer"])], "99", {})
	{finding.message | some finding in findings("model-7", [decision, second, by("Ann"), bobs])} == {"The slow lane needs 2 approvals in the role reviewer, and there are 1: Ann"}
	findings("model-7", [decision, second, by("Ann"), bobs, by("Bob")]) == set()
}

test_approvals_without_a_summary_that_counts_are_flagged if {
	statements := [decision, by("Ann"), by("Bob")]
	failed := object.union(passed, {"summary": {"result": "FAILED"}})
	every summary in [statement({}), failed] {
		found := rule.deny with input as release("model-7", array.concat([summary], statements)) with data.gatekeeper.settings as asked([slow])
		count(found) == 1
	}
	other := rule.deny with input as release("model-7", array.concat([passed], statements)) with data.gatekeeper.settings as {"release": object.union(asked([slow]).release, {"verifier": "urn:else"})}
	count(other) == 1
}

test_subject_in_no_lane_is_flagged if {
	{finding.message | some finding in findings("else", [decision, by("Ann"), by("Bob")])} == {"It is in none of the lanes slow, fast"}
}

test_renamed_subject_is_flagged_in_the_lane_of_its_signed_name if {
	found := rule.deny with input as signed_as(["dist/model-7", "model-7"], "config-3", [passed, decision, by("Ann")]) with data.gatekeeper.settings as asked([slow, fast])
	{finding.message | some finding in found} == {"The slow lane needs 2 approvals in the role reviewer, and there are 1: Ann"}
}

test_digest_that_is_unknown_is_flagged if {
	count(findings("model-7", [decision, by("Ann"), approved([signer("Bob", ["reviewer"])], {"$unknown": "x"}, {})])) == 1
}

test_enough_persons_are_not_flagged if {
	findings("model-7", [decision, by("Ann"), approved([signer("Bob", ["reviewer"])], "d1", {})]) == set()
	findings("prompt-1", [decision, by("Ann"), by("Bob"), by("Cy")]) == set()
}

test_lane_without_approvals_is_not_flagged if {
	findings("config-3", []) == set()
	found := rule.deny with input as signed_as(["config-3", "else"], "config-3", [passed, decision]) with data.gatekeeper.settings as asked([slow, fast])
	found == set()
}

test_lane_without_a_role_takes_any_approval if {
	lane := {"name": "any", "subjects": ["**"], "role": "", "approvals": 1}
	found := rule.deny with input as release("x", [passed, decision, approved([signer("Bob", [])], "d0", {})]) with data.gatekeeper.settings as asked([lane])
	found == set()
}

test_nothing_is_judged_without_lanes if {
	found := rule.deny with input as release("model-7", []) with data.gatekeeper.settings as asked([])
	found == set()
	without := rule.deny with input as release("model-7", [])
	without == set()
}

package gatekeeper.rules.provenance.missing_summary_test

import data.gatekeeper.rules.provenance.missing_summary as rule
import rego.v1

gate := "urn:gatekeeper:verifier"

current := "sha256:aa"

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

summary(changes) := {"at": at("app.vsa"), "summary": object.union(
	{"verifier": gate, "stage": "build", "policies": current, "resource": "", "result": "PASSED", "levels": [], "verified": "", "inputs": []},
	changes,
)}

asked(changes) := object.union({"sources": [], "refs": [], "verifier": "", "stage": "", "policies": [], "sbom": false, "lanes": []}, changes)

release(statements) := {"provenance": {"trust": "", "subjects": [{"at": at("app.tar.gz"), "uri": "file:app.tar.gz", "name": "app.tar.gz", "digests": {}, "statements": statements}]}}

findings(statements, settings) := found if {
	found := rule.deny with input as release(statements) with data.gatekeeper.settings as {"release": settings}
}

strict := asked({"verifier": gate, "stage": "build", "policies": ["sha256:99", current]})

test_other_policies_are_flagged if {
	findings([summary({"policies": "sha256:bb"})], strict) == {{
		"message": "The verification summary says PASSED by urn:gatekeeper:verifier in stage build under sha256:bb; expected is one that PASSED by urn:gatekeeper:verifier in stage build under sha256:99 or sha256:aa",
		"subject": "app.tar.gz",
		"at": at("app.tar.gz"),
	}}
}

test_another_verifier_stage_or_result_is_flagged if {
	every changes in [{"verifier": "https://else.example"}, {"stage": "change"}, {"result": "FAILED"}, {"policies": ""}] {
		count(findings([summary(changes)], strict)) == 1
	}
}

test_no_summary_is_flagged if {
	every settings in [asked({"verifier": gate}), asked({"verifier": gate, "stage": "build"}), asked({"policies": [current]})] {
		count(findings([{"summary": null}], settings)) == 1
	}
	{finding.message | some finding in findings([], asked({"verifier": gate, "stage": "build"}))} == {"There is no verification summary that counts; expected is one that PASSED by urn:gatekeeper:verifier in stage build"}
}

test_stage_of_any_verifier_is_flagged if {
	every verifier in [gate, "https://else.example"] {
		{finding.message | some finding in findings([summary({"verifier": verifier, "policies": ""})], asked({"stage": "build"}))} == {sprintf("The verification summary says PASSED by %v in stage build; expected is one that PASSED in stage build, and only our own gate has stages: release.verifier must say which verifier that is", [verifier])}
	}
}

test_summary_without_a_stage_is_flagged if {
	count(findings([summary({"stage": ""})], asked({"verifier": gate, "stage": "build"}))) == 1
}

test_what_one_and_another_summary_say_does_not_add_up if {
	count(findings([summary({"policies": "sha256:bb"}), summary({"stage": "change"})], strict)) == 1
}

test_verifier_that_is_unknown_is_flagged if {
	count(findings([summary({"verifier": ""})], asked({"policies": [current]}))) == 1
	count(findings([summary({"policies": {"$unknown": "x"}})], strict)) == 1
}

test_expected_summary_is_not_flagged if {
	findings([summary({})], strict) == set()
	findings([summary({"result": "FAILED"}), summary({})], strict) == set()
	findings([summary({"policies": ""})], asked({"verifier": gate})) == set()
	findings([summary({"verifier": "https://else.example"})], asked({"policies": [current]})) == set()
}

test_nothing_is_judged_without_the_settings if {
	findings([], asked({"sources": ["x"], "sbom": true})) == set()
	without := rule.deny with input as release([])
	without == set()
}

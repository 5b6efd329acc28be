package gatekeeper.rules.provenance.unjudged_sbom_test

import data.gatekeeper.rules.provenance.unjudged_sbom as rule
import rego.v1

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

summary(inputs, result) := {"at": at("app.vsa"), "bundle": "00", "payload": "01", "sbom": "", "summary": {"verifier": "urn:gate", "stage": "build", "policies": "", "result": result, "inputs": inputs}}

bom(bundle) := {"at": at(concat("", ["app.", bundle])), "bundle": bundle, "payload": concat("", ["5", bundle]), "sbom": "sha256:55", "summary": null}

asked(changes) := object.union({"sources": [], "refs": [], "verifier": "", "stage": "", "policies": [], "sbom": true, "lanes": []}, changes)

release(statements) := {"provenance": {"trust": "", "subjects": [{"at": at("app.tar.gz"), "uri": "file:app.tar.gz", "name": "app.tar.gz", "digests": {}, "statements": statements}]}}

findings(statements, settings) := found if {
	found := rule.deny with input as release(statements) with data.gatekeeper.settings as {"release": settings}
}

test_another_bill_is_flagged if {
	findings([summary(["aa"], "PASSED"), bom("bb")], asked({})) == {{
		"message": "The gate's summary does not rest on the bill of materials in app.bb",
		"subject": "app.tar.gz",
		"at": at("app.tar.gz"),
	}}
}

test_no_bill_is_flagged if {
	{finding.message | some finding in findings([summary(["aa"], "PASSED")], asked({}))} == {"There is no bill of materials that counts"}
}

test_summaries_that_do_not_count_are_flagged if {
	count(findings([bom("aa")], asked({}))) == 1
	count(findings([summary(["aa"], "FAILED"), bom("aa")], asked({}))) == 1
	count(findings([summary(["aa"], "PASSED"), bom("aa")], asked({"verifier": "urn:other"}))) == 1
}

test_digest_that_is_unknown_is_flagged if {
	count(findings([summary([{"$unknown": "x"}], "PASSED"), bom("aa")], asked({}))) == 1
}

test_judged_bill_is_not_flagged if {
	findings([summary(["99", "aa"], "PASSED"), bom("aa")], asked({"verifier": "urn:gate"})) == set()
	findings([summary(["aa"], "PASSED"), bom("bb"), bom("aa")], asked({})) == set()
}

test_judged_bill_in_another_file_is_not_flagged if {
	findings([summary(["5bb"], "PASSED"), bom("bb")], asked({})) == set()
}

test_nothing_is_judged_without_the_setting if {
	findings([bom("bb")], asked({"sbom": false, "verifier": "urn:gate"})) == set()
	without := rule.deny with input as release([])
	without == set()
}

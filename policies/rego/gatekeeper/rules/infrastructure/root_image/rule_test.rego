package gatekeeper.rules.infrastructure.root_image_test

import data.gatekeeper.rules.infrastructure.root_image as rule
import rego.v1

place(line) := {"path": "Dockerfile", "span": {"line": line, "column": 1, "end_line": line, "end_column": 2}}

instruction(name, value, line) := {
	"at": place(line), "name": name, "value": value, "arguments": [value], "exec_form": false,
	"flags": {}, "pairs": [], "heredocs": [],
}

stage(index, image, from_stage, instructions, final) := {
	"at": place(index * 10), "index": index, "name": "", "image": image, "from_stage": from_stage,
	"instructions": instructions, "final": final,
}

dockerfile(stages) := {"dockerfile": [{"at": {"path": "Dockerfile"}, "arguments": [], "stages": stages}]}

single(image, instructions) := dockerfile([stage(0, image, null, instructions, true)])

test_flagged_no_user if {
	found := rule.deny with input as single("debian:12", [instruction("RUN", "true", 1)])
	found == {{
		"message": "The image runs as root: no USER instruction names another user",
		"subject": "Dockerfile", "at": place(0),
	}}
}

test_flagged_user_is_root if {
	every user in ["root", "0", "0:0", "root:app", `"root"`, "00:1", "+0", "-0", "0000"] {
		found := rule.deny with input as single("debian:12", [instruction("USER", "app", 1), instruction("USER", user, 2)])
		[finding.at.span.line | some finding in found] == [2]
	}
}

test_flagged_user_of_a_stage_that_is_not_inherited if {
	found := rule.deny with input as dockerfile([
		stage(0, "golang:1.23", null, [instruction("USER", "app", 1)], false),
		stage(1, "debian:12", null, [instruction("COPY", "--from=0 /a /a", 2)], true),
	])
	count(found) == 1
}

test_not_flagged_ordinary_user if {
	every user in ["app", "1000", "1000:0", "app:root", "01", "+10", "0a", "rooty"] {
		found := rule.deny with input as single("debian:12", [instruction("USER", "root", 1), instruction("USER", user, 2)])
		count(found) == 0
	}
}

test_not_flagged_user_of_the_stage_it_is_built_on if {
	found := rule.deny with input as dockerfile([
		stage(0, "debian:12", null, [instruction("USER", "app", 1)], false),
		stage(1, "base", 0, [], false),
		stage(2, "middle", 1, [instruction("CMD", "app", 2)], true),
	])
	count(found) == 0
}

test_not_flagged_bases_with_an_ordinary_user if {
	every image in ["gcr.io/distroless/static-debian12:nonroot", "nginxinc/nginx-unprivileged:1.27", "bitnami/redis:7", "cgr.dev/chainguard/python:3"] {
		found := rule.deny with input as single(image, [])
		count(found) == 0
	}
}

test_flagged_scratch_that_asks_for_root if {
	found := rule.deny with input as single("scratch", [instruction("USER", "0", 1)])
	count(found) == 1
}

test_not_flagged_scratch if {
	found := rule.deny with input as single("scratch", [instruction("ENTRYPOINT", "/app", 1)])
	count(found) == 0
}

test_unknown_is_not_flagged if {
	base := rule.deny with input as single({"$unknown": "${BASE}"}, [])
	count(base) == 0
	every user in ["$USER", "${UID}:${GID}", "${UID:-0}"] {
		found := rule.deny with input as single("debian:12", [instruction("USER", user, 1)])
		count(found) == 0
	}
}

test_wrong_types_do_not_abort if {
	every value in [null, 7, [], {}] {
		found := rule.deny with input as single(value, [instruction("USER", "", 1)])
		count(found) == 0
		bare := rule.deny with input as single(value, [])
		count(bare) == 0
	}
	none := rule.deny with input as dockerfile([])
	count(none) == 0
	loop := rule.deny with input as dockerfile([stage(0, "a", 0, [], true)])
	count(loop) < 2
}

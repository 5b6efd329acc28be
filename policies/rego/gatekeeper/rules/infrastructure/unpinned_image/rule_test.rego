package gatekeeper.rules.infrastructure.unpinned_image_test

import data.gatekeeper.rules.infrastructure.unpinned_image as rule
import rego.v1

variable := {"$unknown": "BASE"}

place := {"path": "x"}

evidence := {"kubernetes": [], "compose": [], "dockerfile": []}

pod(image) := object.union(evidence, {"kubernetes": [{
	"at": place, "api_version": "v1", "kind": "Pod", "name": "app", "namespace": "",
	"manifest": {"spec": {"containers": [{"name": "c", "image": image}]}},
}]})

compose(definition) := object.union(evidence, {"compose": [{
	"at": place,
	"services": [{"at": place, "name": "web", "definition": definition}],
}]})

dockerfile(image, from_stage) := object.union(evidence, {"dockerfile": [{
	"at": place, "arguments": [],
	"stages": [{"at": place, "index": 0, "name": "", "image": image, "from_stage": from_stage, "instructions": [], "final": true}],
}]})

test_flagged_pod if {
	found := rule.deny with input as pod("nginx")
	found == {{
		"message": "The image nginx has no tag and no digest",
		"subject": "Pod/app/c", "at": place, "key": ["spec", "containers", 0, "image"],
	}}
}

test_flagged_latest if {
	found := rule.deny with input as pod("registry.example.com:5000/a/b:latest")
	[finding.message | some finding in found] == ["The image registry.example.com:5000/a/b:latest has the tag latest, which moves with every release"]
}

test_flagged_compose if {
	found := rule.deny with input as compose({"image": "localhost:5000/redis"})
	{[finding.subject, finding.key] | some finding in found} == {["web", ["image"]]}
}

test_flagged_dockerfile if {
	found := rule.deny with input as dockerfile("python:latest", null)
	count(found) == 1
}

test_not_flagged_pinned if {
	digest := "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	every image in ["nginx:1.27", "localhost:5000/a:1", concat("@", ["nginx", digest]), concat("@", ["nginx:latest", digest])] {
		in_pod := rule.deny with input as pod(image)
		count(in_pod) == 0
		in_compose := rule.deny with input as compose({"image": image})
		count(in_compose) == 0
		in_dockerfile := rule.deny with input as dockerfile(image, null)
		count(in_dockerfile) == 0
	}
}

test_not_flagged_what_is_no_image if {
	scratch := rule.deny with input as dockerfile("scratch", null)
	count(scratch) == 0
	stage := rule.deny with input as dockerfile("builder", 0)
	count(stage) == 0
	built := rule.deny with input as compose({"image": "web", "build": "."})
	count(built) == 0
}

test_unknown_is_not_flagged if {
	every image in [variable, "${IMAGE}", "nginx:${TAG}", "nginx:${TAG:-latest}", "${A:-b/c}", "$IMAGE", "{{ image }}", "ko://example.com/app"] {
		in_pod := rule.deny with input as pod(image)
		count(in_pod) == 0
		in_compose := rule.deny with input as compose({"image": image})
		count(in_compose) == 0
		in_dockerfile := rule.deny with input as dockerfile(image, null)
		count(in_dockerfile) == 0
	}
	build := rule.deny with input as compose({"image": "web", "build": variable})
	count(build) == 0
	service := rule.deny with input as compose(variable)
	count(service) == 0
}

test_wrong_types_are_not_flagged if {
	every value in [null, true, 7, "", " ", [], {}] {
		in_pod := rule.deny with input as pod(value)
		count(in_pod) == 0
		in_compose := rule.deny with input as compose({"image": value})
		count(in_compose) == 0
		in_dockerfile := rule.deny with input as dockerfile(value, null)
		count(in_dockerfile) == 0
	}
}

package gatekeeper.lib.images_test

import data.gatekeeper.lib.images
import rego.v1

unpinned(name) if images.unpinned(name)

test_unpinned if {
	every name in ["nginx", "nginx:latest", "nginx:LATEST", "nginx:", "a/b/c", "localhost:5000/a", "${REGISTRY}/a", " nginx "] {
		unpinned(name)
	}
}

test_pinned if {
	every name in ["nginx:1", "a/b:stable", "localhost:5000/a:1", "nginx@sha256:00", "nginx:latest@sha256:00"] { not unpinned(name) }
}

test_unknown_is_not_unpinned if {
	every name in [{"$unknown": "x"}, "$A", "${A}", "a:${B}", "a:${B:-latest}", "${A:-b/c}", "{{ .Values.image }}", "ko://a/b"] {
		not unpinned(name)
	}
}

test_wrong_types_are_not_unpinned if {
	every name in [null, true, 7, [], {}, "", " ", "a/"] { not unpinned(name) }
}

test_nonroot if {
	images.nonroot("gcr.io/distroless/base:nonroot")
	images.nonroot("NginxInc/nginx-unprivileged")
	not images.nonroot("debian:12")
}

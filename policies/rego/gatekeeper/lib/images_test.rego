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
	every name in ["nginx:1", "a/b:stable", "localhost:5000/a:1"] { not unpinned(name) }
}

hex := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_pinned_by_digest if {
	every name in ["nginx@sha256:%v", "nginx:latest@sha256:%v", "localhost:5000/a@sha256:%v", "nginx@sha512:%[1]v%[1]v", " nginx@sha256:%v "] {
		not unpinned(replace(replace(name, "%[1]v", hex), "%v", hex))
	}
}

test_what_is_no_digest_pins_nothing if {
	every name in ["nginx@", "nginx@sha256:00", "nginx:latest@sha256:00", "nginx@latest", "nginx@sha512:%v", "nginx@md5:%v", "nginx@sha256:%v0", "a/b@sha256:%v@x"] {
		unpinned(replace(name, "%v", hex))
	}
	unpinned(concat("", ["nginx@sha256:", upper(hex)]))
}

test_unknown_is_not_unpinned if {
	every name in [{"$unknown": "x"}, "$A", "${A}", "a:${B}", "a:${B:-latest}", "${A:-b/c}", "a@${B}", "a@sha256:$B", "a@{{ .Values.digest }}", "{{ .Values.image }}", "ko://a/b"] {
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

package gatekeeper.lib.globs_test

import data.gatekeeper.lib.globs
import rego.v1

matching(glob, texts) := {text | some pattern in globs.patterns([glob]); some text in texts; regex.match(pattern, text)}

test_asterisk_stays_inside_a_segment if {
	matching("/v*/health", {"/v1/health", "/v/health", "/v1/x/health", "/v1/healthz"}) == {"/v1/health", "/v/health"}
	matching("eu-*", {"eu-west-1", "us-east-1", "neu-1"}) == {"eu-west-1"}
}

test_double_asterisk_crosses_segments if {
	matching("/**/health", {"/health", "/a/b/health", "/healthy"}) == {"/health", "/a/b/health"}
	matching("/public/**", {"/public", "/public/a/b", "/publicity"}) == {"/public", "/public/a/b"}
	matching("/a/**/**/b/**/**", {"/a/b", "/a/x/b/y/z", "/a/xb"}) == {"/a/b", "/a/x/b/y/z"}
	matching("**", {"", "/", "/a\nb"}) == {"", "/", "/a\nb"}
}

test_double_asterisk_inside_a_segment_is_a_single_one if {
	matching("/a**/b", {"/a/b", "/ax/b", "/ax/y/b"}) == {"/a/b", "/ax/b"}
}

test_question_mark_is_one_character if {
	matching("/v?", {"/v1", "/v", "/v12", "/v/"}) == {"/v1"}
}

test_everything_else_means_itself if {
	matching("/users/{id}", {"/users/{id}", "/users/id"}) == {"/users/{id}"}
	matching(`/a.b+(c)[d]^$|\`, {`/a.b+(c)[d]^$|\`, "/aXb", "/a.b"}) == {`/a.b+(c)[d]^$|\`}
}

test_one_of_many if {
	many := array.concat([sprintf("/%v/*", [format_int(n, 10)]) | some n in numbers.range(1, 100)], ["/b/*"])
	patterns := globs.patterns(many)
	every text in ["/1/x", "/50/x", "/100/x", "/b/x"] {
		some pattern in patterns
		regex.match(pattern, text)
	}
	every pattern in patterns { not regex.match(pattern, "/c/x") }
}

test_no_pattern_without_globs if {
	every none in [[], [1, null, {"$unknown": "x"}]] { count(globs.patterns(none)) == 0 }
}

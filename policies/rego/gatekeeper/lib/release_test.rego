package gatekeeper.lib.release_test

import data.gatekeeper.lib.release
import rego.v1

test_globs_stay_inside_a_segment if {
	release.fits(["https://github.com/acme/*"], "https://github.com/acme/app")
	not release.fits(["https://github.com/acme/*"], "https://github.com/acme/app/x")
	release.fits(["refs/heads/main", "refs/tags/**"], "refs/tags/v1/rc1")
}

test_without_globs_any_text_fits if {
	release.fits([], "x")
	release.fits([], "")
}

test_texts_that_could_be_taken_for_another_do_not_fit if {
	every text in ["", "a/../b", "a/./b", "a\n", "a\u0000b", "a\u007f"] { not release.fits(["**"], text) }
}

test_unknown_text_does_not_fit if {
	not release.fits(["**"], {"$unknown": "x"})
	not release.fits(["**"], null)
}

# METADATA
# title: Names of container images
# description: >-
#   Tells whether a name fixes what will be pulled, and whether an image is known to run as an ordinary user.
package gatekeeper.lib.images

import rego.v1

# Why the name does not fix the image; undefined where it does, or where its end cannot be known: a variable, a
# template, the address of a build tool (ko://). What stands behind an @ and is no digest fixes nothing.
unpinned(name) := reason if {
	is_string(name)
	not regex.match(`@[^@]*[${]`, name)
	not regex.match(`@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`, trim_space(name))
	not contains(name, "://")
	segments := split(split(trim_space(name), "@")[0], "/")
	last := segments[count(segments) - 1]
	regex.match(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_.-]*)?$`, last)
	reason := untagged(last)
}

untagged(last) := "no tag and no digest" if {
	not contains(last, ":")
}

untagged(last) := "no tag and no digest" if endswith(last, ":")

untagged(last) := "the tag latest, which moves with every release" if endswith(lower(last), ":latest")

# Images whose publishers set an ordinary user, which a Dockerfile built on them inherits.
nonroot(name) if {
	some fragment in data.gatekeeper.data.nonroot_images.fragments
	contains(lower(name), fragment)
}

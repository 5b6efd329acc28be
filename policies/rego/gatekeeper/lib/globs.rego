# METADATA
# title: Globs over slash-separated paths
# description: >-
#   One asterisk and ? stay inside a segment, two asterisks as a whole segment cross any number of them. There are no
#   classes, no alternatives and no escapes, so that /users/{id} means itself (which the built-in glob.match denies).
package gatekeeper.lib.globs

import rego.v1

# Regular expressions that together match whole texts which one of the globs matches. Each stands for a few globs:
# one alone may become too large for an engine, and one a glob would cost a pass over all texts each.
patterns(globs) := {pattern |
	expressions := [expression(glob) | some glob in globs; is_string(glob)]
	some start, _ in expressions
	start % 16 == 0
	pattern := sprintf("^(?s:%v)$", [concat("|", array.slice(expressions, start, start + 16))])
}

# Control characters, which no path holds, stand for the double asterisks until the single ones are translated.
expression(glob) := replace(replace(replace(any_character, "\u0001", `(?:.*/)?`), "\u0002", `(?:/.*)?`), "\u0003", `.*`) if {
	quoted := regex.replace(glob, `[.+^$()|\[\]{}\\]`, `\$0`)
	whole := regex.replace(quoted, `^(?:\*\*/)*\*\*$`, "\u0003")
	trailing := regex.replace(whole, `(?:/\*\*)+$`, "\u0002")
	leading := regex.replace(trailing, `(^|/)(?:\*\*/)+`, "${1}\u0001")
	segment := regex.replace(leading, `\*+`, `[^/]*`)
	any_character := replace(segment, "?", `[^/]`)
}

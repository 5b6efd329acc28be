# METADATA
# title: Values that may be unknown
# description: >-
#   Before a plan or a deployment some values are unknown; they stand in the evidence as {"$unknown": expression}.
#   What a rule claims as certain must hold for every value ("must"); "may" holds if some value would make it true.
#   Every function here is total over JSON: a value of an unexpected type gives false, null or an empty list.
package gatekeeper.lib.values

import rego.v1

# Whether x itself, not something inside it, is unknown.
unknown(x) if {
	is_object(x)
	count(x) == 1
	"$unknown" in object.keys(x)
}

known(x) if not unknown(x)

# Member `key` of object x, null where there is none. A member of an unknown object is unknown itself.
get(x, key) := x if {
	unknown(x)
} else := object.get(x, key, null) if {
	is_object(x)
} else := null

# x as a list: null and unknown become an empty list, anything else but a list one with a single item.
list(x) := x if {
	is_array(x)
} else := [] if {
	is_null(x)
} else := [] if {
	unknown(x)
} else := [x]

# The known strings of x, which is a string or a list.
strings_of(x) := {item | some item in list(x); is_string(item)}

# Booleans as Terraform and YAML accept them.
is_true(x) if x == true

is_true(x) if {
	is_string(x)
	lower(x) == "true"
}

is_false(x) if x == false

is_false(x) if {
	is_string(x)
	lower(x) == "false"
}

must_equal(x, y) if {
	known(x)
	known(y)
	x == y
}

may_equal(x, _) if unknown(x)

may_equal(_, y) if unknown(y)

may_equal(x, y) if x == y

# A number, also from a string such as "443"; undefined for everything else.
number(x) := x if {
	is_number(x)
} else := to_number(x) if {
	is_string(x)
	regex.match(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`, x)
}

must_be_below(x, limit) if number(x) < limit

must_be_above(x, limit) if number(x) > limit

may_be_below(x, _) if unknown(x)

may_be_below(x, limit) if must_be_below(x, limit)

may_be_above(x, _) if unknown(x)

may_be_above(x, limit) if must_be_above(x, limit)

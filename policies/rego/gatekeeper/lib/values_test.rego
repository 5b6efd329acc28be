package gatekeeper.lib.values_test

import data.gatekeeper.lib.values
import rego.v1

variable := {"$unknown": "var.x"}

anything := [null, true, 7, "x", [], {}, {"a": 1}, variable]

test_unknown_is_only_the_marker if {
	values.unknown(variable)
	values.known({"$unknown": "x", "y": 1})
	values.known([variable])
	values.known(null)
	not values.known(variable)
}

test_get_is_null_where_there_is_nothing if {
	values.get({"a": 1}, "a") == 1
	values.get({"a": false}, "a") == false
	values.get({"a": 1}, "b") == null
	every x in [null, true, 7, "x", [1]] { values.get(x, "a") == null }
}

test_get_from_unknown_is_unknown if values.get(variable, "a") == variable

test_list if {
	values.list([1, 2]) == [1, 2]
	values.list(null) == []
	values.list("x") == ["x"]
	values.list({"a": 1}) == [{"a": 1}]
	values.list(false) == [false]
}

test_list_of_unknown_is_empty if values.list(variable) == []

test_strings_of if {
	values.strings_of(["a", 1, variable, "b"]) == {"a", "b"}
	values.strings_of("a") == {"a"}
	values.strings_of({"a": "b"}) == set()
}

test_booleans_as_terraform_and_yaml_write_them if {
	every x in [true, "true", "True", "TRUE"] { values.is_true(x) }
	every x in [false, "false", "False"] { values.is_false(x) }
	every x in [false, null, "yes", 1, "", variable, {}, ["true"]] { not values.is_true(x) }
	every x in [true, null, 0, "no", variable, [], {}] { not values.is_false(x) }
}

test_equality if {
	values.must_equal("a", "a")
	not values.must_equal("a", "b")
	values.may_equal("a", "a")
	not values.may_equal("a", "b")
}

test_equality_with_unknown if {
	not values.must_equal(variable, "a")
	not values.must_equal("a", variable)
	not values.must_equal(variable, variable)
	values.may_equal(variable, "a")
	values.may_equal("a", variable)
}

test_numbers if {
	values.number(5) == 5
	values.number("443") == 443
	values.number("-1") == -1
	every x in ["", "x", "1e5", "0x1F", null, true, [1], {}, variable] { count([n | n := values.number(x)]) == 0 }
}

test_comparisons if {
	values.must_be_below(5, 7)
	values.must_be_below("5", 7)
	values.may_be_below(5, 7)
	not values.must_be_below(7, 7)
	not values.may_be_below(7, 7)
	values.must_be_above(9, 7)
	values.may_be_above("9", 7)
	not values.must_be_above(7, 7)
	not values.may_be_above(7, 7)
}

test_comparisons_with_unknown if {
	not values.must_be_below(variable, 7)
	not values.must_be_above(variable, 7)
	values.may_be_below(variable, 7)
	values.may_be_above(variable, 7)
}

test_comparisons_of_other_types_are_false if {
	every x in ["x", null, true, [], {}] {
		not values.must_be_below(x, 7)
		not values.must_be_above(x, 7)
		not values.may_be_below(x, 7)
		not values.may_be_above(x, 7)
	}
}

test_nothing_aborts if {
	every x in anything {
		is_array(values.list(x))
		is_set(values.strings_of(x))
		count([1 | values.is_true(x)]) + count([1 | values.is_false(x)]) < 2
	}
}

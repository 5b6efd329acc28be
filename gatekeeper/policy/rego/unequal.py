"""Builtin functions that both engines have and that now and then give another value, without an error in either.

Those that could be mended are extensions of ours (``policy.engines.builtins``); these could not, or are not worth it.
"""

UNEQUAL = {
    "base64.is_valid": "is stricter about padding and other characters than OPA",
    "json.filter": "goes on where a path leads through what is no object",
    "json.patch": "is undefined where OPA says that the patch does not fit",
    "json.remove": "removes what a path leads through where OPA removes nothing",
    "regex.template_match": "reads patterns that OPA refuses",
    "semver.is_valid": "refuses a leading v, which OPA takes",
    "time.add_date": "ends a month that is too short on another day",
    "time.diff": "counts an hour less or more where clocks change",
    "time.parse_ns": "takes days and months of one digit where the layout asks for two",
    "yaml.is_valid": "takes keys and numbers that OPA refuses, and the other way round",
    "yaml.marshal": "indents and quotes in another way",
    "yaml.unmarshal": "knows no merged keys (`<<`), and reads `010` and `1_000` as texts",
}

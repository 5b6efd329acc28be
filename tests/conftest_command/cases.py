"""Cases of conftest's semantics. Each was tried on conftest itself, and each is one that an imitation gets wrong."""

from __future__ import annotations

from tests.conftest_command.differential import Case

_TWO = {"b.yaml": "a: 1\n---\nc: 2\n"}

RULES = (
    Case(
        "names",
        'deny_a contains "1"\nviolation_b_2 contains "2"\nwarn_c contains "3"\nwarning contains "4"\nDeny contains "5"',
    ),
    Case("names with an empty part", 'deny_ contains "1"\ndeny__a contains "2"\nwarn_a_ contains "3"'),
    Case("names that are no ASCII", 'deny_a1 contains "1"'),
    Case("subpackages", files={"policy/sub.rego": 'package main.sub\n\ndeny contains "sub"\n'}),
    Case("one package in two files", files={"policy/two.rego": 'deny contains "two"'}),
    Case("a key below a rule", 'deny.foo := "x"'),
    Case("two keys below a rule", 'deny.foo.bar := "x"'),
    Case("a map of values", 'deny["foo"] := "x"\nviolation[x] := 3 if some x in ["a", "b"]'),
    Case("a set without contains", "deny[x] if x := input.a"),
    Case("a key that is true", "warn.x if true"),
    Case("a map of true", "warn[x] := true if some x in [1]"),
    Case("a function is counted", 'deny(x) := x\nwarn contains "w"'),
)

VALUES = (
    Case("a string", 'deny := "x"'),
    Case("a boolean", "deny if input.a == 1\nwarn := false"),
    Case("numbers and objects", 'deny := 3\nwarn := {"msg": "x"}\nviolation := null'),
    Case("an array", 'deny := ["x", "x", "y"]'),
    Case("an empty array", "deny := []\nwarn := set()"),
    Case("a default", 'default deny := ["d"]\ndeny := ["x"] if input.nothing'),
    Case("a default that is false", "default deny := false"),
    Case("an undefined rule", "deny := [1] if input.nothing"),
    Case("an empty message", 'deny contains ""\ndeny contains "x"\nwarn contains {"msg": ""}'),
    Case("other elements", 'deny contains 1\ndeny contains ["x"]\ndeny contains null\ndeny contains "x"'),
    Case("objects", 'deny contains {"msg": "m", "b": [1, 2.50, 1e3], "a": {"d": 1, "c": "<&>"}, "query": "mine"}'),
    Case("an object without a message", 'deny contains {"message": "m"}'),
    Case("an object whose message is a number", 'deny contains {"msg": 3}'),
    Case("a place", 'deny contains {"msg": "m", "_loc": {"file": "x.tf", "line": 12}}'),
    Case(
        "half a place",
        'deny contains {"msg": "m", "_loc": {"line": 3}}\ndeny contains {"msg": "n", "_loc": {"file": "x"}}',
    ),
    Case("no place", 'deny contains {"msg": "m", "_loc": {"line": "3"}}\ndeny contains {"msg": "n", "_loc": "x"}'),
    Case("a line with a fraction", 'deny contains {"msg": "m", "_loc": {"file": "x.tf", "line": 1.5}}'),
    Case("messages of all characters", 'deny contains "<a href=\'x\'>&amp;\\u2028\\t\\"quoted\\"\\\\ \\u0007 ü 😀"'),
    Case("conflicting values", 'deny := ["x"] if input.a\ndeny := ["y"] if input.a'),
    Case("conflicting values that are not reached", 'deny := ["x"] if input.a\ndeny := ["y"] if input.b'),
)

COUNTS = (
    Case(
        "bodies",
        'deny contains "x" if input.a\ndeny contains "y" if input.b\ndeny contains "z" if input.c\n'
        "warn := [] if input.b",
    ),
    Case(
        "one body, many messages",
        'deny contains x if some x in numbers.range(1, 9)\ndeny contains sprintf("%d", [x]) if some x in [1, 2]\n'
        "warn if input.b",
    ),
    Case("else", 'deny := ["x"] if {\n\tinput.b\n} else := ["y"] if input.a'),
    Case("documents", args=("b.yaml",), files=_TWO),
    Case(
        "chained bodies",
        'deny[m] { m := "x" } { m := "y" }\nwarn[m] { input.b; m := "z" }',
        ("a.json", "--rego-version", "v0"),
    ),
)

EXCEPTIONS = (
    Case(
        "one rule",
        'deny_root contains "x"\ndeny_net contains "y"\nexception contains rules if rules := ["root"]\n'
        'warn_root contains "w"',
    ),
    Case("plain rules", 'deny contains "x"\nviolation contains "y"\ndeny_a contains "z"\nexception contains [""]'),
    Case("each binding", 'deny_a contains "x"\nexception contains ["a", "b", "a"]\nexception contains ["a"]'),
    Case("a chain of prefixes", 'violation_deny_warn_x contains "x"\nexception contains ["x"]'),
    Case("a bad shape behind an exception", 'deny_a contains {"no": "x"}\nexception contains ["a"]'),
    Case("an exception as an array", 'deny_a contains "x"\nexception := [["a"], ["b"]]'),
    Case("an exception as a map", 'deny_a contains "x"\nexception["k"] := ["a"]'),
    Case(
        "an exception by the input",
        'deny_a contains "x"\nexception contains ["a"] if input.a',
        ("a.json", "b.yaml"),
        _TWO,
    ),
    Case("an exception that does not fit", 'deny_a contains "x"\nexception := 3'),
)

EXIT_CODES = (
    Case("warnings pass", 'warn contains "x"'),
    Case("warnings fail", 'warn contains "x"', ("a.json", "--fail-on-warn")),
    Case("failures fail more", 'warn contains "x"\ndeny contains "y"', ("a.json", "--fail-on-warn")),
    Case("nothing fails", 'deny contains "y"', ("a.json", "--no-fail", "--fail-on-warn")),
    Case("an error fails all the same", "deny contains x", ("a.json", "--no-fail")),
    Case("quiet", 'warn contains "y"', ("a.json", "--quiet")),
    Case("quiet where something fails", 'deny contains "y"', ("a.json", "--quiet", "--no-fail")),
    Case("exceptions pass", 'deny_a contains "x"\nexception contains ["a"]', ("a.json", "--fail-on-warn")),
)

ERRORS = (
    Case("no such input", args=("nothing.json",)),
    Case("an unknown format", args=("x.foo",), files={"x.foo": "1"}),
    Case("a broken input spoils all", args=("a.json", "broken.json"), files={"broken.json": "{"}),
    Case("no arguments", args=()),
    Case("an empty folder", args=("empty",), files={"empty/x.foo": "1"}),
    Case("no policies", "", ("a.json", "-p", "none"), {"none/x.txt": "1"}),
    Case("no folder of policies", args=("a.json", "-p", "none")),
    Case("no folder of data", args=("a.json", "-d", "none")),
    Case("a test that does not parse", files={"policy/main_test.rego": "test_a if {"}),
    Case("a test that does not compile", files={"policy/main_test.rego": "test_a if nothing(1)"}),
    Case("types", 'deny contains "x" if count(1) > 2'),
    Case("recursion", "a if b\nb if a\ndeny contains 1 if a"),
    Case("an unsafe variable", "deny contains x if y := 1"),
    Case("bad METADATA", "# METADATA\n# scope: nothing\npackage main\n\ndeny contains 1\n"),
    Case("METADATA that is no YAML", "# METADATA\n# title: [\npackage main\n\ndeny contains 1\n"),
    Case(
        "good METADATA",
        "# METADATA\n# title: T\npackage main\n\ndeny contains rego.metadata.chain()[0].annotations.title\n",
    ),
    Case("an expression that is none", args=("a.json", "--ignore", "(")),
    Case("an unknown flag", args=("a.json", "--nothing")),
    Case("a flag that is no boolean", args=("a.json", "--combine=maybe")),
    Case("a boolean flag with a value", args=("a.json", "b.yaml", "--combine=true"), files=_TWO),
    Case("an unknown parser", args=("a.json", "--parser", "nothing")),
    Case("an unknown version", args=("a.json", "--rego-version", "v2")),
    Case("an empty policy", "", ("a.json",), {"policy/empty.rego": b""}),
    Case("a policy that is no UTF-8", files={"policy/x.rego": b'package main\n\ndeny contains "\xff"\n'}),
    Case("a builtin's error", 'deny contains "x" if to_number("z")\nwarn contains "y" if not startswith(input.a, "a")'),
    Case("a builtin's error shown", 'deny contains "x" if to_number("z")', ("a.json", "--show-builtin-errors")),
    Case("no builtin's error", 'deny contains "x"', ("a.json", "--show-builtin-errors")),
    Case("strict", 'deny contains "x" if y := 1', ("a.json", "--strict")),
    Case("not strict", 'deny contains "x" if y := 1'),
    Case(
        "capabilities",
        'deny contains "x" if http.send({"url": "x", "method": "GET"})',
        ("a.json", "--capabilities", "c.json"),
        {"c.json": '{"builtins": []}'},
    ),
    Case("no such capabilities", args=("a.json", "--capabilities", "c.json")),
)

REGO = (
    Case("v0 in v1", 'deny[x] { x := "a" }'),
    Case(
        "v0",
        'deny[x] { x := "a" }\nwarn[x] { x := input.b }\ndefault violation = ["v"]',
        ("a.json", "--rego-version", "v0"),
    ),
    Case("v1 in v0", 'deny contains "x" if input.a', ("a.json", "--rego-version", "V0")),
    Case(
        "v1 imported in v0",
        'import rego.v1\n\ndeny contains "x" if input.a',
        ("a.json", "--rego-version", "v0"),
        {"policy/old.rego": 'deny[x] { x := "a" }'},
    ),
    Case(
        "keywords imported in v0",
        'import future.keywords\n\ndeny contains "x" if input.a',
        ("a.json", "--rego-version", "v0"),
    ),
    Case("a template string", 'deny contains $"a is {input.a}"'),
    Case(
        "a text that looks like a call",
        'deny contains "parse_config(" # parse_config("x", "y")\nwarn contains `print("x")`',
    ),
    Case("parse_config", 'deny contains sprintf("%v", [parse_config("yaml", "a: [1, 2000000]")])'),
    Case(
        "parse_config of the input",
        'deny contains sprintf("%v", [parse_config(input.kind, input.text)])',
        ("i.json",),
        {"i.json": '{"kind": "json", "text": "{\\"a\\": {\\"b\\": 1}}"}'},
    ),
    Case(
        "parse_config of what was parsed",
        'x := parse_config("json", "{\\"t\\": \\"b: 3\\"}")\ndeny contains sprintf("%v", [parse_config("yaml", x.t)])',
    ),
    Case(
        "parse_config that fails",
        'deny contains "x" if parse_config("json", "{")\nwarn contains "y" if not parse_config("none", "{")',
    ),
    Case(
        "parse_config that fails, shown",
        'deny contains "x" if parse_config("json", "{")',
        ("a.json", "--show-builtin-errors"),
    ),
    Case("parse_config of the wrong type", 'deny contains "x" if parse_config(1, "{")'),
    Case("parse_config that is compared to a text", 'deny contains "x" if parse_config("json", "{}") == "a"'),
    Case("parse_config in a test alone", files={"policy/main_test.rego": 'test_a if parse_config("none", "")'}),
    Case(
        "parse_config_file beside the policy",
        'deny contains sprintf("%v", [parse_config_file("../b.yaml")])\n'
        'warn contains sprintf("%v", [parse_config_file("x.json")])',
        ("a.json",),
        {
            "b.yaml": "a: 1",
            "policy/x.json": '{"here": true}',
            "policy/deep/y.rego": 'package main\n\ndeny contains sprintf("%v", [parse_config_file("x.json")])',
            "policy/deep/x.json": '{"deep": 1}',
        },
    ),
    Case(
        "parse_config_file of nothing",
        'deny contains "x" if parse_config_file("none.yaml")\nwarn contains "y" if not parse_config_file("x.foo")',
    ),
    Case(
        "parse_combined_config_files",
        'deny contains sprintf("%v", [parse_combined_config_files(["../b.yaml", "../a.json"])])',
        ("a.json",),
        {"b.yaml": "a: 1\n---\nb: 2000000\n"},
    ),
)

DOCUMENTS = (
    Case("arrays", 'deny contains sprintf("%v", [input])', ("b.json",), {"b.json": '[1, {"a": 2}, [3], null]'}),
    Case("an empty array", 'deny contains sprintf("%v", [input])', ("b.json",), {"b.json": "[]"}),
    Case(
        "many documents",
        'deny contains sprintf("%v", [input])',
        ("b.yaml",),
        {"b.yaml": "a: 1\n---\n- x\n---\n---\nc\n"},
    ),
    Case("a leading line", 'deny contains sprintf("%v", [input])', ("b.yaml",), {"b.yaml": "---\na: 1\n--- \nb: 2\n"}),
    Case("nothing", 'deny contains sprintf("%v", [input])', ("b.yaml",), {"b.yaml": ""}),
    Case("null", 'deny contains "x" if input == null', ("b.json",), {"b.json": "null"}),
    Case(
        "booleans and keys",
        'deny contains sprintf("%v", [input])',
        ("b.yaml",),
        {"b.yaml": "y: yes\n2: 0777\nd: 2020-01-01\nn: ~\no: on\n"},
    ),
    Case(
        "numbers",
        'deny contains sprintf("%v %s %d", [x, x, x]) if some x in input.n',
        ("b.json",),
        {
            "b.json": '{"n": [1, 1.0, 999999, 1000000, 12345678, 1.5, 0.00001, 1e21, -2000000, 0.1,'
            " 9007199254740993, 123456789.25]}"
        },
    ),
    Case(
        "numbers in YAML",
        'deny contains sprintf("%v", [input])',
        ("b.yaml",),
        {"b.yaml": "a: 1e3\nb: 1_000_000\nc: 0x1F\nd: 12345678901234567890\ne: 1.10\n"},
    ),
    Case(
        "numbers in TOML",
        'deny contains sprintf("%v", [input])',
        ("b.toml",),
        {"b.toml": "a = 5000000\nc = 1.5\n[d]\ne = [2000000, 3]\n"},
    ),
    Case(
        "numbers combined",
        'deny contains sprintf("%v", [input])',
        ("b.json", "b.toml", "--combine"),
        {"b.json": '{"n": [1000000, 1.0, 1e21, 1e-7, 1.5]}', "b.toml": "a = 5000000\n"},
    ),
    Case(
        "sums of fractions",
        'deny contains "x" if input.x + input.y == 0.3',
        ("b.json",),
        {"b.json": '{"x": 0.1, "y": 0.2}'},
    ),
    Case(
        "a Dockerfile",
        'deny contains sprintf("%v", [input])',
        ("Dockerfile",),
        {"Dockerfile": "FROM a AS b\nRUN x y\nENV A=b\n"},
    ),
    Case("combined", 'deny contains sprintf("%v", [input])', ("b.yaml", "a.json", "--combine"), _TWO),
    Case("combined arrays", 'deny contains sprintf("%v", [input])', ("b.json", "--combine"), {"b.json": "[1, [2]]"}),
)

FILES = (
    Case("twice", 'deny contains "x"', ("a.json", "a.json", "./a.json")),
    Case(
        "a folder",
        "deny contains data.conftest.file.name",
        ("d",),
        {"d/x.json": "1", "d/.hidden.yaml": "1", "d/e/.h/Y.JSON": "1", "d/z.txt": "1", "d/CODEOWNERS": "* @a"},
    ),
    Case("a folder by its path", 'deny contains "x"', ("./d/", "d/../d"), {"d/x.json": "1", "d/e/y.yml": "2"}),
    Case(
        "ignored",
        'deny contains "x"',
        ("d", "a.json", "--ignore", "(^|/)e/|a\\.js.n$"),
        {"d/x.json": "1", "d/e/y.yml": "2"},
    ),
    Case("all ignored", 'deny contains "x"', ("a.json", "--ignore", ".*")),
    Case("an empty name", 'deny contains "x"', ("a.json", "")),
    Case("stdin", 'deny contains sprintf("%v", [input])', ("-",), stdin=b"a: 1\n---\nb: 2\n"),
    Case("stdin as JSON", 'deny contains sprintf("%v", [input])', ("-", "--parser", "json"), stdin=b'{"a": 1}'),
    Case(
        "a name for stdin",
        "deny contains data.conftest.file.name",
        ("-", "--stdin-filename", "x/y.yaml"),
        stdin=b"a: 1",
    ),
    Case(
        "names",
        'deny contains sprintf("%v", [input])',
        ("Dockerfile.dev", "x.dockerfile", ".env.prod", "x.env", "DOCKERFILE"),
        dict.fromkeys(("Dockerfile.dev", "x.dockerfile", "DOCKERFILE"), "FROM a")
        | {".env.prod": "A=1", "x.env": "B=2"},
    ),
    Case("no Containerfile", args=("Containerfile",), files={"Containerfile": "FROM a"}),
    Case(
        "a parser for all",
        'deny contains sprintf("%v", [input])',
        ("a.json", "x.foo", "--parser", "yaml"),
        {"x.foo": "a: 1"},
    ),
    Case(
        "the file's name and folder",
        "deny contains data.conftest.file.name\nwarn contains x if x := data.conftest.file.name",
        ("d/x.json", "a.json"),
        {"d/x.json": "{}"},
    ),
    Case("the name of what is combined", "deny contains data.conftest.file.name", ("a.json", "--combine")),
)

NAMESPACES = (
    Case("named", args=("a.json", "-n", "other"), files={"policy/o.rego": 'package other\n\ndeny contains "o"'}),
    Case(
        "several",
        args=("a.json", "-n", "other,main", "--namespace", "none"),
        files={"policy/o.rego": 'package other\n\nwarn contains "o"'},
    ),
    Case(
        "all",
        args=("a.json", "--all-namespaces", "-n", "x"),
        files={"policy/o.rego": 'package other.b\n\nwarn contains "o"', "policy/l.rego": "package lib\n\nx := 1"},
    ),
    Case(
        "globs",
        args=("a.json", "-n", "o*", "-n", "m?in"),
        files={
            "policy/o.rego": 'package other.b\n\nwarn contains "o"',
            "policy/x.rego": "package x\n\ndeny contains 1",
        },
    ),
    Case("a glob of a class", args=("a.json", "-n", "[^a-l]ain"), files={}),
    Case("a glob for nothing", args=("a.json", "-n", "q*")),
    Case("a bad glob", args=("a.json", "-n", "[")),
    Case("an unknown one", args=("a.json", "-n", "none")),
    Case(
        "one that is quoted",
        args=("a.json", "--all-namespaces"),
        files={"policy/q.rego": 'package a["b-c"].d\n\ndeny contains "q"'},
    ),
    Case("the same twice", args=("a.json", "-n", "main", "-n", "main")),
)

DATA = (
    Case(
        "nested by folder",
        'deny contains sprintf("%v", [data.x])',
        ("a.json", "-d", "d"),
        {"d/x/one.json": '{"b": 1}', "d/x/two.yaml": "c: 2\n---\nd: 3\n", "d/x/three.txt": "z"},
    ),
    Case(
        "one file",
        'deny contains sprintf("%v", [data.b])',
        ("a.json", "-d", "x/one.json"),
        {"x/one.json": '{"b": [1.50, 1e3, 12345678901234567890, 1000000]}'},
    ),
    Case("a prefix", 'deny contains sprintf("%v", [data.p.q])', ("a.json", "-d", "p.q:d"), {"d/one.json": "[1]"}),
    Case(
        "a prefix and folders",
        'deny contains sprintf("%v", [data.p])',
        ("a.json", "-d", "p:d"),
        {"d/e/one.yml": "a: b"},
    ),
    Case("a list at the root", args=("a.json", "-d", "d"), files={"d/one.json": "[1]"}),
    Case(
        "two that merge",
        'deny contains sprintf("%v", [data.x])',
        ("a.json", "-d", "d", "-d", "e"),
        {"d/one.json": '{"x": {"a": 1}}', "e/one.json": '{"x": {"b": 1}}'},
    ),
    Case(
        "two that are equal", args=("a.json", "-d", "d,e"), files={"d/one.json": '{"x": 1}', "e/one.json": '{"x": 1}'}
    ),
    Case("a broken one", args=("a.json", "-d", "d"), files={"d/one.json": "{"}),
    Case("no data of the policies", 'deny contains "x" if data.y', files={"policy/y.json": '{"y": 1}'}),
    Case(
        "the folder of the policies",
        'deny contains sprintf("%v", [data.y])',
        ("a.json", "-d", "policy"),
        {"policy/y.json": '{"y": 1}', "policy/z.yaml": "---\nz: 1\n"},
    ),
    Case(
        "a leading line in YAML",
        'deny contains sprintf("%v", [data.z])',
        ("a.json", "-d", "d"),
        {"d/z.yaml": "# c\n---\nz: 1\n---\ny: 2\n"},
    ),
    Case(
        "data beside rules",
        'deny contains sprintf("%v", [data.main.extra])',
        ("a.json", "-d", "d"),
        {"d/main/x.json": '{"extra": 1}'},
    ),
    Case(
        "data of the file is kept",
        'deny contains sprintf("%v", [data.conftest.other])',
        ("a.json", "-d", "d"),
        {"d/conftest/x.json": '{"other": 1}'},
    ),
)

_RULES = {"rules/m.rego": 'package other\n\nwarn contains "o"\n'}

CONFIGURATION = (
    Case(
        "TOML",
        args=("a.json",),
        files=_RULES | {"conftest.toml": 'policy = "rules"\nnamespace = ["other"]\nfail-on-warn = true\n'},
    ),
    Case(
        "YAML",
        args=("a.json",),
        files=_RULES | {"conftest.yaml": "policy: [rules]\nnamespace: other\nfail-on-warn: 'true'\n"},
    ),
    Case(
        "JSON before TOML",
        args=("a.json",),
        files=_RULES
        | {"conftest.json": '{"policy": "rules,policy", "all-namespaces": true}', "conftest.toml": "x = ["},
    ),
    Case(
        "a named one",
        args=("a.json", "-c", "c/x.toml"),
        files=_RULES | {"c/x.toml": 'policy = "rules"\nall-namespaces = true\n'},
    ),
    Case("a named one that is not there", args=("a.json", "-c", "x.toml")),
    Case("a broken one", files={"conftest.toml": "x = ["}),
    Case("of the wrong type", files={"conftest.toml": 'combine = "perhaps"\n'}),
    Case(
        "flags win",
        args=("a.json", "-n", "main", "-p", "policy"),
        files=_RULES | {"conftest.toml": 'policy = "rules"\nnamespace = ["other"]\n'},
    ),
    Case(
        "variables",
        args=("a.json",),
        files=_RULES,
        environment={
            "CONFTEST_POLICY": "rules,policy",
            "CONFTEST_ALL_NAMESPACES": "1",
            "CONFTEST_FAIL_ON_WARN": "true",
        },
    ),
    Case(
        "variables win over the file",
        args=("a.json",),
        files=_RULES | {"conftest.toml": 'policy = "rules"\n'},
        environment={"CONFTEST_POLICY": "policy", "CONFTEST_NAMESPACE": ""},
    ),
    Case("unknown keys", files={"conftest.toml": "nothing = 1\n[more]\nx = 1\n"}),
)

GROUPS = {
    "rules": RULES,
    "values": VALUES,
    "counts": COUNTS,
    "exceptions": EXCEPTIONS,
    "exit codes": EXIT_CODES,
    "errors": ERRORS,
    "rego": REGO,
    "documents": DOCUMENTS,
    "files": FILES,
    "namespaces": NAMESPACES,
    "data": DATA,
    "configuration": CONFIGURATION,
}

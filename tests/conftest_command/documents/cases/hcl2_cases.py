"""HCL for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "attr_and_block.tf": ("a {}\na = 1\n"),
    "bad.tf": "a = \n",
    "bad2.tf": "a {\n",
    "bad3.tf": "a = [1 2]\n",
    "bigint.tf": (
        'a = 9007199254740993\nb = "${9007199254740993}x"\nc = "${1e21}x ${0.1}y ${123456789012345678901234567890}z"\n'
    ),
    "blocks.tf": (
        'a "b" "c" {\n'
        "  x = 1\n"
        "}\n"
        'a "b" "c" {\n'
        "  x = 2\n"
        "}\n"
        'a "b" "d" {}\n'
        "e {}\n"
        "e {\n"
        "  f {\n"
        "    g = 1\n"
        "  }\n"
        "  f {}\n"
        "}\n"
        "h i j { k = 1 }\n"
        '"x" = 1\n'
    ),
    "blocks2.tf": (
        'a "b" "c" {\n'
        "  x = 1\n"
        "}\n"
        'a "b" "c" {\n'
        "  x = 2\n"
        "}\n"
        'a "b" "d" {}\n'
        "e {}\n"
        "e {\n"
        "  f {\n"
        "    g = 1\n"
        "  }\n"
        "  f {}\n"
        "}\n"
        "h i j { k = 1 }\n"
    ),
    "bom.tf": "\ufeffa = 1\n",
    "comments.tf": ("# x\n// y\n/* z */\na = 1 # b\nb = /* c */ 2\n"),
    "crlf.tf": ("a = 1\r\nb = <<EOF\r\nx\r\nEOF\r\n"),
    "dollar.tf": ('a = "$x $$ $ {"\nb = "100%"\nc = "a$"\nd = "$$${x}"\n'),
    "dotnum.tf": ("a = b.0\nc = b.0.1\n"),
    "dupkeys.tf": "a = {x = 1, x = 2}\n",
    "empty.tf": "",
    "escape_label.tf": 'a "b\\"c" {}\n',
    "expr.tf": (
        "a = 1 + 2\n"
        'b = "hello"\n'
        "c = -10\n"
        "d = -x\n"
        "e = -(1 + 4)\n"
        "f = !true\n"
        "g = null\n"
        "h = true\n"
        "i = (5)\n"
        'j = ("x")\n'
        'k = [1, "a", x.y, [2]]\n'
        'l = {a = 1, "b" = 2, (c) = 3, 4 = 5, true = 6, null = 7}\n'
        "m = x ? 1 : 2\n"
        "n = foo(1, 2)\n"
        "o = x[0].y\n"
        "p = x.*.y\n"
        "q = x[*].y\n"
        "r = [for a in b : a]\n"
        "s = {for k, v in m : k => v if v}\n"
        "t = --5\n"
        "u = - 5\n"
        "v = 1.50\n"
        "w = 1e3\n"
        "x = 12345678901234567890\n"
        "y = 0.1\n"
        'z = a.b[0]["c"]\n'
    ),
    "funcs.tf": ("a = provider::x::y(1)\nb = foo(a...)\n"),
    "heredoc.tf": (
        "a = <<EOF\n"
        "line ${x}\n"
        "  two\n"
        "EOF\n"
        "b = <<-EOF\n"
        "    four\n"
        "      six\n"
        "    ${y}\n"
        "  EOF\n"
        "c = <<EOF\n"
        "%{ if a ~}\n"
        "yes\n"
        "%{ else ~}\n"
        "no\n"
        "%{ endif ~}\n"
        "EOF\n"
        "d = <<EOF\n"
        "EOF\n"
        "e = [<<X\n"
        "a\n"
        "X\n"
        ", 2]\n"
        "f = <<EOF\n"
        '$${x} "q" \\n\n'
        "EOF\n"
    ),
    "hugeexp.tf": "a = 1e400\n",
    "index_str.tf": 'a = x["${y}"]\n',
    "keys.tf": (
        "a = {\n"
        "  a.b.c = 1\n"
        '  "${x}" = 2\n'
        '  "x-${y}" = 3\n'
        "  (z) = 4\n"
        '  "q" : 5\n'
        "  foo() = 6\n"
        "  a[0] = 7\n"
        "  1.5 = 8\n"
        "  a-b = 9\n"
        "}\n"
    ),
    "keys2.tf": (
        'a = {\n  a.b.c = 1\n  "${x}" = 2\n  "x-${y}" = 3\n  (z) = 4\n  "q" : 5\n  1.5 = 8\n  a-b = 9\n a["b"] = 1\n}\n'
    ),
    "mixed_labels.tf": ('a "b" {}\na {}\n'),
    "mixed_labels2.tf": ('a {}\na "b" {}\n'),
    "multiline.tf": (
        "a = foo(\n"
        "  1,\n"
        "  bar(2)\n"
        ")\n"
        "b = [\n"
        "  1,\n"
        "  2,\n"
        "]\n"
        "c = {\n"
        "  x = 1\n"
        "  y : 2,\n"
        "  z = foo(\n"
        "    3\n"
        "  )\n"
        "}\n"
        "d = x ? [\n"
        " 1\n"
        "] : [2]\n"
    ),
    "neg_null.tf": "a = -null\n",
    "neg_str.tf": 'a = -"5"\n',
    "neg_template.tf": 'a = "${-5}"\n',
    "neg_true.tf": "a = -true\n",
    "nested_cond.tf": 'a = "%{ if a }${b ? "c" : "d"}%{ else }%{ for x in y }${x}%{ endfor }%{ endif }"\n',
    "not_num.tf": "a = !5\n",
    "nul.tf": 'a = "\x00"\n',
    "paren.tf": (
        'a = "${(a)}"\n'
        "b = (a ? b : c)\n"
        "c = ((1))\n"
        'd = "%{ if foo(a) }x%{ endif }"\n'
        'e = "${(a) ? (b) : (c)}-"\n'
        'f = "%{for x in (y)}a%{endfor}"\n'
    ),
    "quoted_label.tf": 'a "b\\"c" "${d}" {}\n',
    "templates.tf": (
        'a = "${1 + 2} %{if local.x < 3}\\"4\\n\\"%{endif}"\n'
        'b = "${"hi"} there"\n'
        'c = "${x}"\n'
        'd = "${x} y"\n'
        'e = "$${x} %%{y}"\n'
        'f = "%{ if true }yes%{ else }no%{ endif }"\n'
        'g = "%{for k, v in m}${k}=${v},%{endfor}"\n'
        'h = "${a ? "b" : c}-"\n'
        'i = "${true}${null}${5}${1.5}${1e3}x"\n'
        'j = "${[1,2]}"\n'
        'k = "${[1,2]}x"\n'
        'l = ""\n'
        'm = "${ x ~}  y"\n'
        'n = "  ${~ x} "\n'
        'o = "${(x)}y"\n'
        'p = "${"${"deep"}"}x"\n'
        'q = "${foo(")")}z"\n'
        'r = "%{ if (x) }a%{ endif }"\n'
        's = "${{a = 1}}x"\n'
        't = "${a ? "" : ""}-"\n'
        'u = "${a ? b : (c ? d : e)}-"\n'
        'v = "${a ? b : c ? d : e}-"\n'
        'w = "%{ if x }%{ if y }z%{ endif }%{ endif }"\n'
        'x = "${"a$${b}"}c"\n'
        'y = "\xe9\\u00e9"\n'
        'z = "${-5}x${!true}"\n'
    ),
    "twice.tf": ("a = 1\na = 2\n"),
    "unicode.tf": ('\xe9 = "\xfc"\nb = "e\u0301"\n'),
    "vars.tfvars": ('region = "eu"\ncount = 2\ntags = {\n a = "b"\n}\n'),
    "wraps.tf": ('a = "${"x"}"\nb = "${5}"\nc = "${true}"\nd = "${null}"\ne = "${"${x}"}"\nf = "${{a = 1}}"\n'),
}

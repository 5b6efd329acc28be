"""HCL2, as Terraform writes it: bodies, expressions and places, in the native and in the JSON syntax."""

from gatekeeper.syntax.hcl.json_syntax import LABELS, parse_json, parse_json_variables
from gatekeeper.syntax.hcl.locate import find_many
from gatekeeper.syntax.hcl.parser import parse
from gatekeeper.syntax.hcl.source import MAX_BYTES, Source

__all__ = ["LABELS", "MAX_BYTES", "Source", "find_many", "parse", "parse_json", "parse_json_variables"]

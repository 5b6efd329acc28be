"""What OPA's builtin functions take and give, as far as types of JSON go.

OPA compiles no call whose arguments cannot fit; the embedded engine notices when the call is evaluated, or not at all.
A test compares the table with what OPA says of itself (``opa capabilities``); operators are not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ANY = "bnszAOS"  # boolean, number, string, null, array, object, set


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of the arguments and of the result, each as the letters of the types that it may have."""

    arguments: tuple[str, ...]
    result: str


_TABLE = """
abs n > n
all AS > b
any AS > b
array.concat A A > A
array.flatten A > A
array.reverse A > A
array.slice A n n > A
base64.decode s > s
base64.encode s > s
base64.is_valid s > b
base64url.decode s > s
base64url.encode s > s
base64url.encode_no_pad s > s
bits.and n n > n
bits.lsh n n > n
bits.negate n > n
bits.or n n > n
bits.rsh n n > n
bits.xor n n > n
cast_array * > A
cast_boolean * > b
cast_null * > z
cast_object * > O
cast_set * > S
cast_string * > s
ceil n > n
concat s AS > s
contains s s > b
count AOSs > n
crypto.hmac.equal s s > b
crypto.hmac.md5 s s > s
crypto.hmac.sha1 s s > s
crypto.hmac.sha256 s s > s
crypto.hmac.sha512 s s > s
crypto.md5 s > s
crypto.parse_private_keys s > A
crypto.sha1 s > s
crypto.sha256 s > s
crypto.x509.parse_and_verify_certificates s > A
crypto.x509.parse_and_verify_certificates_with_options s O > A
crypto.x509.parse_certificate_request s > O
crypto.x509.parse_certificates s > A
crypto.x509.parse_keypair s s > O
crypto.x509.parse_rsa_private_key s > O
endswith s s > b
floor n > n
format_int n n > s
glob.match s Az s > b
glob.quote_meta s > s
graph.reachable O AS > S
graph.reachable_paths O AS > S
graphql.is_valid Os Os > b
graphql.parse Os Os > A
graphql.parse_and_verify Os Os > A
graphql.parse_query s > O
graphql.parse_schema s > O
graphql.schema_is_valid Os > b
hex.decode s > s
hex.encode s > s
http.send O > O
indexof s s > n
indexof_n s s > A
intersection S > S
io.jwt.decode s > A
io.jwt.decode_verify s O > A
io.jwt.encode_sign O O O > s
io.jwt.encode_sign_raw s s s > s
io.jwt.verify_eddsa s s > b
io.jwt.verify_es256 s s > b
io.jwt.verify_es384 s s > b
io.jwt.verify_es512 s s > b
io.jwt.verify_hs256 s s > b
io.jwt.verify_hs384 s s > b
io.jwt.verify_hs512 s s > b
io.jwt.verify_ps256 s s > b
io.jwt.verify_ps384 s s > b
io.jwt.verify_ps512 s s > b
io.jwt.verify_rs256 s s > b
io.jwt.verify_rs384 s s > b
io.jwt.verify_rs512 s s > b
is_array * > b
is_boolean * > b
is_null * > b
is_number * > b
is_object * > b
is_set * > b
is_string * > b
json.filter O AS > O
json.is_valid s > b
json.marshal * > s
json.marshal_with_options * O > s
json.match_schema Os Os > A
json.patch * A > *
json.remove O AS > O
json.unmarshal s > *
json.verify_schema Os > A
lower s > s
max AS > *
min AS > *
net.cidr_contains s s > b
net.cidr_contains_matches AOSs AOSs > S
net.cidr_expand s > S
net.cidr_intersects s s > b
net.cidr_is_valid s > b
net.cidr_merge AS > S
net.cidr_overlap s s > b
net.lookup_ip_addr s > S
numbers.range n n > A
numbers.range_step n n n > A
object.filter O AOS > O
object.get O * * > *
object.keys O > S
object.remove O AOS > O
object.subset AOS AOS > b
object.union O O > O
object.union_n A > O
opa.runtime > O
product AS > n
providers.aws.sign_req O O n > O
rand.intn s n > n
re_match s s > b
regex.find_all_string_submatch_n s s n > A
regex.find_n s s n > A
regex.globs_match s s > b
regex.is_valid s > b
regex.match s s > b
regex.replace s s s > s
regex.split s s > A
regex.template_match s s s s > b
rego.metadata.chain > A
rego.metadata.rule > *
rego.parse_module s s > O
replace s s s > s
round n > n
semver.compare s s > n
semver.is_valid * > b
set_diff S S > S
sort AS > A
split s s > A
sprintf s A > s
startswith s s > b
strings.any_prefix_match ASs ASs > b
strings.any_suffix_match ASs ASs > b
strings.count s s > n
strings.render_template s O > s
strings.replace_n O s > s
strings.reverse s > s
strings.split_n s s n > A
substring s n n > s
sum AS > n
time.add_date n n n n > n
time.clock An > A
time.date An > A
time.diff An An > A
time.format An > s
time.now_ns > n
time.parse_duration_ns s > n
time.parse_ns s s > n
time.parse_rfc3339_ns s > n
time.weekday An > s
to_number bnsz > n
trace s > b
trim s s > s
trim_left s s > s
trim_prefix s s > s
trim_right s s > s
trim_space s > s
trim_suffix s s > s
type_name * > s
union S > S
units.parse s > n
units.parse_bytes s > n
upper s > s
uri.is_valid s > b
uri.parse s > O
urlquery.decode s > s
urlquery.decode_object s > O
urlquery.encode s > s
urlquery.encode_object O > s
uuid.parse s > O
uuid.rfc4122 s > s
walk * > A
yaml.is_valid s > b
yaml.marshal * > s
yaml.unmarshal s > *
"""


def _read(line: str) -> tuple[str, Signature]:
    name, *types = line.replace("*", ANY).split()
    return name, Signature(tuple(types[: types.index(">")]), types[-1])


SIGNATURES: Mapping[str, Signature] = MappingProxyType(dict(map(_read, _TABLE.strip().splitlines())))

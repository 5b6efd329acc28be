# METADATA
# title: What the gateway in front of an API does
# description: >-
#   Authentication and rate limits mostly stand outside the API's document: in Terraform, in annotations of an ingress,
#   in plugins. What data.gatekeeper.data.gateways lists is looked for in the same repository. A value that cannot be
#   known may be what it should be, so it counts.
package gatekeeper.lib.gateways

import data.gatekeeper.lib.kubernetes
import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

# Of "authentication" and "rate_limit" those that some gateway of the repository does.
does contains task if {
	some task, known in data.gatekeeper.data.gateways
	some place in known.terraform
	some block in terraform.resources(place.type)
	switched_on(block.values, place)
}

does contains task if {
	some object in annotated
	some task, known in data.gatekeeper.data.gateways
	some name, value in kubernetes.object_at(object.manifest, ["metadata", "annotations"])
	regex.match(known.annotations, name)
	not off(value)
}

does contains task if {
	some object in input.kubernetes
	object.kind in {"KongPlugin", "KongClusterPlugin"}
	not values.is_true(values.get(object.manifest, "disabled"))
	some task, known in data.gatekeeper.data.gateways
	values.get(object.manifest, "plugin") in known.kong_plugins
}

does contains task if {
	some object in input.kubernetes
	some task, known in data.gatekeeper.data.gateways
	some field in known.fields[object.kind]
	not off(values.get(values.get(object.manifest, "spec"), field))
}

# Istio checks a token only where a policy asks for one.
does contains "authentication" if {
	kinds := {object.kind | some object in input.kubernetes; regex.match(`^security\.istio\.io/`, object.api_version)}
	count({"RequestAuthentication", "AuthorizationPolicy"} - kinds) == 0
}

does contains "rate_limit" if {
	some object in input.kubernetes
	object.kind == "EnvoyFilter"
	walk(object.manifest, [_, value])
	value in data.gatekeeper.data.gateways.rate_limit.envoy_filters
}

# Routes such as "GET /orders" that a gateway hands on without authentication.
open_routes contains block.values.route_key if {
	some block in terraform.resources("aws_apigatewayv2_route")
	is_string(block.values.route_key)
	values.get(block.values, "authorization_type") in {null, "NONE"}
}

annotated contains object if {
	some object in input.kubernetes
	object.kind in {"Ingress", "IngressRoute", "HTTPRoute", "Gateway", "Service"}
}

switched_on(body, place) if {
	walk(body, [path, value])
	names := [key | some key in path; is_string(key)]
	names == place.path
	means_on(value, place)
}

# An unknown block may hold what its path leads to.
switched_on(body, place) if {
	walk(body, [path, value])
	values.unknown(value)
	names := [key | some key in path; is_string(key)]
	count(names) > 0
	names == array.slice(place.path, 0, count(names))
}

means_on(value, place) if {
	is_string(value)
	regex.match(object.get(place, "matches", `.`), value)
	not off(value)
}

means_on(value, place) if {
	type_name(value) in {"number", "boolean"}
	object.get(place, "matches", "") == ""
	not off(value)
}

off(value) if value in [null, false, 0, -1, ""]

off(value) if {
	is_string(value)
	lower(value) in {"false", "none", "off", "0", "-1"}
}

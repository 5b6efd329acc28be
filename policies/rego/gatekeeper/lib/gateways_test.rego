package gatekeeper.lib.gateways_test

import data.gatekeeper.lib.gateways
import rego.v1

variable := {"$unknown": "var.x"}

block(type, body) := {"terraform": {"resources": [{"type": type, "name": "x", "address": sprintf("%v.x", [type]), "values": body, "count": 1}]}, "kubernetes": []}

object_of(kind, version, manifest) := {"terraform": {"resources": []}, "kubernetes": [{"kind": kind, "api_version": version, "name": "x", "manifest": manifest}]}

test_throttles_in_terraform if {
	every evidence in [
		block("aws_apigatewayv2_stage", {"default_route_settings": [{"throttling_rate_limit": 100, "throttling_burst_limit": 50}]}),
		block("aws_apigatewayv2_stage", {"route_settings": [{"route_key": "GET /"}, {"throttling_rate_limit": "5"}]}),
		block("aws_api_gateway_usage_plan", {"throttle_settings": [{"rate_limit": 5.5}]}),
		block("aws_wafv2_web_acl", {"rule": [{"statement": [{"rate_based_statement": [{"limit": 1000}]}]}]}),
		block("azurerm_api_management_api_policy", {"xml_content": "<policies><inbound><rate-limit calls=\"5\" /></inbound></policies>"}),
	] {
		found := gateways.does with input as evidence
		found == {"rate_limit"}
	}
}

test_no_throttles_in_terraform if {
	every evidence in [
		block("aws_apigatewayv2_stage", {"auto_deploy": true}),
		block("aws_apigatewayv2_stage", {"default_route_settings": [{"throttling_rate_limit": 0, "data_trace_enabled": true}]}),
		block("aws_api_gateway_method_settings", {"settings": [{"throttling_rate_limit": -1, "metrics_enabled": true}]}),
		block("aws_wafv2_web_acl", {"rule": [{"statement": [{"geo_match_statement": [{}]}]}]}),
		block("azurerm_api_management_api_policy", {"xml_content": "<policies/>"}),
		block("aws_s3_bucket", {"default_route_settings": [{"throttling_rate_limit": 100}]}),
	] {
		found := gateways.does with input as evidence
		found == set()
	}
}

test_unknown_values_may_be_throttles if {
	every evidence in [
		block("aws_apigatewayv2_stage", {"default_route_settings": [{"throttling_rate_limit": variable}]}),
		block("aws_apigatewayv2_stage", {"default_route_settings": variable}),
		block("aws_wafv2_web_acl", {"rule": [variable]}),
		block("azurerm_api_management_api_policy", {"xml_content": variable}),
	] {
		found := gateways.does with input as evidence
		"rate_limit" in found
	}
}

test_unknown_values_elsewhere_are_no_throttles if {
	every evidence in [
		block("aws_apigatewayv2_stage", {"name": variable, "default_route_settings": [{"data_trace_enabled": variable}]}),
		block("aws_wafv2_web_acl", {"rule": [{"statement": [{"geo_match_statement": variable}]}]}),
	] {
		found := gateways.does with input as evidence
		found == set()
	}
}

test_throttles_in_kubernetes if {
	every evidence in [
		object_of("Ingress", "networking.k8s.io/v1", {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/limit-rps": "10"}}}),
		object_of("KongPlugin", "configuration.konghq.com/v1", {"plugin": "rate-limiting"}),
		object_of("Middleware", "traefik.io/v1alpha1", {"spec": {"rateLimit": {"average": 100}}}),
		object_of("EnvoyFilter", "networking.istio.io/v1alpha3", {"spec": {"configPatches": [{"patch": {"value": {"name": "envoy.filters.http.local_ratelimit"}}}]}}),
		object_of("BackendTrafficPolicy", "gateway.envoyproxy.io/v1alpha1", {"spec": {"rateLimit": {"type": "Global"}}}),
	] {
		found := gateways.does with input as evidence
		found == {"rate_limit"}
	}
}

test_authentication_in_terraform if {
	every evidence in [
		block("aws_apigatewayv2_route", {"route_key": "GET /orders", "authorization_type": "JWT"}),
		block("aws_api_gateway_method", {"authorization": "COGNITO_USER_POOLS"}),
		block("aws_lb_listener", {"default_action": [{"type": "authenticate-oidc"}, {"type": "forward"}]}),
		block("aws_api_gateway_method", {"authorization": variable}),
	] {
		found := gateways.does with input as evidence
		found == {"authentication"}
	}
}

test_no_authentication if {
	every evidence in [
		block("aws_apigatewayv2_route", {"route_key": "GET /orders", "authorization_type": "NONE"}),
		block("aws_apigatewayv2_route", {"route_key": "GET /orders"}),
		block("aws_lb_listener", {"default_action": [{"type": "forward"}]}),
		object_of("Ingress", "networking.k8s.io/v1", {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/auth-type": "none"}}}),
		object_of("Ingress", "networking.k8s.io/v1", {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/ssl-redirect": "true"}}}),
		object_of("KongPlugin", "configuration.konghq.com/v1", {"plugin": "jwt", "disabled": true}),
		object_of("RequestAuthentication", "security.istio.io/v1", {"spec": {}}),
	] {
		found := gateways.does with input as evidence
		found == set()
	}
}

test_authentication_in_kubernetes if {
	every evidence in [
		object_of("Ingress", "networking.k8s.io/v1", {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/auth-url": "https://auth.example.com"}}}),
		object_of("KongClusterPlugin", "configuration.konghq.com/v1", {"plugin": "key-auth"}),
		object_of("Middleware", "traefik.io/v1alpha1", {"spec": {"forwardAuth": {"address": "http://auth"}}}),
	] {
		found := gateways.does with input as evidence
		found == {"authentication"}
	}
}

test_istio_needs_both_objects if {
	found := gateways.does with input as {"terraform": {"resources": []}, "kubernetes": [
		{"kind": "RequestAuthentication", "api_version": "security.istio.io/v1", "name": "a", "manifest": {}},
		{"kind": "AuthorizationPolicy", "api_version": "security.istio.io/v1", "name": "b", "manifest": {}},
	]}
	found == {"authentication"}
}

test_open_routes if {
	open := gateways.open_routes with input as block("aws_apigatewayv2_route", {"route_key": "GET /orders", "authorization_type": "NONE"})
	open == {"GET /orders"}
	closed := gateways.open_routes with input as block("aws_apigatewayv2_route", {"route_key": "GET /orders", "authorization_type": "JWT"})
	closed == set()
	unclear := gateways.open_routes with input as block("aws_apigatewayv2_route", {"route_key": variable})
	unclear == set()
}

test_wrong_types if {
	every wrong in [null, true, 7, "x", [], {}, [7]] {
		every evidence in [
			block("aws_wafv2_web_acl", {"rule": wrong}),
			object_of("Ingress", "networking.k8s.io/v1", {"metadata": {"annotations": wrong}}),
			object_of("KongPlugin", "configuration.konghq.com/v1", {"plugin": wrong}),
			object_of("Middleware", "traefik.io/v1alpha1", {"spec": wrong}),
			object_of("EnvoyFilter", "networking.istio.io/v1alpha3", {"spec": wrong}),
		] {
			found := gateways.does with input as evidence
			found == set()
		}
	}
}

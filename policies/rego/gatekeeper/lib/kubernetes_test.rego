package gatekeeper.lib.kubernetes_test

import data.gatekeeper.lib.kubernetes
import rego.v1

object_of(api_version, kind, manifest) := {
	"at": {"path": "a.yaml"}, "api_version": api_version, "kind": kind, "name": "n", "namespace": "", "manifest": manifest,
}

test_pods_of_all_workloads if {
	spec := {"containers": []}
	template := {"spec": {"template": {"spec": spec}}}
	objects := array.concat(
		[
			object_of("v1", "Pod", {"spec": spec}),
			object_of("v1", "ReplicationController", template),
			object_of("batch/v1", "Job", template),
			object_of("batch/v1", "CronJob", {"spec": {"jobTemplate": template}}),
			object_of("v1", "PodTemplate", {"template": {"spec": spec}}),
		],
		[object_of("apps/v1", kind, template) | some kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]],
	)
	found := {pod.object.kind | some pod in kubernetes.pods} with input as {"kubernetes": objects}
	found == object.keys(kubernetes.pod_path)
}

test_pods_of_workloads_that_others_define if {
	template := {"spec": {"template": {"spec": {"containers": []}}}}
	objects := [
		object_of("serving.knative.dev/v1", "Service", template), object_of("serving.knative.dev/v1", "Configuration", template),
		object_of("serving.knative.dev/v1", "Revision", {"spec": {"containers": []}}), object_of("argoproj.io/v1alpha1", "Rollout", template),
		object_of("apps.openshift.io/v1", "DeploymentConfig", template), object_of("sources.knative.dev/v1", "ContainerSource", template),
	]
	found := {[pod.object.kind, count(pod.key)] | some pod in kubernetes.pods} with input as {"kubernetes": objects}
	found == {
		["Service", 3], ["Configuration", 3], ["Revision", 1], ["Rollout", 3], ["DeploymentConfig", 3], ["ContainerSource", 3],
	}
}

test_no_pods if {
	objects := [
		object_of("argoproj.io/v1alpha1", "Deployment", {"spec": {"template": {"spec": {}}}}), object_of("v1", "Rollout", {"spec": {"template": {"spec": {}}}}),
		object_of("", "Pod", {"spec": {}}),
		object_of("v1", "Service", {"spec": {}}), object_of("x.io/v1", "Deployment", {"spec": {"template": {"spec": {}}}}),
		object_of("v1", "Pod", {}), object_of("v1", "Pod", {"spec": null}), object_of("v1", "Pod", {"spec": []}),
		object_of("apps/v1", "Deployment", {"spec": {"template": "x"}}),
	]
	found := {1 | some _ in kubernetes.pods} with input as {"kubernetes": objects}
	count(found) == 0
}

test_unknown_pod_is_none if {
	objects := [object_of("v1", "Pod", {"spec": {"$unknown": "x"}}), object_of("v1", "Pod", {"$unknown": "x"})]
	found := {1 | some _ in kubernetes.pods} with input as {"kubernetes": objects}
	count(found) == 0
}

test_containers if {
	spec := {"containers": [{"name": "a"}, {"image": "b"}, null, 7], "initContainers": [{"name": 5}], "ephemeralContainers": null}
	objects := [object_of("v1", "Pod", {"spec": spec})]
	found := {[item.subject, item.key] | some item in kubernetes.containers} with input as {"kubernetes": objects}
	found == {
		["Pod/n/a", ["spec", "containers", 0]], ["Pod/n/1", ["spec", "containers", 1]],
		["Pod/n/0", ["spec", "initContainers", 0]],
	}
}

balancer(spec, annotations) := object_of("v1", "Service", {"spec": spec, "metadata": {"annotations": annotations}})

test_public_load_balancer if {
	kubernetes.public_load_balancer(balancer({"type": "LoadBalancer"}, {}))
	kubernetes.public_load_balancer(balancer({"type": "LoadBalancer", "loadBalancerSourceRanges": []}, null))
	kubernetes.public_load_balancer(balancer(
		{"type": "LoadBalancer"},
		{"service.beta.kubernetes.io/aws-load-balancer-type": "nlb", "service.beta.kubernetes.io/aws-load-balancer-internal": "false"},
	))
}

test_load_balancer_kept_inside if {
	not kubernetes.public_load_balancer(balancer({"type": "NodePort"}, {}))
	not kubernetes.public_load_balancer(balancer({"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]}, {}))
	not kubernetes.public_load_balancer(balancer({"type": "LoadBalancer"}, {"cloud.google.com/load-balancer-type": "Internal"}))
	not kubernetes.public_load_balancer(balancer({"type": "LoadBalancer"}, {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}))
}

test_unknown_is_not_public if {
	variable := {"$unknown": "x"}
	not kubernetes.public_load_balancer(balancer({"type": variable}, {}))
	not kubernetes.public_load_balancer(balancer(variable, {}))
	not kubernetes.public_load_balancer(balancer({"type": "LoadBalancer", "loadBalancerSourceRanges": variable}, {}))
}

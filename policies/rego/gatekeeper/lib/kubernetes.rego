# METADATA
# title: Pods and containers of Kubernetes objects
# description: >-
#   Finds the pod that a workload makes and the containers in it, with the paths of keys that lead to them.
package gatekeeper.lib.kubernetes

import data.gatekeeper.lib.values
import rego.v1

pod_path := {
	"Pod": ["spec"],
	"Deployment": ["spec", "template", "spec"],
	"StatefulSet": ["spec", "template", "spec"],
	"DaemonSet": ["spec", "template", "spec"],
	"ReplicaSet": ["spec", "template", "spec"],
	"ReplicationController": ["spec", "template", "spec"],
	"Job": ["spec", "template", "spec"],
	"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
	"PodTemplate": ["template", "spec"],
}

# Workloads that are not part of Kubernetes, by their group of the API.
custom_pod_path := {
	"apps.openshift.io": {"DeploymentConfig": ["spec", "template", "spec"]},
	"argoproj.io": {"Rollout": ["spec", "template", "spec"]},
	"serving.knative.dev": {
		"Configuration": ["spec", "template", "spec"],
		"Revision": ["spec"],
		"Service": ["spec", "template", "spec"],
	},
	"sources.knative.dev": {"ContainerSource": ["spec", "template", "spec"]},
}

# What messages and waivers call an object.
subject(object) := sprintf("%v/%v", [object.kind, object.name])

# Pods of workloads: {"object", "spec", "key"}.
pods contains pod if {
	some object in input.kubernetes
	key := path_to_pod(object)
	spec := object_at(object.manifest, key)
	pod := {"object": object, "spec": spec, "key": key}
}

path_to_pod(object) := pod_path[object.kind] if {
	regex.match(`^(v1|(apps|batch|extensions)/.+)$`, object.api_version)
} else := custom_pod_path[split(object.api_version, "/")[0]][object.kind]

# Their containers, init and ephemeral ones too: {"pod", "container", "key", "subject"}.
containers contains found if {
	some pod in pods
	some list in ["containers", "initContainers", "ephemeralContainers"]
	some index, container in values.list(values.get(pod.spec, list))
	is_object(container)
	values.known(container)
	found := {
		"pod": pod,
		"container": container,
		"key": array.concat(pod.key, [list, index]),
		"subject": sprintf("%v/%v", [subject(pod.object), container_name(container, index)]),
	}
}

container_name(container, _) := values.get(container, "name") if is_string(values.get(container, "name"))

container_name(container, index) := format_int(index, 10) if not is_string(values.get(container, "name"))

object_at(manifest, path) := found if {
	found := object.get(manifest, path, null)
	is_object(found)
	values.known(found)
}

# A Service that asks for a load balancer which nothing keeps inside the network.
public_load_balancer(object) if {
	object.kind == "Service"
	object.api_version == "v1"
	spec := object_at(object.manifest, ["spec"])
	values.get(spec, "type") == "LoadBalancer"
	values.get(spec, "loadBalancerSourceRanges") in [null, [], ["0.0.0.0/0"]]
	is_null(values.get(spec, "loadBalancerClass"))
	not stays_inside(object)
}

# Each provider has an annotation of its own for a load balancer that only the private network reaches.
stays_inside(object) if {
	some name, value in object_at(object.manifest, ["metadata", "annotations"])
	regex.match(`load-?balancer.*(internal|scheme|type)$`, name)
	lower(sprintf("%v", [value])) in {"true", "0.0.0.0/0", "internal", "intranet", "private"}
}

stays_inside(object) if {
	some name, _ in object_at(object.manifest, ["metadata", "annotations"])
	endswith(name, "source-ranges")
}

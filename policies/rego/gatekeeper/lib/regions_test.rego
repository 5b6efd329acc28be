package gatekeeper.lib.regions_test

import data.gatekeeper.lib.regions
import rego.v1

test_regions_of_zones_and_display_names if {
	regions.region_of("eu-west-1") == "eu-west-1"
	regions.region_of("eu-west-1a") == "eu-west-1"
	regions.region_of("us-gov-east-1b") == "us-gov-east-1"
	regions.region_of("us-west-2-lax-1a") == "us-west-2"
	regions.region_of("europe-west1") == "europe-west1"
	regions.region_of("europe-west1-b") == "europe-west1"
	regions.region_of("northamerica-northeast1-a") == "northamerica-northeast1"
	regions.region_of("West Europe") == "westeurope"
	regions.region_of("eastus2") == "eastus2"
	regions.region_of("EU") == "eu"
}

test_allowed_regions_are_globs if {
	every region in ["eu-west-1", "westeurope", "global", ""] {
		regions.allowed(region) with data.gatekeeper.settings as {"residency": {"allowed_regions": ["eu-*", "West Europe"]}}
	}
	every region in ["us-east-1", "neu-1", "eu"] {
		not regions.allowed(region) with data.gatekeeper.settings as {"residency": {"allowed_regions": ["eu-*", "West Europe"]}}
	}
}

test_nothing_is_judged_without_regions if {
	not regions.judged
	not regions.judged with data.gatekeeper.settings as {"residency": {"allowed_regions": []}}
	regions.judged with data.gatekeeper.settings as {"residency": {"allowed_regions": ["eu-*"]}}
}

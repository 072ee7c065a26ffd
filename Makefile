# make bake   installs what is missing, builds, bakes recipes/debian12.recipe and lists it in the local registry
# make test   installs what is missing and runs every test, with one real bake; .ci/run calls exactly this
# make test-faults   kills bakes and their guests at 40 random moments each (KILLS=40); takes hours without KVM
#
# SWIFT=/path/to/swift overrides the compiler. Debian's python3-swiftclient installs another program of that name, so it is asked
# who it is before it is used.

SWIFT ?= $(shell scripts/find-swift)
CONFIGURATION ?= debug
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)
BUILD := .build/$(CONFIGURATION)
RELEASE := $(abspath .build/release)

.PHONY: bake test test-faults build setup lint format install uninstall golden bench bench-cleaning bench-recipes bench-registry release fuzz fault-report clean

bake:
	@SWIFT='$(SWIFT)' scripts/bake $(CONFIGURATION) '$(PREFIX)'

test:
	@SWIFT='$(SWIFT)' scripts/test $(CONFIGURATION)

test-faults: setup
	@SWIFT='$(SWIFT)' IMAGEBAKE_KILLS='$(or $(KILLS),40)' scripts/test-faults $(CONFIGURATION)

build:
	$(SWIFT) build --configuration $(CONFIGURATION) --product imagebake

setup:
	scripts/setup test

lint:
	scripts/lint '$(SWIFT)'

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# Renders the golden files anew; read the difference before it is committed.
golden:
	IMAGEBAKE_UPDATE_GOLDEN=1 $(SWIFT) test --filter 'DiagnosisTests|RecipesTests|LibvirtTests|SysprepManualTests|PropertyManualTests|InventoryTests'
	git diff --stat -- Tests docs

# What is measured is what is shipped: a release build with Swift's library in it, which takes some eight minutes the first time.
# virt-sysprep, the peer, is among what the tests need.
bench: setup release
	scripts/openstack.sh
	scripts/bench '$(RELEASE)/imagebake'

# The part of it on cleaning an image, in some ten minutes.
bench-cleaning: setup release
	scripts/bench --cleaning '$(RELEASE)/imagebake'

# The part of it on images: create and save against the openstack client, and the local registry.
bench-registry: release
	scripts/openstack.sh
	scripts/bench --registry '$(RELEASE)/imagebake'

# How long validate and render take, and a long list of images; needs nothing but the binary.
bench-recipes: release
	scripts/bench --recipes '$(RELEASE)/imagebake'

# Puts the faults of Tests/OpenStackTests/Faults before 'openstack image create' too, and writes into docs/publishing.md what it leaves.
fault-report: setup
	scripts/openstack.sh
	IMAGEBAKE_FAULT_REPORT='$(abspath docs/publishing.md)' $(SWIFT) test --filter FaultReportTests
	git diff --stat -- docs

release:
	$(SWIFT) build --configuration release --static-swift-stdlib --product imagebake

# make fuzz MINUTES=10
fuzz:
	scripts/fuzz '$(SWIFT)' $(or $(MINUTES),2)

# A link, so that the templates and the installer are found beside the binary in this checkout.
install: build
	mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	ln -sfn '$(abspath $(BUILD))/imagebake' '$(DESTDIR)$(PREFIX)/bin/imagebake'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/imagebake'

clean:
	rm -rf .build

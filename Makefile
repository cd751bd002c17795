# The only commands a newcomer needs. Each sets up what it is missing; all it asks for is Rust (rustup), Node 20 or
# later, and make.

PORT ?= 3000
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

CASES ?= 1000000
.DEFAULT_GOAL := help
.PHONY: help dev check test bench conformance fuzz deploy setup

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: setup ## Serve http://localhost:3000 and rebuild on every change; PORT=… for another port
	wrangler dev --port $(PORT)

check: setup ## The inner loop: formats, lints, types, the tests of the crates and of the page
	node scripts/test.mjs --quick

test: setup ## Run every suite
	node scripts/test.mjs

bench: setup ## Measure it beside its peers and write docs/BENCHMARKS.md; QUICK=1 for two minutes
	node scripts/bench.mjs $(if $(QUICK),--quick)

conformance: setup ## Run the official conformance suite against its fixture
	node scripts/conformance.mjs

fuzz: setup ## Make up conversations with the MCP engine until CASES were held; needs a C++ compiler
	node scripts/fuzz.mjs $(CASES)

deploy: setup ## Put it on Cloudflare
	wrangler deploy

setup:
	@node scripts/setup.mjs

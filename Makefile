# The only commands a newcomer needs. Each sets up what it is missing; all it asks for is Rust (rustup), Node 20 or
# later, and make.

PORT ?= 3000
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

CASES ?= 1000000
.PHONY: dev test conformance fuzz deploy setup

dev: setup ## Serve http://localhost:3000 and rebuild on every change; PORT=… for another port
	wrangler dev --port $(PORT)

test: setup ## Run every suite
	node scripts/test.mjs

conformance: setup ## Run the official conformance suite against its fixture
	node scripts/conformance.mjs

fuzz: setup ## Make up conversations with the MCP engine until CASES were held; needs a C++ compiler
	node scripts/fuzz.mjs $(CASES)

deploy: setup ## Put it on Cloudflare
	wrangler deploy

setup:
	@node scripts/setup.mjs

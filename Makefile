# Every target is one line that a person could type. `make help` lists them.
GO ?= go
DATA ?= ./data
PORT ?= 8080
SECTIONS ?= 1000000
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo development)

.PHONY: help run serve build test test-fast check bench fuzz tools clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: build ## build and start a filled demonstration with a sign-in link for each role
	bin/merida demo --addr localhost:$(PORT)

serve: build ## build and serve one's own data: make serve DATA=./data PORT=8080
	bin/merida serve --addr localhost:$(PORT) --data $(DATA)

build: ## build bin/merida
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/ ./cmd/...

test: tools ## all tests: both engines, journeys in a real browser
	MERIDA_ENGINES=sqlite,postgres $(GO) test -count=1 -timeout 30m ./...

test-fast: ## the tests that need neither PostgreSQL nor a browser
	MERIDA_ENGINES=sqlite $(GO) test -timeout 30m ./...

check: tools ## format, vet, static analysis, walls, data races, modules, other platforms
	GO="$(GO)" tools/check.sh

bench: ## print the figures: saves, search, imports, the coordination view
	MERIDA_ENGINES=sqlite,postgres MERIDA_BENCH_SECTIONS=$(SECTIONS) $(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./...

fuzz: ## each fuzz test for FUZZTIME (10s)
	GO="$(GO)" tools/fuzz.sh

tools: ## install what the tests need, or say how
	tools/tools.sh

clean: ## remove what was built
	rm -rf bin

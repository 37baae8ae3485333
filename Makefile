# `make` lists the targets. Two things are slow the first time, on two cores: bin/devserver (a whole Temporal server, 7 to 10
# minutes) and the linters (2 to 5 minutes). They are built once, and again only when their own module changes.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Each step uses all cores by itself, and the output stays in order.
.NOTPARALLEL:

# In a checkout of another user (a container, a runner) git refuses to answer, and go build and the linters refuse with it.
export GOFLAGS := $(strip $(shell cd / && go env GOFLAGS 2>/dev/null) -buildvcs=false)

HEARTBEAT := $(CURDIR)/.tools/heartbeat
SERVER_TAGS := disable_grpc_modules
SERVER_FLAGS := -tags $(SERVER_TAGS) -ldflags '-s -w'
TOOLS := bin/golangci-lint bin/workflowcheck

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Run -----------------------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: doctor build devserver ## The whole story on this machine: real PostgreSQL, Temporal and mail, years in minutes
	bin/dunning demo $(ARGS)

.PHONY: dev
dev: doctor build devserver ## All services on this machine, until Ctrl-C; prints their addresses
	bin/dunning dev $(ARGS)

.PHONY: bench
bench: doctor build devserver ## Measure throughput on this machine (ARGS='...' is passed on)
	bin/dunning bench $(ARGS)

.PHONY: migrate
migrate: build ## Bring the database of DUNNING_DATABASE_OWNER_URL to this version (ARGS='--config FILE')
	bin/dunning migrate $(ARGS)

# --- Build ---------------------------------------------------------------------------------------------------------------------

.PHONY: build
build: ## Build bin/dunning, one static binary
	@$(HEARTBEAT) "building bin/dunning" env CGO_ENABLED=0 go build -trimpath -o bin/dunning ./cmd/dunning

.PHONY: devserver
devserver: bin/devserver ## Build bin/devserver, the Temporal server of demo, dev and tests

# Built beside and moved: a running server keeps its file.
bin/devserver: $(shell find cmd/devserver -type f)
	@echo "The Temporal server is compiled now. The first time takes 7 to 10 minutes on two cores; after that it is cached."
	@cd cmd/devserver && $(HEARTBEAT) "building bin/devserver" go build $(SERVER_FLAGS) -o ../../bin/devserver.new .
	@mv bin/devserver.new $@

.PHONY: tools
tools: $(TOOLS) ## Build the linters into bin

$(TOOLS) &: .tools/go.mod .tools/go.sum
	@echo "The linters are compiled now. The first time takes 2 to 5 minutes on two cores; after that it is cached."
	@mkdir -p bin
	@cd .tools && $(HEARTBEAT) "building $(TOOLS)" env CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../bin/ tool
	@touch $(TOOLS)

# --- Check ---------------------------------------------------------------------------------------------------------------------

.PHONY: doctor
doctor: ## Say what is missing on this machine, and what to install
	@.tools/doctor

.PHONY: test
test: doctor lint devserver compose-check ## Everything that must pass: linters, all tests, the end-to-end test, deployment files
	@$(HEARTBEAT) "tests of the development server" go test -C cmd/devserver $(SERVER_FLAGS) ./...
	@$(HEARTBEAT) "tests" go test -timeout 45m ./...
	@command -v npm >/dev/null || echo "SKIPPED: TestPostgresFromNpm, because npm is not installed; with CI set it fails"

.PHONY: lint
lint: tools ## go mod tidy, gofmt, go vet, golangci-lint and workflowcheck
	@for module in . cmd/devserver .tools; do $(HEARTBEAT) "go mod tidy -diff in $$module" go -C $$module mod tidy -diff; done
	@unformatted=$$(gofmt -l cmd workflows activities internal config .tools); \
		[ -z "$$unformatted" ] || { echo "gofmt -w would change:"; echo "$$unformatted"; exit 1; }
	@$(HEARTBEAT) "go vet" go vet -tags record ./...
	@$(HEARTBEAT) "go vet cmd/devserver" go vet -C cmd/devserver -tags $(SERVER_TAGS) ./...
	@$(HEARTBEAT) "golangci-lint" bin/golangci-lint run ./...
	@cd cmd/devserver && $(HEARTBEAT) "golangci-lint cmd/devserver" ../../bin/golangci-lint run --config ../../.golangci.yml --build-tags $(SERVER_TAGS) ./...
	@$(HEARTBEAT) "workflowcheck" bin/workflowcheck -config .tools/workflowcheck.yaml ./...

.PHONY: compose-check
compose-check: ## Check Dockerfile and docker-compose.yml: with the parser of docker compose, and with docker compose where there is one
	@$(HEARTBEAT) "tests of the deployment files" go test -C .tools -count=1 . # the cache does not see files outside that module
	@if docker compose version >/dev/null 2>&1; then \
		docker compose --env-file .docker/example.env config --quiet && echo "docker compose config: ok"; \
	else \
		echo "docker compose is not here: docker-compose.yml was read with compose-go, its parser, only"; \
	fi

# The replay test runs today's workflow code against the recorded histories. Record when a new version of a workflow is
# released, never to make a failing replay pass: the failure says that running claims would break.
.PHONY: history
history: devserver ## Record the histories that the replay test checks (at a release only)
	go test -tags record ./cmd/dunning -run TestRecord -count=1 -v

.PHONY: clean
clean: ## Remove bin; Go's build cache stays, so the next build is quick
	rm -rf bin

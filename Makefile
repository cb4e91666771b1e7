# Two commands: `make run` serves the site, `make test` proves it. Both set up what they need; scripts/ says how.

.PHONY: help run test bench

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: ## set everything up and serve the site on http://127.0.0.1:3000 (another address: LISTEN=127.0.0.1:8080)
	@LISTEN=$(LISTEN) scripts/run.sh

test: ## set everything up and run every test
	@scripts/test.sh

bench: ## measure against the targets of docs/BENCHMARKS.md
	@scripts/bench.sh

# make docs, lint, format: the text, checked and set.

docs: ## the handbook and the headers' reference, into build/docs/html
	$(Q)sh harness/tools/check-docs $(O)/docs
	@echo "docs: $(O)/docs/html/index.html"

lint: ## style, formatting, who includes whom, shell syntax
	$(Q)sh harness/tools/lint $(O)

format: ## let clang-format lay the C files out
	$(Q)sh harness/tools/check-style --fix

.PHONY: docs lint format

# make docs, lint, format: the text, checked and set.

docs-made := $(O)/docs-made

docs: ## the handbook and the headers' reference, into build/docs/html
	$(Q)$(MAKE) .docs-made SRC=ref BASE=ref
	$(Q)sh harness/tools/check-docs --with $(docs-made)/pages $(O)/docs
	@echo "docs: $(O)/docs/html/index.html"

lint: ## style, formatting, who includes whom, shell syntax
	$(Q)sh harness/tools/lint $(O)

format: ## let clang-format lay the C files out
	$(Q)sh harness/tools/check-style --fix

# A page with a picture of day 4's numbers, where there is gnuplot; for
# instructors one of what the planted mistakes believe.
.docs-made: $(path-unpark-omission)
	@mkdir -p $(docs-made)/omission $(docs-made)/pages
ifneq ($(path-unpark-omission),)
	@$< $(docs-made)/omission >$(docs-made)/log
	@sh harness/tools/plot-omission $(docs-made)/omission $(docs-made)/pages
endif
	@sh harness/tools/draw-includes $(docs-made)/pages
	$(call instructors-page,$(docs-made)/pages)

.PHONY: docs .docs-made lint format

# In a day's folder: every goal goes to the kit's Makefile, with DAY set.
kit := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
DAY := $(patsubst day%,%,$(firstword $(subst -, ,$(notdir $(CURDIR)))))

.DEFAULT_GOAL := help
help:
	@echo "make check           grade your files"
	@echo "make check T=name    one test"
	@echo "make check MODEL=1   every order of a few threads, on days 1 to 4"
	@echo "make watch           check again at every save"
	@echo "make hint TODO=n     the next hint"
	@echo "make reset           fresh stubs; your files are kept as *.old1, ..."
	@echo "everything else: make -C $(kit) help"
%:
	@$(MAKE) --no-print-directory -C '$(kit)' $@ DAY=$(DAY)
.PHONY: help

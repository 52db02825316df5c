# make bench: what the reference costs on this machine, beside the floor.

bench-prog := $(O)/plain/bench
bench-link = $(call refbase-objs,capstone) $(call ref-objs,day2)
$(bench-prog): $(O)/plain/harness/bench/bench.o $(bench-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $< $(bench-link) $(kit-obj) -ljansson -lm -o $@

ifeq ($(SRC)-$(BASE)-$(SAN),ref-ref-)
.bench: $(bench-prog)
	@mkdir -p $(O)/bench
	@$(bench-prog) $(O)/bench/runtime.json
	@sh harness/bench/answer-time $(O)
endif

bench: ## what the reference costs here, beside the floor of each
	@$(MAKE) .bench SRC=ref BASE=ref
.PHONY: bench .bench

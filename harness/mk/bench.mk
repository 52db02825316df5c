# make bench: what the reference costs on this machine, beside the floor.

bench-prog := $(O)/plain/bench
bench-link = $(call refbase-objs,capstone) $(call ref-objs,day2)
$(bench-prog): $(O)/plain/harness/bench/bench.o $(bench-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $< $(bench-link) $(kit-obj) -ljansson -lm -o $@

# What the console costs: with the objects of day 5, which listen.
console-bench := $(O)/plain/bench-console
console-link = $(foreach u,day1 day2 day4 day5,$(call ref-objs,$u))
$(console-bench): $(O)/plain/harness/bench/console.o $(console-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $< $(console-link) $(kit-obj) $(sort $(libs-day5) $(foreach p,$(programs-day5),$(libs-$p))) -ljansson -lm -o $@

# What a gather costs, beside peers in Rust where those are installed.
gather-bench := $(O)/plain/bench-gather
gather-bench-obj := $(patsubst %.c,$(O)/plain/%.o,$(wildcard harness/bench/gather/*.c))
gather-link = $(foreach u,day1 day2 day3,$(call ref-objs,$u))
$(gather-bench): $(gather-bench-obj) $(gather-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $^ -ljansson -lm -o $@

ifeq ($(SRC)-$(BASE)-$(SAN),ref-ref-)
.bench: $(bench-prog) $(console-bench) $(gather-bench)
	@mkdir -p $(O)/bench
	@$(bench-prog) $(O)/bench/runtime.json
	@$(console-bench) $(O)/bench/console.json
	@sh harness/bench/peers/build $(O) futures librust-futures-dev
	@sh harness/bench/peers/build $(O) tokio librust-tokio-dev
	@$(gather-bench) $(O)/bench/gather.json $(O)/bench/peers/peer-futures $(O)/bench/peers/peer-tokio
	$(if $(handout),,@sh harness/bench/answer-time $(O))
endif

bench: ## what the reference costs here, beside the floor of each
	@$(MAKE) .bench SRC=ref BASE=ref
.PHONY: bench .bench

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
gather-bench-obj := $(patsubst %.c,$(O)/plain/%.o,harness/bench/peer.c $(wildcard harness/bench/gather/*.c))
gather-link = $(foreach u,day1 day2 day3,$(call ref-objs,$u))
$(gather-bench): $(gather-bench-obj) $(gather-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $^ -ljansson -lm -o $@

# The runtime beside Tokio.
runtime-bench := $(O)/plain/bench-runtime
runtime-bench-obj := $(patsubst %.c,$(O)/plain/%.o,harness/bench/peer.c $(wildcard harness/bench/runtime/*.c))
runtime-link = $(call ref-objs,day1) $(call ref-objs,day2) $(filter $(addprefix %/,chan.o oneshot.o broadcast.o amutex.o),$(call ref-objs,day6))
$(runtime-bench): $(runtime-bench-obj) $(runtime-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $^ -ljansson -lm -o $@

# The same loads, counted. Static: see count/main.c.
bench-count := $(O)/plain/bench-count
bench-count-obj := $(patsubst %.c,$(O)/plain/%.o,harness/bench/count/main.c $(addprefix harness/bench/runtime/,load.c tasks.c channels.c waits.c))
$(bench-count): $(bench-count-obj) $(runtime-link) $(kit-obj)
	$(Q)$(CC) -static $(LDFLAGS) $^ -o $@

# What a histogram costs, where a record is a call and where it is in line. With
# HdrHistogram_c beside it where pkg-config knows it. Not in an archive: it has
# another way to record in it, and wants the solutions' sources. A file that a
# rule names counts as one that could be made, so there is no such rule there.
ifeq ($(handout),)
hist-bench := $(O)/plain/bench-hist
hist-bench-inline := $(O)/plain/bench-hist-inline
hdr = $(shell pkg-config --exists hdr_histogram 2>/dev/null && echo -DHAVE_HDR && pkg-config --cflags --libs hdr_histogram)
hist-build = $(Q)$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) $(LDFLAGS) $1 $(kit-obj) -ljansson -lm $(hdr) -o $@
$(hist-bench): harness/bench/hist.c harness/bench/stats.h $(kit-headers) $(call ref-objs,day4) $(kit-obj)
	$(call hist-build,$< $(call ref-objs,day4))
hist-sources := $(addprefix $(call sol-of,day4)/,$(obj-day4:.o=.c))
$(hist-bench-inline): harness/bench/hist.c harness/bench/stats.h $(kit-headers) $(hist-sources) $(kit-obj)
	$(call hist-build,-flto -DONE_UNIT $< $(hist-sources))
endif

# What the exchange holds, and what a book costs three ways.
exchange-bench := $(O)/plain/bench-exchange
exchange-bench-obj = $(addprefix $(O)/plain/harness/bench/,exchange.o traders.o) $(addprefix $(O)/plain/$(dir-day6)/load/,run.o plan.o print.o)
exchange-link = $(foreach u,$(needs-day6) day6,$(call ref-objs,$u))
$(exchange-bench): $(exchange-bench-obj) $(exchange-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $^ $(call unit-libs,day6) -ljansson -lm -o $@

# What the reading claims, measured; by gcc, whatever CC is. --wrap: locks are counted at the kit's door.
claims-prog := $(O)/plain/claims
claims-serve = $(B)/claims-serve
claims-obj = $(patsubst %.c,$(O)/plain/%.o,$(filter-out %/serve.c,$(wildcard harness/bench/claims/*.c)) \
	harness/bench/peer.c harness/bench/traders.c $(addprefix harness/bench/gather/,drain.c hand.c within.c))
serve-obj = $(addprefix $(B)/harness/bench/,claims/serve.o claims/work.o gather/hand.o gather/drain.o)
serve-link = $(gather-link) $(filter %/amutex.o,$(call ref-objs,day6))
$(claims-prog): $(claims-obj) $(exchange-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) -Wl,--wrap=mutex_lock $^ $(call unit-libs,day6) -ljansson -lm -o $@
$(claims-serve): $(serve-obj) $(serve-link) $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $^ -lm -o $@

ifeq ($(SRC)-$(BASE)-$(SAN),ref-ref-)
.bench: $(bench-prog) $(runtime-bench) $(bench-count) $(console-bench) $(gather-bench) $(exchange-bench) $(hist-bench) $(hist-bench-inline)
	@mkdir -p $(O)/bench
	@$(bench-prog) $(O)/bench/parts.json
	$(if $(handout),,@$(hist-bench) $(O)/bench/hist.json "histograms, a record is a call")
	$(if $(handout),,@$(hist-bench-inline) $(O)/bench/hist-inline.json "histograms, a record is in line")
	@$(console-bench) $(O)/bench/console.json
	@sh harness/bench/peers/build $(O) futures librust-futures-dev
	@sh harness/bench/peers/build $(O) tokio librust-tokio-dev
	@$(runtime-bench) $(O)/bench/runtime.json $(O)/bench/peers/peer-tokio
	@sh harness/bench/count/count $(bench-count) $(O)/bench/count
	@$(gather-bench) $(O)/bench/gather.json $(O)/bench/peers/peer-futures $(O)/bench/peers/peer-tokio
	@$(exchange-bench) $(O)/bench/exchange.json
	$(if $(handout),,@sh harness/bench/answer-time $(O))
endif

.claims-serve: $(claims-serve)
.claims: $(claims-prog) $(claims-serve)
	@$(MAKE) OPT0=1 CC='$(CC)' SRC=ref BASE=ref .claims-serve
	@mkdir -p $(O)/bench $(O)/report
	@sh harness/bench/peers/build $(O) claims librust-tokio-dev tokio
	@DEBUG=1 sh harness/bench/peers/build $(O) claims librust-tokio-dev tokio
	@sh harness/bench/peers/build $(O) tokio librust-tokio-dev
	@$(claims-prog) $(O) $(T)

claims: ## what the reading claims, measured here; T=id: one of them
	@$(MAKE) .claims CC=$(HOSTCC) SRC=ref BASE=ref
.PHONY: claims .claims .claims-serve

bench: ## what the reference costs here, beside the floor of each
	@$(MAKE) .bench SRC=ref BASE=ref
.PHONY: bench .bench

# Programs that a day brings: linked with the objects of that day and of those
# before it. A Kbuild lists them:
#
#	programs-day5 := unpark-top
#	objs-unpark-top := top/main.o top/keys.o	(given, in the day's folder)
#	libs-unpark-top := -lncurses
#
# `make program-unpark-top SRC=ref` builds build/plain/day5/unpark-top-ref-auto.

define program-rules
path-$2 := $(B)/$1/$2-$(SRC)-$(BASE)
objs-of-$2 := $(addprefix $(B)/$(dir-$1)/,$(objs-$2))
$$(path-$2): $(dir-$1)/Kbuild $(test-$1).objs $(link-$1) $$(objs-of-$2) $(kit-obj)
	$$(Q)$$(CC) $$(LDFLAGS) $$(objs-of-$2) $(link-$1) $(kit-obj) $(libs-$2) $(call unit-libs,$1) -lm -o $$@
program-$2: $$(path-$2)
.PHONY: program-$2
endef
$(foreach u,$(units),$(foreach p,$(programs-$u),$(eval $(call program-rules,$u,$p))))

ifneq ($(dir-day5),)
# The assembler puts the page into the object: -MMD does not see that.
$(B)/$(dir-day5)/serve/reply.o: $(dir-day5)/serve/page.html
endif

# make console: a workload in which something is slow, under the live console.
# The reference's, unless SRC=mine is asked for: then your day 5 draws it.
console-dir := $(dir-day5)
console-src := $(if $(filter command%,$(origin SRC)),$(SRC),ref)
console: .console-is-there ## the demo workload under the live console; ONCE=1 prints one frame
	@$(MAKE) .console SRC=$(console-src) BASE=$(if $(filter ref,$(console-src)),ref,$(BASE))
.console-is-there:
	@[ -n '$(console-dir)' ] || { echo "make console needs day 5" >&2; exit 2; }
ifneq ($(and $(path-unpark-demo),$(path-unpark-top)),)
.console: $(path-unpark-demo) $(path-unpark-top)
	@sh $(console-dir)/demo/console.sh $(path-unpark-demo) $(path-unpark-top) $(ONCE)
endif
.PHONY: console .console .console-is-there

# make omission: day 4's stalled load, as a table, a chart, and files; LIVE=1: in
# real time.
ifneq ($(path-unpark-omission),)
.omission: $(path-unpark-omission)
	@mkdir -p $(O)/omission
	@$< $(if $(LIVE),--live,$(O)/omission)
omission: ## the stall that p99 does not show, and does: a table, a chart, a picture; LIVE=1: in real time
	@$(MAKE) .omission SRC=$(console-src) BASE=$(if $(filter ref,$(console-src)),ref,$(BASE))
.PHONY: omission .omission
endif

# make exchange: day 6's exchange under a load, and the console beside it.
ifneq ($(and $(path-unpark-exchange),$(path-unpark-load),$(path-unpark-top)),)
.exchange: $(path-unpark-exchange) $(path-unpark-load) $(path-unpark-top)
	@sh $(dir-day6)/market/exchange.sh $(path-unpark-exchange) $(path-unpark-load) $(path-unpark-top) \
		$(O)/exchange $(if $(SWEEP),SWEEP,$(if $(ONCE),ONCE))
exchange: ## the exchange, a load, and the console; ONCE=1: a frame and the table; SWEEP=1: where it breaks
	@$(MAKE) .exchange SRC=$(console-src) BASE=$(if $(filter ref,$(console-src)),ref,$(BASE))
.PHONY: exchange .exchange
endif

# make demo and make capstone: measure in both builds, and show it.
#
# SRC and BASE say whose objects are measured. The debug half is a make of its
# own, since everything that is linked is compiled again.

measure := $(if $(MINE),$(mine-out)/capstone/measure,$(B)/capstone/measure-$(SRC)-$(BASE))
measure-flags := $(filter-out -W%,$(CFLAGS))
debug-measure := $(O)/debug$(if $(findstring clang,$(CC)),-clang)/capstone/measure-$(SRC)-$(BASE)
report-tool := $(O)/tools/report
report-whose := $(if $(filter ref,$(SRC)),the reference,your report.c)

measure-obj := $(addprefix $(B)/capstone/,measure.o finer.o) $(link-capstone) $(kit-obj)
$(measure): $(test-capstone).objs $(measure-obj)
	$(Q)$(call cage,$(measure-obj)) $(CC) $(LDFLAGS) $(measure-obj) -ljansson -lm -o $@

# One build alone, for the grader: OPT0=1 is debug.
.measure: $(measure)
.PHONY: .measure

report-obj := $(patsubst %.c,$(O)/tools/obj/%.o,$(wildcard harness/tools/report/*.c) harness/test/run/markup.c)
$(report-tool): $(report-obj)
	$(Q)$(HOSTCC) $^ -ljansson -lm -o $@

# Build both before either runs: a compiler in the background is noise.
.report: $(measure) $(report-tool)
	@$(MAKE) OPT0=1 CC='$(CC)' SRC=$(SRC) BASE=$(BASE) $(debug-measure)
	@rm -f $(measure).json $(debug-measure).json
	@mkdir -p $(report-dir)
	@$(measure) --build release --flags '$(measure-flags)' --out $(measure).json --folder $(report-dir)
	@$(debug-measure) --build debug --flags '$(patsubst -O2,-O0,$(measure-flags))' --out $(debug-measure).json --folder $(report-dir)
	@$(report-tool) '$(report-whose)' $(measure).json $(debug-measure).json harness/tools/report/page.html $(report-dir)
	@echo
	@echo "the page: $(report-dir)/index.html    the numbers: $(report-dir)/BENCH.json"
.PHONY: .report
report-dir := $(O)/$(if $(filter ref,$(SRC)),report,capstone)

ifeq ($(variant),plain)
demo: ## check the reference and measure it, into build/report
	@rc=0; for d in $(call day-of,$(units)); do \
		[ ! -t 1 ] || printf '%s: building\r' "$$d"; \
		$(MAKE) check CC='$(CC)' DAY=$$d SRC=ref BASE=ref QUIET=1 || rc=1; done; \
		$(MAKE) .report CC='$(CC)' SRC=ref BASE=ref && exit $$rc

capstone: $(if $(filter mine,$(SRC)),files-capstone .report,.capstone-is-yours) ## measure what a spawn costs with your report.c
else
demo capstone:
	@echo "make $@ builds debug and release itself: leave out SAN and OPT0" >&2; exit 2
endif
.capstone-is-yours:
	@echo "make capstone measures your report.c; for the reference: make demo" >&2; exit 2
.PHONY: demo capstone .capstone-is-yours

# The journal has no points; a full check of your own files says how far it is,
# whatever the tests say.
ifeq (mine$(plain-mine),mine1$(T)$(TODO)$(QUIET)$(KTAP))
after-capstone = sh harness/tools/report/journal-check capstone/JOURNAL.md $(O)/capstone/BENCH.json
endif

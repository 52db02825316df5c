# make demo and make capstone: measure in both builds, and show it.
#
# SRC and BASE say whose objects are measured. The debug half is a make of its
# own, since everything that is linked is compiled again.

measure := $(B)/capstone/measure-$(SRC)-$(BASE)
measure-flags := $(filter-out -W%,$(CFLAGS))
debug-measure := $(O)/debug$(if $(findstring clang,$(CC)),-clang)/capstone/measure-$(SRC)-$(BASE)
report-tool := $(O)/tools/report
report-whose := $(if $(filter ref,$(SRC)),the reference,your report.c)

$(measure): $(test-capstone).objs $(link-capstone) $(B)/capstone/measure.o $(kit-obj)
	$(Q)$(CC) $(LDFLAGS) $(B)/capstone/measure.o $(link-capstone) $(kit-obj) -ljansson -lm -o $@

# Keeps what was measured in this build beside the program.
.measure-run: $(measure)
	@rm -f $(measure).json
	@$(measure) --build $(if $(OPT0),debug,release) --flags '$(measure-flags)' --out $(measure).json

report-obj := $(patsubst %.c,$(O)/tools/obj/%.o,$(wildcard harness/tools/report/*.c))
$(report-tool): $(report-obj)
	$(Q)$(HOSTCC) $^ -ljansson -lm -o $@

# Build both before either runs: a compiler in the background is noise.
.report: $(measure) $(report-tool)
	@$(MAKE) OPT0=1 SRC=$(SRC) BASE=$(BASE) $(debug-measure)
	@rm -f $(measure).json $(debug-measure).json
	@$(measure) --build release --flags '$(measure-flags)' --out $(measure).json
	@$(debug-measure) --build debug --flags '$(patsubst -O2,-O0,$(measure-flags))' --out $(debug-measure).json
	@mkdir -p $(report-dir)
	@$(report-tool) '$(report-whose)' $(measure).json $(debug-measure).json harness/tools/report/page.html $(report-dir)
	@echo
	@echo "the page: $(report-dir)/index.html    the numbers: $(report-dir)/BENCH.json"
.PHONY: .report
report-dir := $(O)/$(if $(filter ref,$(SRC)),report,capstone)

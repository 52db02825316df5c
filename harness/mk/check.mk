# make check: build what is under test, look at it, run it under supervision.

san-name := $(or $(SAN),$(if $(MEMCHECK),memcheck),$(if $(MODEL),model))
slowness := $(if $(MEMCHECK),20,$(if $(SAN)$(OPT0),4,1))
# The gates grade mutants and references beside the student's own results.
plain-mine := $(if $(OPT0)$(san-name)$(filter-out mine,$(SRC))$(findstring clang,$(CC)),,1)
results := $(O)/results$(if $(plain-mine),,/$(SRC)$(if $(MINE),-$(notdir $(MINE)))$(addprefix -,$(san-name))$(if $(OPT0),-debug)$(if $(findstring clang,$(CC)),-clang))
valgrind := $(shell command -v valgrind)
ifeq ($(and $(MEMCHECK),$(if $(valgrind),,none)),none)
$(error MEMCHECK=1: missing package: valgrind - run: sh harness/setup)
endif

ifneq ($(and $(MODEL),$(unit),$(if $(models-$(unit)),,none)),)
check:
	@echo "MODEL=1: $(unit) has no model tests; there are some of $(strip $(foreach u,$(units),$(if $(models-$u),$u)))" >&2; exit 2
else
check: $(if $(unit),check-$(unit),which-day) ## grade your files: DAY=4 (or in the day's folder), T=name, TODO=3
endif
.PHONY: check

which-day:
	$(the-unit)
.PHONY: which-day

has-cost = $(shell grep -l '^TEST(.*[, ]cost[,)]' $(dir-$1)/tests/*.c 2>/dev/null)
own-objs = $(filter-out $(call given-objs,$1),$(call $(SRC)-objs,$1))

define check-rules
files-$1: ; @sh harness/tools/have-files $(call day-of,$1) $(dir-$1) $(addprefix $(dir-$1)/,$(obj-$1:.o=.c))
check-$1: $(if $(filter mine,$(SRC)),files-$1) .run-$1
.run-$1: $(O)/tools/run-$1 $$(test-$1) $(B)/$1/plan $(if $(filter plain%,$(notdir $(B))),$(if $(call has-cost,$1),$$(ref-$1))) $(if $(filter thread,$(SAN)),$(O)/tools/tsan-prefix) $(trace-wanted)
	@mkdir -p $(results) $(O)/green $(O)/hints $(O)/tmp $(if $(trace-wanted),$(call trace-folder,$1))
	$(if $(if $(STRICT_MODPOST),,$(QUIET)$(filter ref submitted,$(SRC))),,@sh harness/tools/modpost-unit $(if $(STRICT_MODPOST),--error) '$(B)' $1 '$(dir-$1)' '$(own-objs-$1)' '$(kit-obj) $$(filter-out $$(own-objs-$1),$$(link-$1))')
	$(if $(QUIET)$(KTAP)$(FIRST)$(T),,@sh harness/tools/lsmod $$(link-$1))
	@$(O)/tools/run-$1 --unit $1 --day $(call day-of,$1) --title "$(title-$1)" \
		--plan $(B)/$1/plan --binary $$(abspath $$(test-$1)) \
		--src $(SRC) --base $(BASE) --san "$(san-name)" --seed $(SEED) \
		--readme $(dir-$1)/README.md --results $(results) \
		--hints $(O)/hints --tmp $(abspath $(O)/tmp) \
		--slowness $(slowness) \
		$(if $(valgrind),--valgrind $(valgrind)) $(addprefix --cage ,$(CAGE)) \
		$(if $(STRICT_MODPOST),$(addprefix --checked ,$(wildcard $(O)/grade/checked-$1))) \
		$(addprefix --note-checked ,$(CHECKED)) \
		$(if $(filter ref,$(SRC)),,--ref-binary $$(abspath $$(ref-$1))) \
		$(if $(SCHED),--schedule '$(SCHED)') \
		$(if $(T),--only '$(T)') $(if $(TODO),--todo $(TODO)) $(if $(LONG),--long) \
		$(call trace-options,$1) \
		$(if $(QUIET),--quiet) $(if $(ALL),--all) $(if $(FIRST),--first) $(if $(KTAP),--ktap) \
		$(if $(filter thread,$(SAN)),`cat $(O)/tools/tsan-prefix`) \
		$(if $(plain-mine),--green $(O)/green `sh harness/tools/list-objects $(dir-$1) $(todos-$1)`) \
		$$(if $$(after-$1),; rc=$$$$?; $$(after-$1); exit $$$$rc)
.PHONY: check-$1 files-$1 .run-$1
endef
$(foreach u,$(all-units),$(eval own-objs-$u := $(call own-objs,$u)))
$(foreach u,$(all-units),$(eval $(call check-rules,$u)))

# ThreadSanitizer needs the old address layout on newer kernels; where the
# layout cannot be changed, say so instead of failing every test.
$(O)/tools/tsan-prefix: harness/tools/tsan-prefix
	@mkdir -p $(@D)
	@CC='$(CC)' sh harness/tools/tsan-prefix $(O)/tools >$@

check-all: ## grade the whole week, a line a day
	@mkdir -p $(O)/logs; rc=0; for d in $(patsubst day%,%,$(units)); do \
		$(MAKE) check DAY=$$d QUIET=1 2>$(O)/logs/check-all || rc=1; \
		grep -v '^make' $(O)/logs/check-all >&2; done; exit $$rc
.PHONY: check-all

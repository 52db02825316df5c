# make test: proves the kit. Each line of the list below is a name and a
# command; harness/tools/prove runs them, two at a time, and counts.

jobs ?= $(shell nproc)
gate-list := $(O)/tools/gates
have-clang := $(shell command -v clang)
compilers := gcc $(if $(have-clang),clang)
tab := $(shell printf '\t')
m := $(MAKE) O=$(O) SEED=1

define newline


endef
gate = $(info $1$(tab)$2)
# All that is built is built before: two makes must not write one object.
model-units = $(foreach u,$(all-units),$(if $(models-$u),$u))
prebuild-goals = $(foreach u,$(if $(MODEL),$(model-units),$(all-units)),$(B)/$u/plan $(ref-$u) $(O)/tools/run-$u) $(trace-tool) \
	$(if $(filter $(O)/plain,$(B)),$(foreach u,$(units),$(foreach p,$(programs-$u),$(path-$p))) $(if $(filter ref,$(SRC)),workshop-programs) $(claims-prog))
prebuild: $(prebuild-goals)
.PHONY: prebuild

# One of each kind; LONG=1: all of them.
quick-cheats := exit-in-init constructor print-tap write-results read-solution include-solution raw-ptrace raw-fork \
	fork-by-name memory-bomb disk-one-file endless-output forge-pass early-return fake-clock hard-coded \
	replace-expect own-tests code-as-data symlink zeros

# One configuration: the reference scores 100.
solution-gate = $(call gate,$1 scores 100: $2 $(or $3,plain),$(m) check DAY=$(call day-of,$1) SRC=ref BASE=ref QUIET=1 CC=$2 $3)

# The longest first: with short ones at the end both lanes end together.
gates-list:
	$(call gate,a corpus has its marks,O=$(O) sh harness/grade/tests/grade.sh)
	$(foreach u,$(units) kit,$(foreach c,$(if $(LONG),$(compilers),gcc),$(call solution-gate,$u,$c,MEMCHECK=1)))
	$(foreach u,$(units),$(call gate,$u: every mutant is killed,sh harness/tools/gate-mutants $(O) $u $(call sol-of,$u)))
	$(call gate,the handout works and leaks nothing,sh harness/tools/gate-handout $(O))
	$(call gate,a new student's first hour,sh harness/tools/first-hour $(O) $(if $(LONG),$(units),day1))
	$(call gate,what the pages say to do works,$(if $(LONG),LONG=1 )sh harness/tools/run-docs $(O))
	$(foreach t,$(sort $(wildcard harness/tools/tests/*.sh harness/tools/report/test.sh)),$(call gate,tool: $(patsubst harness/tools/%,%,$(subst tests/,,$(t:.sh=))),O=$(O) sh $t))
	$(call gate,reports are as they were,sh harness/tools/gate-golden $(O))
	$(call gate,the explorer explores,$(m) check DAY=model MODEL=1 SRC=ref QUIET=1)
	$(call gate,what the explorer finds,sh harness/tools/gate-found $(O))
	$(if $(LONG),$(call gate,the ring holds under Relacy,sh harness/tools/gate-relacy $(O) $(call sol-of,day1)))
	$(foreach u,$(filter $(units),$(model-units)),$(call gate,$u: models hold,$(m) check DAY=$(call day-of,$u) MODEL=1 SRC=ref BASE=ref QUIET=1)$(call gate,$u: models find mutants,sh harness/tools/gate-models $(O) $u $(call sol-of,$u)))
	$(call gate,bad student files are named,sh harness/tools/gate-bad $(O))
	$(call gate,wrong use gets one line,sh harness/tools/gate-usage $(O))
	$(call gate,BASE=auto takes what is green,sh harness/tools/gate-base $(O))
	$(call gate,copies are found and honest work is not,O=$(O) sh harness/grade/tests/alike.sh)
	$(call gate,parts of a class make one gradebook,O=$(O) sh harness/grade/tests/merge.sh)
	$(call gate,marks are fair,O=$(O) sh harness/grade/tests/marks.sh)
	$(call gate,a rubric has its points,O=$(O) sh harness/grade/tests/rubric.sh)
	$(call gate,a Slurm job makes the same gradebook,O=$(O) sh harness/grade/tests/slurm.sh)
	$(if $(LONG),$(call gate,mutants have their marks,O=$(O) sh harness/grade/tests/mutants.sh)$(call gate,half of a class hangs,O=$(O) sh harness/grade/tests/hanging.sh))
	$(call gate,a cage keeps in what it should,O=$(O) sh harness/grade/tests/cage.sh)
	$(call gate,cheats gain nothing,O=$(O) sh harness/grade/tests/attack.sh && $(m) attack $(if $(LONG),,T='$(quick-cheats)'))
	$(foreach u,$(units),$(call gate,$u: stubs,sh harness/tools/gate-stubs $(O) $u $(dir-$u) $(call sol-of,$u)))
	$(foreach u,$(units),$(call gate,$u: points agree,sh harness/tools/gate-points $(O) $u $(dir-$u) $(call sol-of,$u)))
	$(foreach n,$(workshop-numbers),$(call gate,workshop $n shows what it says,sh harness/tools/gate-workshop $(O) $n))
	$(call gate,the gradebook is drawn,O=$(O) sh harness/grade/tests/out.sh)
	$(foreach u,$(units) kit,$(foreach c,$(compilers),$(foreach v,SAN=address SAN=thread,$(call solution-gate,$u,$c,$v))$(call solution-gate,$u,$c)))
	$(foreach u,$(units),$(foreach t,$(sort $(wildcard $(dir-$u)/tests/*.sh)),$(call gate,$u: $(basename $(notdir $t)),O=$(O) sh $t)))
	$(if $(have-clang),,$(call gate,clang is not installed: SKIP,echo run sh harness/setup))
	$(if $(LONG),$(call gate,the reference runs on arm64,sh harness/tools/arm64 $(O) kit $(foreach u,$(units),$(if $(call unit-libs,$u),,$u))))
	$(call gate,lint,$(m) lint)
	$(call gate,docs,$(m) docs)
	$(call gate,the demo measures,sh harness/tools/gate-demo $(O))
	@:
.PHONY: gates-list

test: ## prove the kit; LONG=1 for the long runs, too
	@mkdir -p $(O)/tools $(O)/logs
	@$(MAKE) gates-list >$(gate-list)
	@echo "building with $(compilers): plain, address, thread"
	@for c in $(compilers); do for s in "" address thread; do \
		$(MAKE) -j$(jobs) prebuild SRC=ref BASE=ref CC=$$c SAN=$$s || exit 1; done; done
	@$(MAKE) -j$(jobs) prebuild SRC=ref BASE=ref MODEL=1
	@$(MAKE) .grade SRC=ref BASE=ref UNITS=
	@sh harness/tools/prove $(O)/logs $(jobs) $(gate-list)
.PHONY: test

# The mistakes of units, and the page of the handbook that has all of them.
beliefs = $(foreach u,$1,$u=$(dir-$u)=$(call sol-of,$u))
instructors-page = @sh harness/tools/list-mistakes $(call beliefs,$(units)) >$1/misconceptions.md
misconceptions: ## what students get wrong, from the planted mistakes: DAY=3, or all
	@sh harness/tools/list-mistakes $(call beliefs,$(or $(unit),$(units)))
.PHONY: misconceptions

# What the explorer finds, beside what stress finds: docs/models.md has the table.
stress-program: $(test-$(unit))
	@echo $<
model-stress: ## what 10 s of stress find of what the model tests find: DAY=1 T=mutant; 12 minutes
	@sh harness/tools/model-stress $(O) '$(T)' $(if $(unit),$(unit),$(filter day%,$(model-units)))
.PHONY: stress-program model-stress

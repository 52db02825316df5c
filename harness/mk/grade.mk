# make grade: a folder of submissions, graded into a gradebook.
#
# The grader calls `make check SRC=submitted MINE=...` for each unit of each
# submission; all that is not the student's is built here, before.

grade-tool := $(O)/unpark-grade
grade-units := $(subst $(comma), ,$(or $(UNITS),$(units)))
grade-src := $(filter-out harness/grade/tests/% harness/grade/attacks/%, \
	$(wildcard harness/grade/*.c harness/grade/*/*.c))
grade-obj := $(patsubst %.c,$(O)/tools/obj/%.o,$(grade-src) harness/kit/clock.c)
$(grade-tool): $(grade-obj)
	$(Q)$(HOSTCC) $^ -larchive -lnettle -ljansson -lsqlite3 -lz -lm -o $@
# The grader without its main(), for a test that draws.
$(O)/tools/grade.a: $(filter-out %/grade/main.o,$(grade-obj))
	@rm -f $@ && ar rcs $@ $^
$(grade-obj): | $(O)/tools/packages-grade
# The assembler puts it into the object: -MMD does not see that.
$(O)/tools/obj/harness/grade/out/html.o: harness/grade/out/style.css
$(O)/tools/packages-grade: harness/tools/need
	@mkdir -p $(@D)
	@sh harness/tools/need archive.h nettle/sha2.h sqlite3.h jansson.h zlib.h && touch $@

# What a student may write, a unit and a path a line; "-" is not graded.
grade-list := $(foreach u,$(units),$(foreach f,$(obj-$u:.o=.c),$u:$(dir-$u)/$f)) \
	-:capstone/JOURNAL.md -:capstone/BENCH.json
grade-files: FORCE
	@sh harness/grade/prepare $(O) "`printf '%s\n' $(foreach u,$(units),'$u $(needs-$u)')`" $(grade-list)
grade-built = $(foreach u,$(filter $(units),$(grade-units)),$(B)/$u/plan $(ref-$u) $(O)/tools/run-$u $(O)/grade/checked-$u)
# How much each test checks of the reference: a submission's must check as much.
define checked-rules
$(O)/grade/checked-$1: $(ref-$1) $(O)/tools/run-$1 $(B)/$1/plan
	@mkdir -p $$(@D) && rm -f $$@.tmp
	@for s in 1 2; do $(MAKE) check DAY=$(call day-of,$1) SRC=ref BASE=ref \
		QUIET=1 T= TODO= LONG= CAGE= SEED=$$$$s CHECKED=$$@.tmp >/dev/null || :; done
	@mv $$@.tmp $$@
endef
$(foreach u,$(units),$(eval $(call checked-rules,$u)))
# The rubric measures capstones beside the reference, in both builds.
grade-measures = $(if $(filter capstone,$(grade-units)),$(measure) $(O)/tools/confine)
$(O)/tools/confine: $(O)/tools/obj/harness/tools/confine.o $(O)/tools/obj/harness/test/run/sandbox.o
	$(Q)$(HOSTCC) $^ -lseccomp -o $@
.grade: $(grade-tool) grade-files $(stranger-headers) $(grade-built) $(grade-measures) $(trace-tool)
	$(if $(grade-measures),@$(MAKE) .measure OPT0=1 SRC=ref BASE=ref)
.PHONY: .grade grade-files

# Its options are variables of the same names.
grade-option = $(if $($1),--$2 '$($1)')
grade-options = $(call grade-option,UNITS,units) $(call grade-option,ONLY,only) $(call grade-option,SHARD,shard) \
	$(call grade-option,EXECUTOR,executor) $(call grade-option,PARTS,parts) \
	$(call grade-option,RUBRIC,rubric) $(call grade-option,ADAPTER,adapter) $(call grade-option,CAGE,cage) \
	$(call grade-option,JOBS,jobs) $(call grade-option,LIMIT,limit) \
	$(if $(filter command%,$(origin SEED)),--seed $(SEED))
grade: .grade-what ## a folder of submissions into a gradebook: SUBMISSIONS=dir OUT=dir UNITS=day4,capstone ONLY= SHARD=1/4 EXECUTOR=slurm PARTS= SEED= RUBRIC= ADAPTER= CAGE= JOBS= LIMIT=
	@$(MAKE) .grade SRC=ref BASE=ref UNITS='$(UNITS)'
	@SLURM_OPTIONS='$(SLURM_OPTIONS)' $(grade-tool) --submissions '$(SUBMISSIONS)' --out '$(OUT)' --build $(O) \
		--kit-hash `cat $(O)/grade/kit-hash` $(grade-options)
.grade-what:
	@[ -n '$(SUBMISSIONS)' ] && [ -n '$(OUT)' ] || { \
		echo "say which: make grade SUBMISSIONS=dir OUT=dir; the first is a folder that exists" >&2; exit 2; }
	@[ -d '$(SUBMISSIONS)' ] || { \
		echo "SUBMISSIONS=$(SUBMISSIONS): no such folder; say which: make grade SUBMISSIONS=dir OUT=dir" >&2; exit 2; }
	@[ '$(B)' = '$(O)/plain' ] || { echo "make grade builds plainly and with gcc: leave out SAN, OPT0 and CC" >&2; exit 2; }
.PHONY: grade .grade-what

# Parts of a class that were graded elsewhere, each into a folder of its own.
grade-merge: $(grade-tool) grade-files ## the parts of a class into one gradebook: OUT=dir SHARDS='dir dir'
	@[ -n '$(OUT)' ] && [ -n '$(SHARDS)' ] || { \
		echo "say which: make grade-merge OUT=dir SHARDS='dir dir'; each is the OUT of a part" >&2; exit 2; }
	@$(grade-tool) merge --out '$(OUT)' --build $(O) $(SHARDS)
.PHONY: grade-merge

# What fails of each mutant, for the grader to compare with.
vectors-of = $(patsubst $(call sol-of,$1)/mutants/%.patch,$(O)/grade/vectors/$1/%,$(wildcard $(call sol-of,$1)/mutants/*.patch))
define vector-rules
$(call vectors-of,$1): $(O)/grade/vectors/$1/%: $(call sol-of,$1)/mutants/%.patch $(ref-$1) $(B)/$1/plan | $(O)/tools/run-$1
	@sh harness/tools/gate-mutants $(O) $1 $(call sol-of,$1) $$* || [ -f $$@ ]
.vectors: $(call vectors-of,$1)
endef
$(foreach u,$(units),$(eval $(call vector-rules,$u)))
vectors: ## run every mutant, so that make grade can name likely misconceptions; later only what has changed
	@$(MAKE) .vectors SRC=ref BASE=ref
.PHONY: vectors .vectors

grade-cost: ## what grading one submission costs on this machine: seconds and disk
	@$(MAKE) .grade SRC=ref BASE=ref
	@sh harness/grade/spread/cost $(O)
.PHONY: grade-cost

attack: ## grade cheats, each of which gains nothing, has a label and harms nothing: T=name, DEEP=1 without modpost, too
	@sh harness/tools/need sqlite3
	@$(MAKE) .grade SRC=ref BASE=ref UNITS=day1,day4,capstone
	@sh harness/grade/attacks/run $(if $(DEEP),--deep) $(if $(CAGE),--cage $(CAGE)) $(if $(LONG)$(T),--slow) $(O) $(T)
.PHONY: attack

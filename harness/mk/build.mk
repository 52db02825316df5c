# How things are compiled and linked. Data comes from the Kbuild files.

# For "quoted" includes only: day 1 has a sched.h, and so does the system.
INCLUDES = -iquote harness $(foreach u,$(units) $(workshop-units),-iquote $(dir-$u))
kit-obj := $(patsubst %.c,$(B)/%.o,$(wildcard harness/kit/*.c))
test-obj := $(patsubst %.c,$(B)/%.o,$(wildcard harness/test/*.c))
# A model build: the explorer is lock.c, thread.c and sys.c, and none of what the
# harness itself does is to be explored; park.c is what the days stand on.
ifdef MODEL
kit-obj := $(filter-out %/lock.o %/thread.o %/sys.o,$(kit-obj))
test-obj += $(patsubst %.c,$(B)/%.o,$(wildcard harness/test/model/*.c))
$(filter-out %/park.o,$(kit-obj)) $(test-obj): CFLAGS += -DKIT_MODEL_RAW
endif
# The same bodies on real threads: make model-stress.
ifdef STRESS
test-obj := $(B)/harness/test/stress/stress.o
LDFLAGS += -Wl,--wrap=thread_create
endif
quiet = $(if $(V),,@printf '  %-7s %s\n' $1 $2;)

.SECONDARY:
.DELETE_ON_ERROR:
FORCE:
.PHONY: FORCE

# --- objects ---------------------------------------------------------------
# Student files: the compiler's first error and nothing else. A file that was
# put back is older than its object: so the content counts, not only the time.
$(B)/mine/%.sum: FORCE
	@mkdir -p $(@D)
	@cksum <$*.c 2>/dev/null | cmp -s - $@ || cksum <$*.c >$@
$(B)/mine/%.o: %.c $(B)/mine/%.sum harness/tools/cc-student | packages
	@mkdir -p $(@D)
	$(Q)sh harness/tools/cc-student $(if $(VERBOSE_CC)$(V),-v) $< -- $(CC) \
		$(CFLAGS) $(LENIENT) $(INCLUDES) -MMD -MP -c $< -o $@

$(B)/ref/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) -MMD -MP -c $< -o $@

# A students' archive holds objects in place of these sources. With their times:
# solutions that are unpacked later are newer, and compiled.
$(B)/%.o: prebuilt/$(notdir $(B))/%.o | packages
	@mkdir -p $(@D) && cp -p $< $@
$(O)/tools/obj/%.o: prebuilt/oracles/%.o | packages
	@mkdir -p $(@D) && cp -p $< $@

$(B)/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) -MMD -MP -c $< -o $@

# A submission, or a mutant: files that stand in for the day's own. With
# BASE=submitted the earlier days of a submission stand in, too: MINE is
# somewhere/NAME-unit then, and day 1 is looked for in somewhere/NAME-day1.
# A stranger's (CAGE=) is compiled in a cage that has the headers and the
# submission's own folder, and linked in one that has the objects; its .dep and .s
# are what modpost looks through.
mine-out := $(MINE)/obj/$(notdir $(B))
mine-of = $(if $(filter $1,$(unit)),$(MINE),$(MINE:%-$(unit)=%-$1))
cage = $(if $(and $(CAGE),$(MINE)),sh harness/tools/cage $(CAGE) $(mine-out) $(filter-out $(B)/%,$1) $(B) --)
mine-cc = $(if $(CAGE),sh harness/tools/cage $(CAGE) $1/obj/$(notdir $(B)) $(stranger-headers)/. $1 --) \
	$(CC) $(CFLAGS) $(LENIENT) $(INCLUDES) -iquote $2 $(if $(STRICT_MODPOST),-include harness/mk/stranger.h)
# In a folder of their own, which costs one mount.
stranger-headers := $(O)/tools/headers
kit-headers := $(wildcard harness/kit/*.h $(foreach u,$(units),$(dir-$u)/*.h)) harness/mk/stranger.h
$(stranger-headers): $(kit-headers) harness/mk/build.mk
	@rm -rf $@ $@.new && mkdir -p $@.new && cp --parents $(kit-headers) $@.new && mv $@.new $@
define mine-rule
$1/obj/$(notdir $(B))/%.o: $1/%.c | packages $(if $(CAGE),$(stranger-headers))
	@mkdir -p $$(@D)
	$$(Q)$$(call mine-cc,$1,$2) $(if $(STRICT_MODPOST),-MD -MF $$(@:.o=.dep) -save-temps=obj) -c $$< -o $$@
	$(if $(STRICT_MODPOST),@rm -f $$(@:.o=.i))
endef
$(foreach u,$(if $(MINE),$(unit) $(if $(filter submitted,$(BASE)),$(needs-$(unit)))),\
	$(eval $(call mine-rule,$(call mine-of,$u),$(dir-$u))))

-include $(shell find $(B) $(O)/tools -name '*.d' 2>/dev/null)

# --- which objects ---------------------------------------------------------
given-objs = $(addprefix $(B)/$(dir-$1)/,$(given-$1))
mine-objs = $(addprefix $(B)/mine/$(dir-$1)/,$(obj-$1)) $(call given-objs,$1)
ref-objs = $(addprefix $(B)/ref/$(call sol-of,$1)/,$(obj-$1)) $(call given-objs,$1)
submitted-objs = $(foreach f,$(obj-$1),$(if $(wildcard $(call mine-of,$1)/$(f:.o=.c)),$(call mine-of,$1)/obj/$(notdir $(B))/$f,$(B)/ref/$(call sol-of,$1)/$f)) \
	$(call given-objs,$1)

# BASE=auto: a student's object where its tests were green for exactly this
# content, else the reference. pick-base prints the objects that are green.
green-of = $(shell sh harness/tools/pick-base $(O)/green $1 $(dir-$1) $(obj-$1))
auto-objs = $(foreach f,$(obj-$1),$(if $(filter $f,$(green-$1)),$(B)/mine/$(dir-$1)/$f,$(B)/ref/$(call sol-of,$1)/$f)) \
	$(call given-objs,$1)
base-objs = $(foreach n,$(needs-$1),$(call $(BASE)-objs,$n))
refbase-objs = $(foreach n,$(needs-$1),$(call ref-objs,$n))

# Libraries beside libc: libs-day5 := -lz, of the day and of those it needs.
unit-libs = $(sort $(libs-$1) $(foreach n,$(needs-$1),$(libs-$n)))
tests-of = $(if $(MODEL)$(STRESS),$(models-$1),$(tests-$1))
tests-objs = $(addprefix $(B)/$(dir-$1)/tests/,$(tests-of))

# --- test programs ---------------------------------------------------------
# Link order is boot order: earlier days first. The list of objects may change
# without any object changing, so it is a file that the program depends on: of
# names within the build folder, which has as many names as ways lead to it.
define unit-rules
$(if $(filter auto,$(BASE)),$(foreach n,$(needs-$1),$(if $(green-$n),,$(eval green-$n := $(call green-of,$n) -))))
link-$1 := $(call base-objs,$1) $(call $(SRC)-objs,$1)
test-$1 := $(if $(MINE),$(mine-out)/$1/test,$(B)/$1/test-$(SRC)-$(BASE))
ref-$1 := $(B)/$1/test-ref-ref
$$(test-$1).objs: FORCE
	@mkdir -p $$(@D)
	@echo '$$(patsubst $(B)/%,%,$$(link-$1))' | cmp -s - $$@ || echo '$$(patsubst $(B)/%,%,$$(link-$1))' >$$@
$(B)/$1/plan.objs: FORCE
	@mkdir -p $$(@D)
	@echo '$(call tests-of,$1)' | cmp -s - $$@ || echo '$(call tests-of,$1)' >$$@
$$(test-$1): $$(test-$1).objs $(B)/$1/plan.objs $$(link-$1) $(call tests-objs,$1) $(test-obj) $(kit-obj)
	$$(Q)sh harness/tools/cc-student '' -- $$(call cage,$(call tests-objs,$1) $$(link-$1) $(test-obj) $(kit-obj)) $$(CC) $$(LDFLAGS) $(call tests-objs,$1) $$(link-$1) $(test-obj) $(kit-obj) $$(LDLIBS) $(call unit-libs,$1) -o $$@
$(if $(filter ref-ref,$(SRC)-$(BASE)),,
$$(ref-$1): $(B)/$1/plan.objs $(call refbase-objs,$1) $(call ref-objs,$1) $(call tests-objs,$1) $(test-obj) $(kit-obj)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS) $(call tests-objs,$1) $(call refbase-objs,$1) $(call ref-objs,$1) $(test-obj) $(kit-obj) $$(LDLIBS) $(call unit-libs,$1) -o $$@)

# The plan: what the tests count, from objects without student code.
$(B)/$1/plan: $(B)/$1/plan.objs $(call tests-objs,$1)
	@mkdir -p $$(@D)
	@for o in $$(filter %.o,$$^); do objcopy -O binary --only-section=.unpark_tests \
		--set-section-flags .unpark_tests=alloc $$$$o $$@.part && \
		cat $$@.part || exit 1; done >$$@.new; rm -f $$@.part; mv $$@.new $$@

# The supervisor: holds the day's oracles and no student object.
$(O)/tools/run-$1: $(run-obj) $(addprefix $(O)/tools/obj/$(dir-$1)/tests/,$(oracle-$1))
	$$(Q)$(HOSTCC) $$^ -ljansson -lseccomp -lm -o $$@
endef

run-obj := $(patsubst %.c,$(O)/tools/obj/%.o,$(wildcard harness/test/run/*.c) \
	harness/kit/bug.c harness/kit/clock.c harness/kit/err.c \
	harness/kit/printk.c)
$(O)/tools/obj/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTCFLAGS) $(INCLUDES) -DKIT_VERSION='"$(KIT_VERSION)"' -MMD -MP -c $< -o $@
KIT_VERSION := 0.1

$(foreach u,$(all-units),$(eval $(call unit-rules,$u)))

# --- packages --------------------------------------------------------------
# Asked once a compiler; what is missing is named together with the set-up.
has-packages := $(O)/tools/packages-$(notdir $(firstword $(CC)))
packages: | $(has-packages)
$(has-packages): harness/tools/need
	@mkdir -p $(@D)
	@sh harness/tools/need $(HOSTCC) $(firstword $(CC)) objcopy cmocka.h jansson.h seccomp.h zlib.h valgrind/callgrind.h && touch $@
.PHONY: packages

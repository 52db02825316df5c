# make handout: the students' archive. Within it, prebuilt/ stands in for
# solutions/, and archive.mk for this file and the gates; one thing decides: is
# prebuilt/made-by there? (config.mk)
#
#	prebuilt/VARIANT/ref/solutions/...	objects of the reference; a variant is
#			the name of a build folder: plain, address-clang
#	prebuilt/VARIANT/days/...	of tests/judge_*.c, which would tell
#	prebuilt/oracles/...		objects that the supervisor is linked with
#	prebuilt/stubs/...		what `make reset` brings back
#	prebuilt/headers		sums of the days' headers
#	prebuilt/made-by		machine and compilers

# What it holds: HANDOUT=plain HANDOUT_CC=gcc make a small one.
HANDOUT ?= plain debug address thread model
HANDOUT_CC ?= $(compilers)

# Compiled anew: without debug information, and with nothing that depends on
# the folder or on chance: AddressSanitizer keeps the name of a file.
handout-flags = -g0 -frandom-seed=$* $(STRICT) $(INCLUDES) -MMD -MP
$(B)/handout/ref/%.o: %.c harness/tools/hide-answers | packages
	@mkdir -p $(@D)
	@sh harness/tools/hide-answers $< >$(@:.o=.c)
	$(Q)$(CC) $(CFLAGS) $(handout-flags) -x c -c - -o $@ <$(@:.o=.c)
	@sed -i '1s|: |: $< |' $(@:.o=.d)
$(B)/handout/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(handout-flags) -c $< -o $@
$(O)/tools/handout/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTCFLAGS) $(handout-flags) -c $< -o $@

student-files = $(foreach u,$(units),$(foreach f,$(obj-$u:.o=.c),$(dir-$u)/$f=$(call sol-of,$u)/$f))
.handout-refs: $(foreach u,$(units),$(addprefix $(B)/handout/ref/$(call sol-of,$u)/,$(obj-$u)) \
	$(addprefix $(B)/handout/$(dir-$u)/tests/,$(filter judge_%,$(tests-$u))))
.handout-oracles: $(foreach u,$(units),$(addprefix $(O)/tools/handout/$(dir-$u)/tests/,$(oracle-$u)))

handout: ## the students' archive, without solutions: build/unpark-handout.tar.gz
	@for c in $(HANDOUT_CC); do for v in $(HANDOUT); do \
		case $$v in plain) how= ;; debug) how=OPT0=1 ;; model) how=MODEL=1 ;; *) how=SAN=$$v ;; esac; \
		echo "the reference: $$v, $$c"; \
		$(MAKE) .handout-refs CC=$$c SRC=ref BASE=ref $$how || exit 1; done; done
	@$(MAKE) .handout-oracles
	@sh harness/tools/handout $(O) '$(HANDOUT)' '$(HANDOUT_CC)' $(student-files)

solutions-handout: ## for after the deadline: build/unpark-solutions.tar.gz, to be unpacked in its folder
	@sh harness/tools/handout --solutions $(O) $(student-files)

handout-leaks: ## does that archive, or IN=folder, tell too much?
	@sh harness/tools/leaks '$(or $(IN),$(O)/unpark-handout.tar.gz)' $(student-files)

.PHONY: handout solutions-handout handout-leaks .handout-refs .handout-oracles

# make workshop N=3: a program that measures, and draws what it has measured.
# docs/workshops/3-NAME.c, with its page 3-NAME.md beside it; it is linked with
# all days. The reference's, unless SRC=mine is asked for: yours, where green.
#
#	make workshop N=6 ARGS="stall=100"	another value for one of its knobs
#
# Number 7 is no program: the explorer runs a file that is yours to repair, as
# MODEL=1 does with a day's. Its parts are in a folder, whose README is the page.

workshop-dir := docs/workshops
workshop-names := $(patsubst $(workshop-dir)/%.c,%,$(wildcard $(workshop-dir)/[0-9]-*.c))
workshop-numbers := $(sort $(foreach w,$(wildcard $(workshop-dir)/[0-9]-*),$(firstword $(subst -, ,$(notdir $w)))))
workshop-src := $(if $(filter command%,$(origin SRC)),$(SRC),ref)
workshop-days := $(filter day%,$(units))
workshop-link := $(foreach u,$(workshop-days),$(call $(if $(filter ref,$(SRC)),ref,auto)-objs,$u))
workshop-libs := $(sort $(foreach u,$(workshop-days),$(libs-$u)))
workshop-common := $(addprefix $(B)/$(workshop-dir)/,common.o chart.o)
path-of-workshop = $(B)/workshops/$1-$(SRC)

$(B)/workshops/link-$(SRC): FORCE
	@mkdir -p $(@D)
	@echo '$(patsubst $(B)/%,%,$(workshop-link))' | cmp -s - $@ || echo '$(patsubst $(B)/%,%,$(workshop-link))' >$@
$(foreach w,$(workshop-names),$(eval $(call path-of-workshop,$w): $(B)/$(workshop-dir)/$w.o))
$(addprefix $(B)/workshops/,$(addsuffix -$(SRC),$(workshop-names))): $(workshop-common) $(workshop-link) $(kit-obj) $(B)/workshops/link-$(SRC)
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(workshop-libs) -lm -o $@

workshop: ## a workshop of docs/workshops: N=1 to 8, ARGS="name=number"
	@[ -n '$(filter $(N),$(workshop-numbers))' ] || \
		{ echo "say which workshop: N=$(subst $() ,$(comma) ,$(workshop-numbers))" >&2; exit 2; }
	@$(MAKE) .workshop-$(N) SRC=$(workshop-src)
$(foreach w,$(workshop-names),$(eval .workshop-$(firstword $(subst -, ,$w)): $(call path-of-workshop,$w)))
.workshop-7:
	@$(MAKE) check DAY=workshop7 MODEL=1 SRC=mine BASE=ref $(ARGS) || :
$(addprefix .workshop-,$(filter-out 7,$(workshop-numbers))):
	@mkdir -p $(O)/workshops
	@$< $(O)/workshops $(ARGS) || [ $$? = 1 ]
workshop-programs: $(addprefix $(B)/workshops/,$(addsuffix -$(SRC),$(workshop-names)))
.PHONY: workshop workshop-programs

# make trace: a test's events as a page, as JSON for Perfetto, and as text.
#
# The program that makes them is day 2's; without that day there is no page.
# The steps of a model test are the harness's own business.

trace-dir := $(dir-day2)
day2-tool := $(if $(wildcard $(trace-dir)/unpark-trace.c),$(O)/tools/unpark-trace)
trace-tool := $(if $(MODEL),$(O)/tools/unpark-steps,$(day2-tool))
trace-obj := $(addprefix $(O)/tools/obj/$(trace-dir)/,unpark-trace.o timeline.o export.o page.o) \
	$(patsubst %.c,$(O)/tools/obj/%.o,$(wildcard harness/kit/*.c))
ifneq ($(day2-tool),)
$(day2-tool): $(trace-obj)
	$(Q)$(HOSTCC) -pthread $^ -o $@
# The assembler puts the page into the object: -MMD does not see that.
$(O)/tools/obj/$(trace-dir)/page.o $(B)/$(trace-dir)/page.o: $(trace-dir)/page.html
endif
$(O)/tools/unpark-steps: $(patsubst %.c,$(O)/tools/obj/%.o,$(wildcard harness/test/draw/*.c) harness/test/run/markup.c)
	$(Q)$(HOSTCC) $^ -ljansson -o $@
$(O)/tools/obj/harness/test/draw/page.o: harness/test/draw/page.html

# TRACE=1 logs every test; without it, those that record and fail. A grader
# says where the pages of a submission go: TRACE_DIR.
trace-wanted = $(if $(TRACE)$(TRACE_DIR)$(plain-mine),$(trace-tool))
trace-folder = $(or $(TRACE_DIR),$(O)/trace)/$1
trace-options = $(if $(trace-wanted),--trace-tool $(trace-tool) --trace-dir $(call trace-folder,$1) $(if $(TRACE),--trace))
no-page = T= is a test's whole name; and a $(if $(MODEL),model test of which no order fails has one with SCHED=s0$(comma) of its first order,test \
	that passes no trace point$(comma) or whose events are the answer$(comma) has none)

trace: .trace-what ## a test as a picture: DAY=1 T=name; build/trace/day1/name.html, .json, .txt; MODEL=1: the order that fails
	@rm -f $(O)/trace/$(unit)/$(T).html
	@$(MAKE) check DAY=$(DAY) T=$(T) TRACE=1 || :
	@[ -f $(O)/trace/$(unit)/$(T).html ] || { echo "no page $(T).html: $(strip $(no-page))" >&2; exit 1; }
	@echo "the page: $(O)/trace/$(unit)/$(T).html    for ui.perfetto.dev: $(T).json    text: $(T).txt"
.trace-what:
	@$(if $(the-unit),:)
	@[ -n '$(T)' ] || { echo "say which test: T=name; make check DAY=$(DAY) lists them" >&2; exit 2; }
	@[ -n '$(trace-tool)' ] || { echo "make trace needs day 2" >&2; exit 2; }
	@[ -n '$(if $(MODEL),$(models-$(unit)),any)' ] || { echo "MODEL=1: $(unit) has no model tests" >&2; exit 2; }
.PHONY: trace .trace-what

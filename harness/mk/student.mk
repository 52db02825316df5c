# The student's small helpers: where am I, what next, start again, hand in.

progress: ## the week as a board, from the last results
	@sh harness/tools/progress $(O) $(foreach u,$(units),$u:$(dir-$u):$(subst $() ,$(comma),$(strip $(obj-$u:.o=.c))))

# The check's own words only: not make's, which says Error for what is not green.
watch-tool := $(O)/tools/unpark-watch
$(watch-tool): $(O)/tools/obj/harness/tools/watch.o
	$(Q)$(HOSTCC) $^ -o $@
watch: $(watch-tool) ## check again at every save: DAY=3 (or in the day's folder), T=name; POLL=1 without inotify
	@$(watch-tool) $(if $(POLL),--poll) $(the-unit) $(addprefix $(dir-$(the-unit))/,$(obj-$(the-unit):.o=.c)) -- \
		sh -c '{ "$$@" 2>&1 >&3 | grep --line-buffered -v "^make" >&2; } 3>&1' - $(MAKE) check DAY=$(DAY) FIRST=1

hint: ## the next hint: DAY=3, for what fails at its last check, or TODO=2
	@sh harness/tools/hint $(the-unit) $(dir-$(the-unit))/README.md $(O)/hints \
		$(O)/results/$(the-unit).json $(call sol-of,$(the-unit)) $(TODO)

reset: ## fresh stubs for DAY=3, FILE=gather.c; yours is kept as .old1
	@sh harness/tools/reset $(the-unit) $(dir-$(the-unit)) $(call sol-of,$(the-unit)) \
		$(if $(FILE),$(FILE),$(obj-$(the-unit):.o=.c))

update: ## in a newer archive, your files from the older folder: FROM=../unpark-...
	@sh harness/tools/update '$(FROM)'

journal: ## capstone/JOURNAL.md from its template, never overwritten
	@sh harness/tools/journal

submission: ## pack what you hand in: build/submission.tar.gz
	@sh harness/tools/submission $(O) $(foreach u,$(units),$(addprefix $(dir-$u)/,$(obj-$u:.o=.c)))

doctor: ## what this machine can do, and how to get the rest
	@sh harness/tools/doctor $(O)

.PHONY: watch progress hint reset update journal submission doctor

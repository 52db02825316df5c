# unpark: the front door. `make` prints help; the rules live in harness/mk.
#
# The days that are built. A day's own list of files is in its Kbuild.
DAYS := 1 2 3 4 5 6

.DEFAULT_GOAL := help
include harness/mk/config.mk
include $(wildcard days/day*/Kbuild capstone/Kbuild harness/test/self/*/Kbuild docs/workshops/*/Kbuild)
include harness/mk/build.mk
include harness/mk/trace.mk
include harness/mk/check.mk
include harness/mk/program.mk
include harness/mk/student.mk
include harness/mk/report.mk
include harness/mk/bench.mk
include harness/mk/workshops.mk
-include harness/mk/docs.mk
include $(addprefix harness/mk/,$(if $(handout),archive.mk,grade.mk gates.mk handout.mk install.mk))

help: ## this list
	@sh harness/tools/help $(MAKEFILE_LIST)

clean: ## remove everything that was built
	rm -rf $(O)

.PHONY: help clean

# In a students' archive: what is the instructor's says so, in one line.
for-instructors := test prebuild gates-list mutants solutions grade attack \
	grade-merge grade-cost vectors handout solutions-handout handout-leaks \
	misconceptions model-stress install uninstall
$(for-instructors):
	@echo "make $@ is for instructors: it needs what this archive leaves out" >&2; exit 2
.PHONY: $(for-instructors)


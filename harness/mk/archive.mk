# In a students' archive: what cannot work without the solutions says so.
test prebuild gates-list mutants solutions handout solutions-handout handout-leaks:
	@echo "make $@ needs the solutions and their mutants, which this archive leaves out" >&2; exit 2
.PHONY: test prebuild gates-list mutants solutions handout solutions-handout handout-leaks

# What can be said on the command line, and what follows from it.

comma := ,
O ?= build
SRC ?= mine
BASE ?= auto
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
SEED := $(SEED)
ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
Q := $(if $(V),,@)
MAKEFLAGS += --no-print-directory -rR

# make has lists of words: a blank in a path makes two of it (and clean removes both).
ifneq ($(words $(O)),1)
$(error O="$(O)": choose one folder, without a blank in its name)
endif
ifneq ($(words $(CURDIR)),1)
$(error the folder "$(CURDIR)" has a blank in its name: move the kit to one that has none)
endif
ifneq ($(shell printf '%s' '$(SEED)' | grep -x -E '[0-9]{1,18}' >/dev/null && echo number),number)
$(error SEED=$(SEED): choose a number, of at most 18 digits)
endif
# submitted takes the files in MINE: for the gates, and for make grade.
ifneq ($(filter-out mine ref submitted,$(SRC)),)
$(error SRC=$(SRC): choose mine or ref)
endif
ifneq ($(filter-out auto mine ref submitted,$(BASE)),)
$(error BASE=$(BASE): choose auto, mine or ref)
endif
ifneq ($(filter-out address thread,$(SAN)),)
$(error SAN=$(SAN): choose address or thread)
endif
ifneq ($(filter-out auto bwrap limits,$(CAGE)),)
$(error CAGE=$(CAGE): choose auto, bwrap or limits)
endif
ifneq ($(and $(CAGE),$(SAN)),)
$(error CAGE=$(CAGE): is for plain builds; leave out SAN)
endif
# MEMCHECK=0 and the like mean no.
$(foreach v,MEMCHECK MODEL LONG QUIET ALL FIRST KTAP V,$(if $(filter 0 no,$($v)),$(eval override $v :=)))
ifneq ($(word 2,$(SAN) $(if $(MEMCHECK),memcheck) $(if $(MODEL),model)),)
$(error SAN, MEMCHECK and MODEL exclude each other: choose one)
endif
ifneq ($(and $(SCHED),$(if $(MODEL),$(if $(T),,no),no)),)
$(error SCHED= is for one model test: say MODEL=1 and T=name, too)
endif

# A build folder of its own for each way to compile.
variant := $(or $(SAN),$(if $(MODEL),model),$(if $(STRESS),stress),$(if $(OPT0),debug,plain))
B := $(O)/$(variant)$(if $(findstring clang,$(CC)),-clang)

# A students' archive has prebuilt/ in place of solutions/: see handout.mk.
handout := $(wildcard prebuilt/made-by)
ifeq ($(if $(handout),$(wildcard solutions prebuilt/$(notdir $(B))),1),)
$(error this archive has no reference for a build "$(notdir $(B))"; it has: $(notdir $(patsubst %/,%,$(filter-out prebuilt/oracles/ prebuilt/stubs/,$(wildcard prebuilt/*/)))))
endif

flags-plain := -O2
flags-debug := -O0
flags-address := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
flags-thread := -O1 -fsanitize=thread
# The explorer takes the doors over; what days shrink is in their Kbuild files.
flags-model = -O1 -DKIT_MODEL $(shrunk)
flags-stress = -O2 $(shrunk)
shrunk = $(foreach u,$(all-units),$(model-flags-$u))

# -gdwarf-4: valgrind 3.19 does not read what clang 14 writes by default.
# No PIE: an address in a crash report is an address in the file.
CFLAGS = -std=gnu11 -g -gdwarf-4 -fno-omit-frame-pointer -fno-pie -pthread \
	-Wall -Wextra -Wmissing-prototypes -Wno-unused-parameter \
	$(if $(findstring clang,$(CC)),,-Wno-format-truncation)
CFLAGS += $(flags-$(variant))
# No table of functions that code under test could write into.
LDFLAGS = -no-pie -Wl,-z,relro,-z,now -pthread $(flags-$(variant))
LDLIBS := -lcmocka -lm
# Ours must not warn; a student's file may, and is still tested.
STRICT := -Werror
LENIENT := -Wno-unused-function

# Programs of the harness itself are always built the same way.
HOSTCC := gcc
HOSTCFLAGS = -std=gnu11 -O2 -g -Wall -Wextra -Wmissing-prototypes \
	-Wno-unused-parameter -Wno-format-truncation -Werror -iquote harness

# The units of the week, their folders, and the folders of their solutions.
$(foreach d,$(DAYS),$(eval dir-day$d := $(wildcard days/day$d-*)))
dir-capstone := capstone
units := $(foreach u,$(addprefix day,$(DAYS)) capstone,$(if $(wildcard $(dir-$u)/Kbuild),$u))
# The harness's own tests are units too, with no student file in them.
self-units := $(if $(handout),,kit verdicts $(if $(MODEL),model found))
$(foreach u,$(self-units),$(eval dir-$u := harness/test/self/$u))
# A workshop that runs in the explorer is one, too; see workshops.mk.
workshop-units := $(if $(MODEL)$(filter hint,$(MAKECMDGOALS)),workshop7)
dir-workshop7 := docs/workshops/7-lost-wake-up
all-units := $(units) $(self-units) $(workshop-units)
sol-of = $(if $(filter capstone,$1),solutions/capstone,solutions/$(notdir $(dir-$1)))
day-of = $(patsubst day%,%,$1)

ifdef DAY
unit := $(if $(filter capstone $(self-units) $(workshop-units),$(DAY)),$(DAY),day$(DAY))
ifeq ($(filter $(unit),$(all-units)),)
$(error no day "$(DAY)" here: choose DAY=$(subst $() ,$(comma) ,$(DAYS)) or capstone)
endif
endif
# The unit, for goals that need one.
the-unit = $(or $(unit),$(error say which day: DAY=$(subst $() ,$(comma) ,$(DAYS)) or capstone))

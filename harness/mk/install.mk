# make install: the reference as a library, for programs outside the tree.
#
# What is in it follows from the days' lists; a Kbuild names what is no part of
# it, objects and headers, such as a student's answers:
#
#	not-in-library-day1 := predict.o predict.h
#
# Position-independent, and compiled once: the static library has to go into
# programs that are, too. Of a path nothing stays in it.

PREFIX ?= /usr/local
lib-days := $(filter day%,$(units))
L := $(O)/library$(if $(findstring clang,$(CC)),-clang)

lib-kit := $(filter-out %/todo.c,$(wildcard harness/kit/*.c))
lib-src := $(foreach u,$(lib-days),\
	$(addprefix $(call sol-of,$u)/,$(patsubst %.o,%.c,$(filter-out $(not-in-library-$u),$(obj-$u)))) \
	$(addprefix $(dir-$u)/,$(patsubst %.o,%.c,$(filter-out $(not-in-library-$u),$(given-$u))))) $(lib-kit)
lib-obj := $(lib-src:%.c=$L/obj/%.o)
lib-headers := $(filter-out %/model.h %/todo.h,$(wildcard harness/kit/*.h)) \
	$(foreach u,$(lib-days),$(filter-out $(addprefix $(dir-$u)/,$(not-in-library-$u)),$(wildcard $(dir-$u)/*.h)))
lib-libs := $(sort $(foreach u,$(lib-days),$(libs-$u))) -lm
lib-so := libunpark.so.$(KIT_VERSION)
lib-stage := $L/stage

$L/obj/%.o: %.c | packages
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -fno-pie,$(CFLAGS)) -fPIC -fno-semantic-interposition -ftls-model=initial-exec \
		-ffile-prefix-map=$(CURDIR)=unpark $(STRICT) $(INCLUDES) -MMD -MP -c $< -o $@
-include $(lib-obj:.o=.d)

# What is exported is what a public header declares; see lib-symbols.
$L/exports: harness/tools/lib-symbols harness/mk/install.mk $(lib-obj) $(lib-headers)
	@sh harness/tools/lib-symbols $@ '$(lib-headers)' '$(INCLUDES)' $(lib-obj)

# One object in the archive: what is not exported can be made local then, and
# every module is there.
$L/libunpark.a: $L/exports
	$(Q)$(CC) -r -nostdlib $(lib-obj) -o $L/unpark.o
	$(Q)objcopy --keep-global-symbols=$L/exports $L/unpark.o
	@rm -f $@
	$(Q)ar rcsD $@ $L/unpark.o

$L/$(lib-so): $L/exports
	@{ echo 'UNPARK_$(KIT_VERSION) {'; echo 'global:'; sed 's/$$/;/' $<; echo 'local: *; };'; } >$L/unpark.map
	$(Q)$(CC) -shared -pthread -Wl,-soname,$(lib-so) -Wl,--version-script=$L/unpark.map \
		-Wl,-Bsymbolic-functions -Wl,--no-undefined -Wl,-z,relro,-z,now $(lib-obj) $(lib-libs) -o $@

# A header of the kit finds the others of the kit beside it.
$L/staged: $L/libunpark.a $L/$(lib-so) $(lib-headers) harness/tools/manpages
	@rm -rf $(lib-stage)
	@mkdir -p $(addprefix $(lib-stage)/,include/unpark/kit lib/pkgconfig share/man/man3)
	@for h in $(lib-headers); do case $$h in \
		*/kit/*) sed 's|^#include "kit/|#include "|' $$h >$(lib-stage)/include/unpark/kit/$${h##*/} ;; \
		*) to=$(lib-stage)/include/unpark/$${h##*/}; [ ! -e $$to ] || \
			{ echo "make install: two headers have the name $${h##*/}" >&2; exit 1; }; cp $$h $$to ;; \
		esac || exit 1; done
	@cp $L/libunpark.a $L/$(lib-so) $(lib-stage)/lib
	@ln -s $(lib-so) $(lib-stage)/lib/libunpark.so
	@printf '%s\n' 'prefix=@prefix@' 'includedir=$${prefix}/include' 'libdir=$${prefix}/lib' '' 'Name: unpark' \
		'Description: a small async runtime, the reference of a teaching kit' 'Version: $(KIT_VERSION)' \
		'Cflags: -I$${includedir} -pthread' 'Libs: -L$${libdir} -lunpark -pthread' \
		'Libs.private: $(lib-libs)' >$(lib-stage)/lib/pkgconfig/unpark.pc
	@cd $(lib-stage)/include && awk -v out=../share/man/man3 -v version=$(KIT_VERSION) \
		-f $(CURDIR)/harness/tools/manpages unpark/*.h unpark/kit/*.h
	@touch $@
.library: $L/staged
	@:

install uninstall: export PREFIX := $(PREFIX)
install uninstall: export DESTDIR := $(DESTDIR)
install: ## the reference as a library, into PREFIX=/usr/local; docs/library.md
	@sh harness/tools/install check '$(variant)'
	@$(MAKE) .library SRC=ref BASE=ref
	@sh harness/tools/install put $(lib-stage)

uninstall: ## remove what make install has put into PREFIX
	@sh harness/tools/install remove
.PHONY: install uninstall .library

# Programs that a day brings: linked with the objects of that day and of those
# before it. A Kbuild lists them:
#
#	programs-day5 := unpark-top
#	objs-unpark-top := top/main.o top/keys.o	(given, in the day's folder)
#	libs-unpark-top := -lncurses
#
# `make program-unpark-top SRC=ref` builds build/plain/day5/unpark-top-ref-auto.

define program-rules
path-$2 := $(B)/$1/$2-$(SRC)-$(BASE)
objs-of-$2 := $(addprefix $(B)/$(dir-$1)/,$(objs-$2))
$$(path-$2): $(test-$1).objs $(link-$1) $$(objs-of-$2) $(kit-obj)
	$$(Q)$$(CC) $$(LDFLAGS) $$(objs-of-$2) $(link-$1) $(kit-obj) $(libs-$2) -lm -o $$@
program-$2: $$(path-$2)
.PHONY: program-$2
endef
$(foreach u,$(units),$(foreach p,$(programs-$u),$(eval $(call program-rules,$u,$p))))

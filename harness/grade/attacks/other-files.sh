# CHEAT: hands in a header, a test, a Kbuild and a Makefile of its own
# UNIT: day4
# LABEL: none of what was handed in is at its place
# shellcheck disable=SC2016
mkdir -p "$1/days/day4-histogram/tests" "$1/harness/mk"
for f in Kbuild Makefile hist.h tests/test_dist.c; do
	echo '$(shell touch /tmp/unpark-harm)' >"$1/days/day4-histogram/$f"
done
echo '$(shell touch /tmp/unpark-harm)' >"$1/harness/mk/config.mk"

# CHEAT: hands in a file of zero bytes
# UNIT: day4
# LABEL: defines it
mkdir -p "$1/days/day4-histogram"
head -c 1000000 /dev/zero >"$1/days/day4-histogram/hist.c"

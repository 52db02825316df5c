# CHEAT: hands in a file of zero bytes
# UNIT: day4
# LABEL: defines it
# LABEL: U+0000
mkdir -p "$1/days/day4-histogram"
head -c 1000000 /dev/zero >"$1/days/day4-histogram/hist.c"

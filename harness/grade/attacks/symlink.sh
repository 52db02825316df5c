# CHEAT: hands in a link to the solution
# UNIT: day4
# LABEL: a link
mkdir -p "$1/days/day4-histogram"
ln -s "$PWD/solutions/day4-histogram/hist.c" "$1/days/day4-histogram/hist.c"

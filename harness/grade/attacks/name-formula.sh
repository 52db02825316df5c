# CHEAT: a student's name that a spreadsheet computes
# UNIT: day4
# NAME: =HYPERLINK("http:||x","marks")
# LABEL: - nothing is done, and the name is only shown
mkdir -p "$1/days/day4-histogram"
cp "$2/days/day4-histogram/hist.c" "$1/days/day4-histogram/hist.c"

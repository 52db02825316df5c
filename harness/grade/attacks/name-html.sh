# CHEAT: a student's name that is a script on a page
# UNIT: day4
# NAME: <script>alert(1)<|script>
# LABEL: - nothing is done, and the name is only shown
mkdir -p "$1/days/day4-histogram"
cp "$2/days/day4-histogram/hist.c" "$1/days/day4-histogram/hist.c"

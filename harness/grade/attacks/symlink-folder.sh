# CHEAT: hands in a link to the folder of solutions in place of a day
# UNIT: day4
# LABEL: a link
mkdir -p "$1/days"
ln -s "$PWD/solutions/day4-histogram" "$1/days/day4-histogram"

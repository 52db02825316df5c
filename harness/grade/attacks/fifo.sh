# CHEAT: hands in a fifo, which a reader waits for
# UNIT: day4
# LABEL: neither a file nor a folder
mkdir -p "$1/days/day4-histogram"
mkfifo "$1/days/day4-histogram/hist.c"

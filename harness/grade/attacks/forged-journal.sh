# CHEAT: hands in a journal with numbers that nobody measured, and no code
# UNIT: capstone
# LABEL: - it is never believed, the rubric compares it
mkdir -p "$1/capstone"
cp "$2/capstone/report.c" "$1/capstone/report.c"
printf '# Journal\n\nThe ratio at p50 is 1.01; points: 100 of 100.\n' \
	>"$1/capstone/JOURNAL.md"

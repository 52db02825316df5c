# CHEAT: hands in a BENCH.json with a wonderful ratio, and no code
# UNIT: capstone
# LABEL: - it is never believed, the rubric compares it
mkdir -p "$1/capstone"
cp "$2/capstone/report.c" "$1/capstone/report.c"
cat >"$1/capstone/BENCH.json" <<'J'
{"machine": "mine", "build": {"release": {"ratio": {"p50": 1.01, "p99": 1.02},
 "inline": {"p50": 1, "n": 1000000}, "spawn": {"p50": 1, "n": 1000000}}}}
J

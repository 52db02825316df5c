#!/bin/sh
# The parser of the line protocol under libFuzzer; with LONG=1 for much longer.
. "$(dirname "$0")/../../../harness/tools/tests/tap"
begin fuzz
day=$root/days/day6-exchange
runs=${LONG:+20000000}
flags="-g -O1 -std=gnu11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover"

echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return 0; }' >none.c
# shellcheck disable=SC2086
if ! clang $flags none.c -o none 2>said; then
	echo "1..0 # SKIP clang has no libFuzzer here; run: sh harness/setup"
	exit 0
fi
# shellcheck disable=SC2086
ok "the parser builds with it" clang $flags -iquote "$root/harness" \
	-iquote "$day" "$day/tests/fuzz_line.c" "$day/market/line.c" \
	"$root"/harness/kit/*.c -pthread -o fuzz
mkdir seeds
printf 'BUY 1 OAK 10 100' >seeds/order
printf 'SELL 18446744073709551615 ELM 1000000 MKT\r' >seeds/market
printf 'CANCEL 1 OAK' >seeds/cancel
printf 'SUB OAK' >seeds/sub
ok "no bytes confuse it" ./fuzz -runs="${runs:-500000}" -max_len=300 -seed=1 \
	-verbosity=0 seeds
# A fault that it must find: a symbol of nine characters.
sed 's/w->len > LINE_SYMBOL_MAX/w->len > 2 * LINE_SYMBOL_MAX/' \
	"$day/market/line.c" >line.c
# shellcheck disable=SC2086
ok "with a fault in it it builds, too" clang $flags -iquote "$root/harness" \
	-iquote "$day" -iquote "$day/market" "$day/tests/fuzz_line.c" line.c \
	"$root"/harness/kit/*.c -pthread -o faulty
fails "and the fault is found" "SUMMARY: " ./faulty -runs=2000000 -max_len=300 \
	-seed=1 -verbosity=0 seeds
finish

#!/bin/sh
# What a day gives has tests of its own (kit): each finds a fault that is put
# into the given file. Mutants are of what students write; see gate-mutants.
. "$(dirname "$0")/tap"
begin given-faults

cp -r "$root/Makefile" "$root/days" "$root/capstone" "$root/harness" \
	"$root/solutions" .

finds() { # TEST
	make check "DAY=$day" SRC=ref BASE=ref T="$1" >log 2>&1 && return 1
	grep -E "^(FAIL|CRASH) .* $1 " log || { tail -n 3 log; return 1; }
}
# FILE, a sed script that breaks it, and the test that says so.
plant() {
	file=$1 script=$2 test=$3
	cp "$file" kept
	sed "$script" kept >"$file"
	if cmp -s kept "$file"; then
		ok "$test: the script still finds its place" false
	else
		ok "$test finds /$script/" finds "$test"
	fi
	# Newer than its object.
	cat kept >"$file"
}

day=3
set=days/day3-gather/joinset.c
plant $set 's/t->set->abort(t->handle);/;/' what_is_left_of_a_join_set_is_aborted
plant $set 's/^	t->set = NULL;//' what_is_left_of_a_join_set_is_aborted
plant $set 's/^		s->abort(t->handle);/	{ s->abort(t->handle); break; }/' \
	aborted_tasks_stay_until_they_are_handed_out
plant $set 's/^	if (err)$/	if (err \&\& 0)/' join_set_without_memory_keeps_no_task

day=4
text=days/day4-histogram/distribution.c
plant $text 's/upper(d, i) \/ unit, level/lower(d, i) \/ unit, level/' a_plotter_can_read_the_percentiles
plant $text 's/2 \* d->per_doubling/128/' percentiles_of_the_coarse_one_say_so
plant $text 's/i == d->nr - 1 || v > d->max ?/0 ?/' a_csv_has_each_value_once
plant $text 's/#define BAR 44/#define BAR 60/' a_chart_fits_a_terminal
plant $text 's/"&lt;"/"<"/' a_picture_has_a_line_for_each
plant $text 's/^	if (!all)$/	if (0)/' a_picture_has_a_line_for_each
pace=days/day4-histogram/pace.c
plant $pace 's/p->start + i \* p->interval;/clock_now() + p->interval;/' \
	a_pace_leaves_nothing_out_and_knows_its_own_error
plant $pace 's/p->behind++;/;/' a_pace_leaves_nothing_out_and_knows_its_own_error
plant $pace 's/while (clock_now() < until)/while (0)/' a_pace_in_real_time_is_never_early

day=capstone
plant capstone/crowd.c 's/if (sp->round)/if (1)/' spawners_of_a_crowd_record_each_operation_once
plant capstone/crowd.c 's/shard ? desk_init/1 ? desk_init/' crowd_that_cannot_be_is_refused
plant capstone/crowd.c 's/^	kit_free(d->ns);//' no_memory_for_a_crowd_leaves_nothing_behind
plant capstone/run.c 's/ && cfg->fine)/ \&\& cfg->fine \&\& way)/' finer_histograms_take_what_the_rows_take
finish

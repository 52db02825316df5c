#!/bin/sh
# A class as one Slurm array job: the gradebook of a single run, and what failed
# on the way is mended by the same command. A stand-in runs the elements here;
# LONG=1: a real slurmctld, slurmd and munged, started here and ended again.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
case $o in /*) ;; *) o=$PWD/$o ;; esac
prepare grade-slurm day4
mkdir "$d/bin"
for s in ada bo cy di ed; do
	student $s $sol/hist.c
	echo "/* $s */" >>"$sub/$s/$hist"
done
student fay harness/grade/tests/styles/tables/hist.c

grade() { # OUT OPTION...: as a user calls it
	out=$1
	shift
	timeout 300 make grade O="$o" SUBMISSIONS="$sub" OUT="$out" UNITS=day4 SEED=1 "$@"
}
slurm() { grade "$d/slurm" EXECUTOR=slurm PARTS=3 "$@"; }
same() { diff -r -x '*.sqlite' -x html -I 'measured here' -x parts "$1" "$2"; }

ok "all on this machine" grade "$d/here"
for f in sh make env; do ln -s "$(command -v $f)" "$d/bin/$f"; done
alone() { PATH=$d/bin "$o/unpark-grade" --submissions "$sub" --out "$d/slurm" --build "$o" --executor slurm; }
fails "without Slurm one line says so" "no sbatch here" alone
fails "another executor is not known" "choose slurm" "$o/unpark-grade" --submissions "$sub" \
	--out "$d/slurm" --build "$o" --executor pbs

# The stand-in: elements one after the other; those in $d/lost never begin.
cat >"$d/bin/sbatch" <<S
#!/bin/sh
for a; do case \$a in --array=*) list=\${a#*=} ;; --output=*) log=\${a#*=} ;; esac; job=\$a; done
echo "\$list" >>$d/calls
for i in \$(echo "\$list" | tr , ' '); do
	[ "\$(cat $d/lost 2>/dev/null)" = "\$i" ] && continue
	[ "\$(wc -l <$d/calls)" -lt 20 ] || exit 1 # never a job out of a job
	SLURM_ARRAY_TASK_ID=\$i SLURM_CPUS_ON_NODE=1 sh "\$job" >"\$(echo "\$log" | sed "s/%a/\$i/")" 2>&1
done
S
printf '#!/bin/sh\nexit 0\n' >"$d/bin/squeue"
cp "$d/bin/squeue" "$d/bin/scancel"
chmod +x "$d/bin/sbatch" "$d/bin/squeue" "$d/bin/scancel"
real=$PATH
PATH=$d/bin:$PATH

inside() { UNPARK_ELEMENT=1 slurm; }
fails "an element starts no job" "starts no job" inside
echo 2 >"$d/lost"
fails "an element that is lost is named" "part 2 did not end" slurm
ok "no half of a class is a gradebook" test ! -e "$d/slurm/gradebook.csv"
rm "$d/lost"
ok "the same command mends it" slurm
ok "and starts only what was lost" test "$(tail -n 1 "$d/calls")" = 2
ok "the gradebook is that of one machine" same "$d/here" "$d/slurm"
ok "its own builds are gone" sh -c "! ls $o/parts/*/plain"
: >"$d/calls"
ok "once more" slurm
ok "starts nothing" test ! -s "$d/calls"
echo "int" >>"$sub/fay/$hist"
ok "a new submission" slurm
ok "starts all parts again" test "$(cat "$d/calls")" = 1,2,3
ok "and is in the gradebook" grep -q '"fay",0' "$d/slurm/gradebook.csv"
student fay harness/grade/tests/styles/tables/hist.c
printf '#!/bin/sh\necho 17\n' >"$d/bin/squeue"
fails "a job that was left behind is named" "a job of an earlier call is still there" slurm
PATH=$real

[ -n "${LONG-}" ] || finish
for f in slurmctld slurmd munged sbatch; do
	PATH=$PATH:/usr/sbin command -v $f >/dev/null && continue
	echo "ok $((count += 1)) - a real Slurm # SKIP no $f: sh harness/setup --all"
	finish
done
[ "$(id -u)" = 0 ] || { echo "ok $((count += 1)) - a real Slurm # SKIP needs root"; finish; }

# All of it lives in one folder, on ports of its own.
s=$d/cluster
PATH=$PATH:/usr/sbin:/usr/bin
mkdir -p "$s/state" "$s/spool"
chmod 700 "$s"
head -c 1024 /dev/urandom >"$s/key"
chmod 600 "$s/key"
port=$((20000 + $$ % 20000))
cat >"$s/slurm.conf" <<C
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$s/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmctldPidFile=$s/slurmctld.pid
SlurmdPidFile=$s/slurmd.pid
StateSaveLocation=$s/state
SlurmdSpoolDir=$s/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
C
export SLURM_CONF="$s/slurm.conf"
pids=
end() {
	# shellcheck disable=SC2086 # ids are words
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
}
trap end EXIT
munged --foreground --force --key-file="$s/key" --socket="$s/munge.socket" --pid-file="$s/munge.pid" \
	--log-file="$s/munge.log" --seed-file="$s/munge.seed" >"$s/munged.out" 2>&1 &
pids="$pids $!"
slurmctld -D -c >"$s/slurmctld.log" 2>&1 &
pids="$pids $!"
slurmd -D >"$s/slurmd.log" 2>&1 &
pids="$pids $!"
idle() {
	n=0
	until sinfo -h -o %T 2>/dev/null | grep -qx idle; do
		n=$((n + 1))
		[ $n -lt 60 ] || { tail -n 5 "$s"/*.log; sinfo; return 1; }
		sleep 1 # until daemons have found each other
	done
}
ok "a real Slurm starts" idle
rm -rf "$d/slurm"
# The second element is cancelled as soon as it runs, as a node's end would.
lose() {
	n=0
	until job=$(squeue -h -t R -o '%F_%K' | grep '_2$'); do
		n=$((n + 1))
		[ $n -lt 600 ] || return 1
		sleep 0.2 # until it runs
	done
	scancel "$job"
}
lose >"$d/lose" 2>&1 &
loser=$!
fails "an element that is cancelled is named" "part 2 did not end" slurm SLURM_OPTIONS=--cpus-per-task=1
wait $loser
ok "the same command mends it" slurm SLURM_OPTIONS=--cpus-per-task=1
ok "the gradebook is that of one machine" same "$d/here" "$d/slurm"
ok "elements ran under Slurm" grep -q 'part 2 on' "$d/slurm/parts/2.log"
finish

// The CPU time of this process, in ns: what the bench reads on its side, too.
#[repr(C)]
struct Timespec {
    sec: i64,
    nsec: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, ts: *mut Timespec) -> i32;
}

const CLOCK_PROCESS_CPUTIME_ID: i32 = 2;

pub fn cpu_ns() -> u64 {
    let mut ts = Timespec { sec: 0, nsec: 0 };

    // SAFETY: the C library fills in what it is handed.
    unsafe { clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &mut ts) };
    ts.sec as u64 * 1_000_000_000 + ts.nsec as u64
}

/// Answer each line of standard input, until there is none: "WAY KIND N K" with
/// what the run gives, "CPU-ns POLLS".
pub fn serve(run: impl Fn(&str, &str, usize, usize) -> (u64, u64)) {
    let mut line = String::new();

    while std::io::stdin().read_line(&mut line).unwrap_or(0) > 0 {
        let w: Vec<&str> = line.split_whitespace().collect();
        let (ns, polls) = run(w[0], w[1], w[2].parse().unwrap(), w[3].parse().unwrap());

        println!("{} {}", ns, polls);
        line.clear();
    }
}

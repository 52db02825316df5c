// The peer of harness/bench/claims: what the reading says of Tokio, counted and
// measured in Tokio. A line "WAY KIND N K" goes in, two numbers come out.
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::runtime::{Builder, Runtime};

#[path = "../clock.rs"]
mod clock;
#[cfg(tokio_unstable)]
mod metrics;
mod order;
mod sharing;
mod spawn;

/// Counts allocations; all of them are ordinary ones otherwise.
struct Counting;

static ALLOCS: AtomicU64 = AtomicU64::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCS.fetch_add(1, Relaxed);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        System.dealloc(p, layout)
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

pub fn allocs() -> u64 {
    ALLOCS.load(Relaxed)
}

/// The compiler must make x, and does not know what becomes of it.
pub fn black_box<T>(x: T) -> T {
    // SAFETY: a copy of x is read, and x itself is forgotten.
    unsafe {
        let copy = std::ptr::read_volatile(&x);
        std::mem::forget(x);
        copy
    }
}

/// 0 workers: the current-thread flavour.
pub fn runtime(workers: usize) -> Runtime {
    let mut b = match workers {
        0 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };

    if workers > 0 {
        b.worker_threads(workers);
    }
    b.enable_time().build().unwrap()
}

fn run(way: &str, kind: &str, n: usize, k: usize) -> (u64, u64) {
    match way {
        "spawn" => spawn::spawn(n, k),
        "inline" => spawn::inline(n),
        "item" => spawn::item(kind, n, k),
        "allocs" => spawn::allocations(kind, n),
        "switches" => spawn::switches(n),
        "polls" => order::polls(kind, n),
        "blocked" => order::blocked(n, k),
        "moves" => order::moves(kind, n, k),
        "from" => order::from(kind, n),
        "escape" => sharing::escape(kind, n),
        "share" => sharing::share(kind, n, k),
        "lock" => sharing::lock(kind, n, k),
        #[cfg(tokio_unstable)]
        "metrics" => metrics::metrics(kind, n, k),
        _ => (0, 0),
    }
}

fn main() {
    // As in the program beside it: no process of a single thread, for which the C
    // library's heap would do without locked instructions.
    std::thread::spawn(|| loop {
        std::thread::park()
    });
    clock::serve(run);
}

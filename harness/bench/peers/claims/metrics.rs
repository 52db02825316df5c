// What Tokio's own counters say. They are there in the debug build only.
use std::thread;
use std::time::Duration;

use crate::runtime;

/// The counters of a runtime on which n tasks have run, spawned by a thread that
/// is no worker.
fn counted(workers: usize, n: usize) -> tokio::runtime::RuntimeMetrics {
    let rt = runtime(workers);
    let handle = rt.handle().clone();
    let joins = thread::spawn(move || (0..n).map(|_| handle.spawn(async {})).collect::<Vec<_>>())
        .join()
        .unwrap();

    rt.block_on(async {
        for j in joins {
            j.await.unwrap();
        }
    });
    let metrics = rt.metrics();

    drop(rt);
    metrics
}

/// n tasks that give way k times, on two workers: how often a worker parked.
fn parks(n: usize, k: usize) -> u64 {
    let rt = runtime(2);
    let joins: Vec<_> = (0..n)
        .map(|_| {
            rt.spawn(async move {
                for _ in 0..k {
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();

    rt.block_on(async {
        for j in joins {
            j.await.unwrap();
        }
    });
    let m = rt.metrics();

    (0..m.num_workers()).map(|w| m.worker_park_count(w)).sum()
}

/// A task holds its worker for 100 ms: how many ns of the last 50 was it busy, by
/// the counter? And how many ns went by.
fn stuck() -> (u64, u64) {
    let rt = runtime(1);
    let m = rt.metrics();
    let (began, waits) = std::sync::mpsc::channel();
    let task = rt.spawn(async move {
        began.send(()).unwrap();
        thread::sleep(Duration::from_millis(100));
    });

    waits.recv().unwrap();
    thread::sleep(Duration::from_millis(10));
    let before = m.worker_total_busy_duration(0);
    let from = std::time::Instant::now();

    thread::sleep(Duration::from_millis(50));
    let busy = m.worker_total_busy_duration(0) - before;
    let went = from.elapsed();

    rt.block_on(task).unwrap();
    (busy.as_nanos() as u64, went.as_nanos() as u64)
}

pub fn metrics(kind: &str, n: usize, k: usize) -> (u64, u64) {
    match kind {
        "remote" => (counted(0, n).remote_schedule_count(), n as u64),
        "steals" => (counted(0, n).worker_steal_count(0), n as u64),
        "parks" => (parks(n, k), (n * k) as u64),
        _ => stuck(),
    }
}

// Who is polled when, and where.
use futures::future::poll_fn;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

use crate::{clock, runtime};

fn spin(time: Duration) {
    let from = Instant::now();

    while from.elapsed() < time {}
}

/// How often a task is polled that computes for n us, blocks for n us, or
/// receives n messages that are there.
pub fn polls(kind: &str, n: usize) -> (u64, u64) {
    let rt = runtime(0);
    let kind = kind.to_string();

    rt.block_on(async move {
        tokio::spawn(async move {
            let (tx, mut rx) = mpsc::channel::<u64>(n);
            let mut polls = 0;
            let time = Duration::from_micros(n as u64);
            let work = async {
                match kind.as_str() {
                    "compute" => spin(time),
                    "block" => thread::sleep(time),
                    _ => {
                        for i in 0..n {
                            tx.try_send(i as u64).unwrap();
                        }
                        for _ in 0..n {
                            rx.recv().await.unwrap();
                        }
                    }
                }
            };
            let mut work = Box::pin(work);

            poll_fn(|cx| {
                polls += 1;
                work.as_mut().poll(cx)
            })
            .await;
            (polls, 0)
        })
        .await
        .unwrap()
    })
}

/// A task spawns n others, and holds its thread: how many of them run before it
/// lets go, once there is none for a while?
pub fn blocked(n: usize, workers: usize) -> (u64, u64) {
    let rt = runtime(workers);
    let ran = Arc::new(AtomicU64::new(0));
    let free = Arc::new(AtomicBool::new(false));
    let (ran2, free2) = (ran.clone(), free.clone());
    // Who lets it go is a thread of its own.
    let (ran3, free3) = (ran.clone(), free.clone());
    let watch = thread::spawn(move || {
        let mut seen = u64::MAX;

        loop {
            thread::sleep(Duration::from_millis(60));
            let now = ran3.load(SeqCst);
            if now == seen {
                break;
            }
            seen = now;
        }
        free3.store(true, SeqCst);
        seen
    });

    rt.block_on(async move {
        tokio::spawn(async move {
            let joins: Vec<_> = (0..n)
                .map(|_| {
                    let ran = ran2.clone();

                    tokio::spawn(async move { ran.fetch_add(1, SeqCst) })
                })
                .collect();

            while !free2.load(SeqCst) {
                thread::sleep(Duration::from_millis(1));
            }
            for j in joins {
                j.await.unwrap();
            }
        })
        .await
        .unwrap()
    });
    (watch.join().unwrap(), n as u64)
}

/// n tasks that give way k times, or sleep k times: polls on the same thread as
/// the one before, and all that had one before.
pub fn moves(kind: &str, n: usize, k: usize) -> (u64, u64) {
    let rt = runtime(2);
    let same = Arc::new(AtomicU64::new(0));
    let is_sleep = kind == "sleep";

    for t in 0..n {
        let same = same.clone();

        rt.spawn(async move {
            for _ in 0..k {
                let before = thread::current().id();

                if is_sleep {
                    let ms = 1 + t as u64 % 3;
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                } else {
                    tokio::task::yield_now().await;
                    spin(Duration::from_micros(5));
                }
                if thread::current().id() == before {
                    same.fetch_add(1, SeqCst);
                }
            }
        });
    }
    // All have ended when nobody else has the count.
    while Arc::strong_count(&same) > 1 {
        thread::sleep(Duration::from_millis(1));
    }
    (same.load(SeqCst), (n * k) as u64)
}

async fn spawn_and_join(n: usize) {
    let joins: Vec<_> = (0..n).map(|_| tokio::spawn(async {})).collect();

    for j in joins {
        j.await.unwrap();
    }
}

/// CPU time of n tasks on two workers: spawned by a worker, or from outside.
pub fn from(kind: &str, n: usize) -> (u64, u64) {
    let rt = runtime(2);
    let from = clock::cpu_ns();

    if kind == "inside" {
        rt.block_on(async move { tokio::spawn(spawn_and_join(n)).await.unwrap() });
    } else {
        rt.block_on(spawn_and_join(n));
    }
    (clock::cpu_ns() - from, n as u64)
}

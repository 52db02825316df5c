// The peer of harness/bench/gather for the claim that FuturesUnordered takes
// 60-70 % of spawning each: Tokio's current-thread runtime, within one task.
use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use std::future::Future;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::time::{sleep_until, Instant};

use crate::clock;

async fn spawn_each<F>(children: impl Iterator<Item = F>)
where
    F: Future<Output = u64> + Send + 'static,
{
    let joins: Vec<_> = children.map(tokio::spawn).collect();

    for join in joins {
        join.await.unwrap();
    }
}

async fn unordered<F: Future<Output = u64>>(children: impl Iterator<Item = F>) {
    let mut left: FuturesUnordered<F> = children.collect();

    while left.next().await.is_some() {}
}

async fn by_way<F>(way: &str, children: impl Iterator<Item = F>)
where
    F: Future<Output = u64> + Send + 'static,
{
    match way {
        "spawn" => spawn_each(children).await,
        "join_all" => drop(join_all(children).await),
        _ => unordered(children).await,
    }
}

async fn yields(i: usize, times: usize) -> u64 {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
    i as u64
}

async fn sleeps(i: usize, until: Instant) -> u64 {
    sleep_until(until).await;
    i as u64
}

async fn work(way: String, kind: String, n: usize, k: usize) -> u64 {
    let from = clock::cpu_ns();

    if kind == "sleep" {
        let start = Instant::now() + Duration::from_millis(1);
        let step = Duration::from_nanos(k as u64);

        by_way(&way, (0..n).map(|i| sleeps(i, start + step * i as u32))).await;
    } else {
        by_way(&way, (0..n).map(|i| yields(i, k))).await;
    }
    clock::cpu_ns() - from
}

pub fn run(way: &str, kind: &str, n: usize, k: usize) -> (u64, u64) {
    let rt = Builder::new_current_thread().enable_time().build().unwrap();
    let work = work(way.to_string(), kind.to_string(), n, k);
    let ns = rt.block_on(async { tokio::spawn(work).await.unwrap() });

    (ns, 0)
}

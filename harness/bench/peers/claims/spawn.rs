// What a spawn costs.
use futures::stream::{FuturesUnordered, StreamExt};
use std::future::Future;
use std::pin::Pin;

use crate::{allocs, black_box, clock, runtime};

async fn one() -> u64 {
    black_box(1)
}

/// CPU time of n spawns, each awaited, by a task of the runtime.
pub fn spawn(n: usize, workers: usize) -> (u64, u64) {
    let rt = runtime(workers);

    rt.block_on(async move {
        tokio::spawn(async move {
            let from = clock::cpu_ns();

            for _ in 0..n {
                black_box(tokio::spawn(one()).await.unwrap());
            }
            (clock::cpu_ns() - from, n as u64)
        })
        .await
        .unwrap()
    })
}

/// The same future, through a pointer to its functions, in place.
pub fn inline(n: usize) -> (u64, u64) {
    let rt = runtime(0);

    rt.block_on(async move {
        tokio::spawn(async move {
            let from = clock::cpu_ns();

            for _ in 0..n {
                let mut f = one();
                // SAFETY: f is not moved any more, and dropped after the await.
                let p: Pin<&mut (dyn Future<Output = u64> + Send)> =
                    unsafe { Pin::new_unchecked(&mut f) };

                black_box(black_box(p).await);
            }
            (clock::cpu_ns() - from, n as u64)
        })
        .await
        .unwrap()
    })
}

fn add(turns: usize) -> u64 {
    let mut x = 1u64;

    for i in 0..turns {
        x = black_box(x.wrapping_mul(3).wrapping_add(i as u64));
    }
    x
}

/// n items of so many turns of a loop: a task each, or a loop.
pub fn item(kind: &str, n: usize, turns: usize) -> (u64, u64) {
    let rt = runtime(0);
    let is_spawned = kind == "spawn";

    rt.block_on(async move {
        tokio::spawn(async move {
            let from = clock::cpu_ns();

            if is_spawned {
                let joins: Vec<_> = (0..n)
                    .map(|_| tokio::spawn(async move { add(turns) }))
                    .collect();

                for j in joins {
                    black_box(j.await.unwrap());
                }
            } else {
                for _ in 0..n {
                    black_box(add(turns));
                }
            }
            (clock::cpu_ns() - from, n as u64)
        })
        .await
        .unwrap()
    })
}

/// Allocations of n children: in a FuturesUnordered, or a task each.
pub fn allocations(kind: &str, n: usize) -> (u64, u64) {
    let rt = runtime(0);
    let is_spawned = kind == "spawn";

    rt.block_on(async move {
        tokio::spawn(async move {
            let mut joins = Vec::with_capacity(n);
            let mut set = FuturesUnordered::new();
            let from = allocs();

            if is_spawned {
                for _ in 0..n {
                    joins.push(tokio::spawn(one()));
                }
                for j in joins {
                    j.await.unwrap();
                }
            } else {
                for _ in 0..n {
                    set.push(one());
                }
                while set.next().await.is_some() {}
            }
            (allocs() - from, n as u64)
        })
        .await
        .unwrap()
    })
}

extern "C" {
    fn getrusage(who: i32, usage: *mut [i64; 18]) -> i32;
}

/// Times that this process gave up its core of its own will.
fn given_up() -> u64 {
    let mut usage = [0i64; 18];

    // SAFETY: a struct rusage is 18 words; the 17th is ru_nvcsw.
    unsafe { getrusage(0, &mut usage) };
    usage[16] as u64
}

/// Context switches during n spawns.
pub fn switches(n: usize) -> (u64, u64) {
    let rt = runtime(0);
    let from = given_up();

    rt.block_on(async move {
        tokio::spawn(async move {
            for _ in 0..n {
                tokio::spawn(one()).await.unwrap();
            }
        })
        .await
        .unwrap()
    });
    (given_up() - from, n as u64)
}

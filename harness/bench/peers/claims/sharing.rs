// What many tasks want: locks, channels, and threads for what blocks.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, Mutex};
use tokio::task;

use crate::{black_box, clock, runtime};

/// A function that does nothing, n times: on the blocking pool, or in place.
pub fn escape(kind: &str, n: usize) -> (u64, u64) {
    let rt = runtime(2);
    let is_in_place = kind == "in-place";

    rt.block_on(async move {
        tokio::spawn(async move {
            let from = Instant::now();

            for _ in 0..n {
                if is_in_place {
                    task::block_in_place(|| black_box(1));
                    task::yield_now().await;
                } else {
                    task::spawn_blocking(|| black_box(1)).await.unwrap();
                }
            }
            (from.elapsed().as_nanos() as u64, n as u64)
        })
        .await
        .unwrap()
    })
}

enum Ask {
    Set(u64, u64),
    Get(u64, oneshot::Sender<Option<u64>>),
}

async fn owner(mut rx: mpsc::Receiver<Ask>) {
    let mut map = HashMap::new();

    while let Some(ask) = rx.recv().await {
        match ask {
            Ask::Set(k, v) => {
                map.insert(k, v);
            }
            Ask::Get(k, to) => {
                let _ = to.send(map.get(&k).copied());
            }
        }
    }
}

async fn ask(tx: mpsc::Sender<Ask>, n: usize, is_get: bool) {
    for i in 0..n as u64 {
        if is_get {
            let (to, from) = oneshot::channel();

            tx.send(Ask::Get(i % 64, to)).await.ok().unwrap();
            black_box(from.await.unwrap());
        } else {
            tx.send(Ask::Set(i % 64, i)).await.ok().unwrap();
        }
    }
}

async fn lock_map(map: Arc<Mutex<HashMap<u64, u64>>>, n: usize, is_get: bool) {
    for i in 0..n as u64 {
        let mut map = map.lock().await;

        if is_get {
            black_box(map.get(&(i % 64)));
        } else {
            map.insert(i % 64, i);
        }
    }
}

/// 8 tasks use one map, n times together, on k workers: KIND is mutex or actor,
/// with -get behind it when each use has an answer. CPU time.
pub fn share(kind: &str, n: usize, workers: usize) -> (u64, u64) {
    let rt = runtime(workers);
    let is_get = kind.ends_with("-get");
    let is_actor = kind.starts_with("actor");

    rt.block_on(async move {
        tokio::spawn(async move {
            let from = clock::cpu_ns();
            let mut joins = Vec::new();

            if is_actor {
                let (tx, rx) = mpsc::channel(64);

                joins.push(tokio::spawn(owner(rx)));
                for _ in 0..8 {
                    joins.push(tokio::spawn(ask(tx.clone(), n / 8, is_get)));
                }
                drop(tx);
            } else {
                let map = Arc::new(Mutex::new(HashMap::new()));

                for _ in 0..8 {
                    joins.push(tokio::spawn(lock_map(map.clone(), n / 8, is_get)));
                }
            }
            for j in joins {
                j.await.unwrap();
            }
            (clock::cpu_ns() - from, n as u64)
        })
        .await
        .unwrap()
    })
}

async fn take(lock: Arc<Mutex<u64>>, n: usize) {
    for _ in 0..n {
        let mut held = lock.lock().await;

        *held += 1;
        // Held across an await: who else wants it has to wait.
        task::yield_now().await;
    }
}

/// k tasks of a current-thread runtime take a lock n times each: async, or
/// the standard library's, which is never held across an await.
pub fn lock(kind: &str, n: usize, k: usize) -> (u64, u64) {
    let rt = runtime(0);
    let is_async = kind == "async";
    let from = clock::cpu_ns();

    rt.block_on(async move {
        let lock = Arc::new(Mutex::new(0));
        let plain = Arc::new(std::sync::Mutex::new(0u64));
        let mut joins = Vec::new();

        for _ in 0..k {
            if is_async {
                joins.push(tokio::spawn(take(lock.clone(), n)));
            } else {
                let plain = plain.clone();

                joins.push(tokio::spawn(async move {
                    for _ in 0..n {
                        *plain.lock().unwrap() += 1;
                    }
                }));
            }
        }
        for j in joins {
            j.await.unwrap();
        }
    });
    (clock::cpu_ns() - from, n as u64)
}

// The peer of harness/bench/runtime: the same work on Tokio. Each function here
// has its twin of the same name in tasks.c, channels.c, waits.c or echo.c there.
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{broadcast, mpsc, oneshot, Mutex};
use tokio::task::JoinHandle;

use crate::clock;

/// A watch: one thread's work in CPU time, that of several in the clock's.
struct Watch {
    cpu: bool,
    from_cpu: u64,
    from: Instant,
}

impl Watch {
    fn start(cpu: bool) -> Watch {
        Watch {
            cpu,
            from_cpu: clock::cpu_ns(),
            from: Instant::now(),
        }
    }

    fn ns(&self) -> u64 {
        if self.cpu {
            clock::cpu_ns() - self.from_cpu
        } else {
            self.from.elapsed().as_nanos() as u64
        }
    }
}

async fn join_all<T>(joins: Vec<JoinHandle<T>>) {
    for join in joins {
        join.await.unwrap();
    }
}

// --- tasks ---------------------------------------------------------------------
async fn spawn_one(cpu: bool, n: usize) -> u64 {
    let watch = Watch::start(cpu);

    for _ in 0..n {
        tokio::spawn(async { 1u64 }).await.unwrap();
    }
    watch.ns()
}

async fn spawn_many(cpu: bool, n: usize) -> u64 {
    let mut joins = Vec::with_capacity(n);
    let watch = Watch::start(cpu);

    for _ in 0..n {
        joins.push(tokio::spawn(async { 1u64 }));
    }
    join_all(joins).await;
    watch.ns()
}

fn link(left: usize, done: oneshot::Sender<()>) {
    if left == 0 {
        done.send(()).unwrap();
    } else {
        tokio::spawn(async move { link(left - 1, done) });
    }
}

async fn chain(cpu: bool, n: usize, k: usize) -> u64 {
    let watch = Watch::start(cpu);

    for _ in 0..n / k {
        let (done, wait) = oneshot::channel();

        link(k, done);
        wait.await.unwrap();
    }
    watch.ns()
}

async fn yields(cpu: bool, n: usize, k: usize) -> u64 {
    let mut joins = Vec::with_capacity(k);
    let watch = Watch::start(cpu);

    for _ in 0..k {
        joins.push(tokio::spawn(async move {
            for _ in 0..n / k {
                tokio::task::yield_now().await;
            }
        }));
    }
    join_all(joins).await;
    watch.ns()
}

async fn ping_pong(cpu: bool, n: usize) -> u64 {
    let (done, wait) = oneshot::channel();
    let done = Arc::new(std::sync::Mutex::new(Some(done)));
    let left = Arc::new(AtomicUsize::new(n));
    let watch = Watch::start(cpu);

    for _ in 0..n {
        let done = done.clone();
        let left = left.clone();

        tokio::spawn(async move {
            let (ping, pinged) = oneshot::channel();
            let (pong, ponged) = oneshot::channel();

            tokio::spawn(async move {
                pinged.await.unwrap();
                pong.send(()).unwrap();
            });
            ping.send(()).unwrap();
            ponged.await.unwrap();
            if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                done.lock().unwrap().take().unwrap().send(()).unwrap();
            }
        });
    }
    wait.await.unwrap();
    watch.ns()
}

// --- channels ------------------------------------------------------------------
async fn mpsc(cpu: bool, n: usize, k: usize) -> u64 {
    let (tx, mut rx) = mpsc::channel::<u64>(100);
    let watch = Watch::start(cpu);

    for _ in 0..k {
        let tx = tx.clone();

        tokio::spawn(async move {
            for i in 0..n / k {
                tx.send(i as u64).await.unwrap();
            }
        });
    }
    drop(tx);
    while rx.recv().await.is_some() {}
    watch.ns()
}

async fn oneshots(cpu: bool, n: usize) -> u64 {
    let watch = Watch::start(cpu);

    for i in 0..n {
        let (tx, rx) = oneshot::channel();

        tx.send(i as u64).unwrap();
        rx.await.unwrap();
    }
    watch.ns()
}

async fn actor(cpu: bool, n: usize) -> u64 {
    let (tx, mut rx) = mpsc::channel::<oneshot::Sender<u64>>(100);
    let watch = Watch::start(cpu);
    let actor = tokio::spawn(async move {
        while let Some(answer) = rx.recv().await {
            answer.send(1).unwrap();
        }
    });

    for _ in 0..n {
        let (answer, wait) = oneshot::channel();

        tx.send(answer).await.unwrap();
        wait.await.unwrap();
    }
    drop(tx);
    actor.await.unwrap();
    watch.ns()
}

async fn broadcasts(cpu: bool, n: usize, k: usize) -> u64 {
    let (tx, first) = broadcast::channel::<u64>(n.next_power_of_two());
    let mut joins = Vec::with_capacity(k);
    let watch = Watch::start(cpu);

    drop(first);
    for _ in 0..k {
        let mut rx = tx.subscribe();

        joins.push(tokio::spawn(
            async move { while rx.recv().await.is_ok() {} },
        ));
    }
    for i in 0..n {
        tx.send(i as u64).unwrap();
    }
    drop(tx);
    join_all(joins).await;
    watch.ns()
}

// --- locks, threads, time --------------------------------------------------------
async fn amutex(cpu: bool, n: usize, k: usize) -> u64 {
    let lock = Arc::new(Mutex::new(0u64));
    let mut joins = Vec::with_capacity(k);
    let watch = Watch::start(cpu);

    for _ in 0..k {
        let lock = lock.clone();

        joins.push(tokio::spawn(async move {
            for _ in 0..n / k {
                *lock.lock().await += 1;
            }
        }));
    }
    join_all(joins).await;
    watch.ns()
}

async fn mutex(cpu: bool, n: usize, k: usize) -> u64 {
    let lock = Arc::new(std::sync::Mutex::new(0u64));
    let mut joins = Vec::with_capacity(k);
    let watch = Watch::start(cpu);

    for _ in 0..k {
        let lock = lock.clone();

        joins.push(tokio::spawn(async move {
            for _ in 0..n / k {
                *lock.lock().unwrap() += 1;
            }
        }));
    }
    join_all(joins).await;
    watch.ns()
}

async fn blocking(cpu: bool, n: usize) -> u64 {
    let watch = Watch::start(cpu);

    for i in 0..n {
        tokio::task::spawn_blocking(move || i as u64).await.unwrap();
    }
    watch.ns()
}

async fn timers(cpu: bool, n: usize, k: usize) -> u64 {
    let mut joins = Vec::with_capacity(n);
    let watch = Watch::start(cpu);
    let start = tokio::time::Instant::now() + Duration::from_millis(10);

    for i in 0..n {
        let until = start + Duration::from_nanos((i * k) as u64);

        joins.push(tokio::spawn(tokio::time::sleep_until(until)));
    }
    join_all(joins).await;
    watch.ns()
}

/// Pages of this process that are in memory.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();

    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

static POLLED: AtomicUsize = AtomicUsize::new(0);

/// Bytes for all of them: each was polled once, and waits for ever.
async fn idle(_cpu: bool, n: usize) -> u64 {
    let before = resident();

    for i in 0..n {
        drop(tokio::spawn(async {
            POLLED.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await
        }));
        if i % 128 == 0 {
            tokio::task::yield_now().await;
        }
    }
    while POLLED.load(Ordering::Relaxed) < n {
        tokio::task::yield_now().await;
    }
    resident() - before
}

// --- echo ------------------------------------------------------------------------
async fn conn(mut socket: TcpStream) {
    let mut buf = [0; 4096];

    while let Ok(n) = socket.read(&mut buf).await {
        if n == 0 || socket.write_all(&buf[..n]).await.is_err() {
            break;
        }
    }
}

/// Serve for ever, on threads of its own; returns the port.
fn echo(rt: Runtime) -> u64 {
    let listener = rt
        .block_on(TcpListener::bind(("127.0.0.1", 0)))
        .unwrap();
    let port = listener.local_addr().unwrap().port();

    std::thread::spawn(move || {
        rt.block_on(async {
            tokio::spawn(async move {
                loop {
                    let (socket, _) = listener.accept().await.unwrap();

                    socket.set_nodelay(true).unwrap();
                    tokio::spawn(conn(socket));
                }
            })
            .await
        })
    });
    port as u64
}

// --- which, and where --------------------------------------------------------------
fn runtime(workers: usize) -> Runtime {
    if workers == 0 {
        return Builder::new_current_thread().enable_all().build().unwrap();
    }
    Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .unwrap()
}

/// The kind is ct, mt1 or mt2, and whether a task of the runtime does the work,
/// or whoever called block_on: ct-worker, mt2-root.
pub fn run(way: &str, kind: &str, n: usize, k: usize) -> (u64, u64) {
    let (flavour, place) = kind.split_once('-').unwrap();
    let workers = flavour.strip_prefix("mt").map_or(0, |w| w.parse().unwrap());
    let rt = runtime(workers);
    let cpu = workers == 0;

    fn on<F>(rt: &Runtime, place: &str, work: F) -> (u64, u64)
    where
        F: Future<Output = u64> + Send + 'static,
    {
        if place == "root" {
            (rt.block_on(work), 0)
        } else {
            (rt.block_on(async { tokio::spawn(work).await.unwrap() }), 0)
        }
    }
    match way {
        "spawn_one" => on(&rt, place, spawn_one(cpu, n)),
        "spawn_many" => on(&rt, place, spawn_many(cpu, n)),
        "chain" => on(&rt, place, chain(cpu, n, k)),
        "yields" => on(&rt, place, yields(cpu, n, k)),
        "ping_pong" => on(&rt, place, ping_pong(cpu, n)),
        "mpsc" => on(&rt, place, mpsc(cpu, n, k)),
        "oneshots" => on(&rt, place, oneshots(cpu, n)),
        "actor" => on(&rt, place, actor(cpu, n)),
        "broadcasts" => on(&rt, place, broadcasts(cpu, n, k)),
        "amutex" => on(&rt, place, amutex(cpu, n, k)),
        "mutex" => on(&rt, place, mutex(cpu, n, k)),
        "blocking" => on(&rt, place, blocking(cpu, n)),
        "timers" => on(&rt, place, timers(cpu, n, k)),
        "idle" => {
            let bytes = on(&rt, place, idle(cpu, n));

            // The tasks go with the process: ending a million is not measured.
            std::mem::forget(rt);
            bytes
        }
        "echo" => (0, echo(rt)),
        _ => panic!("no such way: {}", way),
    }
}

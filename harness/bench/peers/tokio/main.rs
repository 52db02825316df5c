// Tokio as a peer of two benches: harness/bench/gather asks for the children of
// one task, harness/bench/runtime for everything else. Which one it is, the
// kind tells: the runtime's is a flavour, such as mt2-worker.
#[path = "../clock.rs"]
mod clock;
mod gather;
mod runtime;

fn main() {
    clock::serve(|way, kind, n, k| {
        if kind.starts_with("ct-") || kind.starts_with("mt") {
            runtime::run(way, kind, n, k)
        } else {
            gather::run(way, kind, n, k)
        }
    });
}

// The peer of harness/bench/gather.c: the same children, driven by hand in the
// same way, under futures-rs' join_all and FuturesUnordered.
use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::{waker, ArcWake};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

#[path = "../clock.rs"]
mod clock;

/// What is outside of a child: whether it may end, and whom to wake.
#[derive(Clone, Default)]
struct Slot {
    done: bool,
    waker: Option<Waker>,
}

#[derive(Default)]
struct World {
    slots: Vec<Slot>,
    polls: u64,
}

/// Pending until it is woken by hand, once.
struct Child {
    world: Rc<RefCell<World>>,
    index: usize,
}

impl Future for Child {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, cx: &mut Context) -> Poll<u64> {
        let mut world = self.world.borrow_mut();

        world.polls += 1;
        let slot = &mut world.slots[self.index];
        if slot.done {
            return Poll::Ready(self.index as u64);
        }
        slot.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Whoever polls: counts how often it is woken.
struct Parent(AtomicU64);

impl ArcWake for Parent {
    fn wake_by_ref(parent: &Arc<Self>) {
        parent.0.fetch_add(1, Relaxed);
    }
}

/// The order of the wakes: that of gather.c.
fn order(n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let mut x: u64 = 88172645463325252;

    for i in (1..n).rev() {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        order.swap(i, (x % (i as u64 + 1)) as usize);
    }
    order
}

fn wake(world: &RefCell<World>, i: usize) {
    let slot = &mut world.borrow_mut().slots[i];

    slot.done = true;
    if let Some(waker) = slot.waker.take() {
        waker.wake();
    }
}

fn drive<F: Future>(
    world: &Rc<RefCell<World>>,
    make: impl FnOnce() -> F,
    n: usize,
    k: usize,
) -> (u64, u64) {
    let parent = waker(Arc::new(Parent(AtomicU64::new(0))));
    let mut cx = Context::from_waker(&parent);
    let order = order(n);
    let mut woken = 0;
    let from = clock::cpu_ns();
    let mut all = Box::pin(make());

    while all.as_mut().poll(&mut cx).is_pending() {
        for _ in 0..k.min(n - woken) {
            wake(world, order[woken]);
            woken += 1;
        }
    }
    drop(all);
    (clock::cpu_ns() - from, world.borrow().polls)
}

fn run(way: &str, _kind: &str, n: usize, k: usize) -> (u64, u64) {
    let world = Rc::new(RefCell::new(World {
        slots: vec![Slot::default(); n],
        polls: 0,
    }));
    let child = |index| Child {
        world: world.clone(),
        index,
    };

    if way == "join_all" {
        return drive(&world, || join_all((0..n).map(child)), n, k);
    }
    let unordered = async {
        let mut left: FuturesUnordered<_> = (0..n).map(child).collect();

        while left.next().await.is_some() {}
    };
    drive(&world, || unordered, n, k)
}

fn main() {
    clock::serve(run);
}

/* Given: how descriptors and timers get into a driver, and out again. */
#include <sys/epoll.h>

#include "driver.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/sock.h"
#include "kit/sys.h"
#include "kit/tracewait.h"

void source_init(struct source *src, struct driver *d, int fd)
{
	unsigned int dir;

	atomic_init(&src->state, 0);
	mutex_init(&src->lock);
	for (dir = 0; dir < SOURCE_DIRS; dir++) {
		src->wakers[dir].ops = NULL;
		src->users[dir] = NULL;
	}
	atomic_init(&src->users_left, 1);
	atomic_init(&src->refs, 2);
	src->fd = fd;
	src->driver = d;
	list_init(&src->link);
}
EXPORT_SYMBOL(source_init);

void source_fini(struct source *src)
{
	unsigned int dir;

	for (dir = 0; dir < SOURCE_DIRS; dir++)
		waker_drop(&src->wakers[dir]);
	mutex_fini(&src->lock);
}
EXPORT_SYMBOL(source_fini);

int source_claim(struct source *src, enum source_dir dir, const void *user)
{
	int err = 0;

	mutex_lock(&src->lock);
	if (src->users[dir] && src->users[dir] != user)
		err = -EBUSY;
	else
		src->users[dir] = user;
	mutex_unlock(&src->lock);
	return err;
}
EXPORT_SYMBOL(source_claim);

void source_release(struct source *src, enum source_dir dir, const void *user)
{
	struct waker waker = { NULL, NULL };

	mutex_lock(&src->lock);
	if (src->users[dir] == user) {
		src->users[dir] = NULL;
		waker = src->wakers[dir];
		src->wakers[dir].ops = NULL;
	}
	mutex_unlock(&src->lock);
	waker_drop(&waker);
}
EXPORT_SYMBOL(source_release);

/* One reference to the memory less: the users' or the driver's. */
static void source_unref(struct source *src)
{
	/* acq_rel: the last one sees all that the other did, and frees. */
	if (atomic_fetch_sub_explicit(&src->refs, 1, memory_order_acq_rel) != 1)
		return;
	source_fini(src);
	kit_free(src);
}

void source_get(struct source *src)
{
	/* relaxed: the caller is a user; nothing is published. */
	atomic_fetch_add_explicit(&src->users_left, 1, memory_order_relaxed);
}
EXPORT_SYMBOL(source_get);

void source_put(struct source *src)
{
	/* acq_rel: no call of another user comes after the close. */
	if (atomic_fetch_sub_explicit(&src->users_left, 1,
				      memory_order_acq_rel) != 1)
		return;
	sys_close(src->fd);
	source_unref(src);
}
EXPORT_SYMBOL(source_put);

static void park_turn(struct park_driver *park, uint64_t deadline)
{
	driver_turn(container_of(park, struct driver, park), deadline);
}

static void park_interrupt(struct park_driver *park)
{
	driver_interrupt(container_of(park, struct driver, park));
}

/* Everything that costs a descriptor. */
static int driver_open(struct driver *d)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
	int err;

	d->epfd = sys_epoll_create();
	if (d->epfd < 0)
		return d->epfd;
	d->wakefd = sys_eventfd(0);
	if (d->wakefd < 0) {
		err = d->wakefd;
		goto close_epoll;
	}
	err = sys_epoll_ctl(d->epfd, EPOLL_CTL_ADD, d->wakefd, &ev);
	if (err)
		goto close_eventfd;
	return 0;

close_eventfd:
	sys_close(d->wakefd);
close_epoll:
	sys_close(d->epfd);
	return err;
}

int driver_create(struct driver **out)
{
	static const struct park_driver_ops ops = {
		.turn = park_turn,
		.interrupt = park_interrupt,
	};
	struct driver *d = kit_alloc(sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	err = driver_open(d);
	if (err) {
		kit_free(d);
		return err;
	}
	d->park.ops = &ops;
	mutex_init(&d->lock);
	timers_init(&d->timers);
	d->sleeps_until = 0;
	list_init(&d->sources);
	list_init(&d->dead);
	*out = d;
	return 0;
}
EXPORT_SYMBOL(driver_create);

void driver_destroy(struct driver *d)
{
	if (!d)
		return;
	driver_reap(d);
	BUG_ON(!list_is_empty(&d->sources));
	sys_close(d->wakefd);
	sys_close(d->epfd);
	timers_fini(&d->timers);
	mutex_fini(&d->lock);
	kit_free(d);
}
EXPORT_SYMBOL(driver_destroy);

int driver_register(struct driver *d, int fd, struct source **out)
{
	struct epoll_event ev = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
	};
	struct source *src;
	int err = sock_nonblock(fd);

	if (err)
		return err;
	src = kit_alloc(sizeof(*src));
	if (!src)
		return -ENOMEM;
	source_init(src, d, fd);
	mutex_lock(&d->lock);
	list_add(&src->link, &d->sources);
	mutex_unlock(&d->lock);
	ev.data.ptr = src;
	/* From here on a turn may use it. */
	err = sys_epoll_ctl(d->epfd, EPOLL_CTL_ADD, fd, &ev);
	if (err) {
		mutex_lock(&d->lock);
		list_del(&src->link);
		mutex_unlock(&d->lock);
		source_fini(src);
		kit_free(src);
		return err;
	}
	/* A turn on another thread may have told of its first event by now. */
	tp_io_add(fd);
	*out = src;
	return 0;
}
EXPORT_SYMBOL(driver_register);

void driver_deregister(struct source *src)
{
	struct driver *d = src->driver;
	int tries = 2;

	/* First: no turn that begins later hears of it. A test may make it fail
	 * once, and a source that stays watched is used when it is gone. */
	while (sys_epoll_ctl(d->epfd, EPOLL_CTL_DEL, src->fd, NULL) && --tries)
		;
	/* Before the close: the number is nobody else's yet. */
	tp_io_del(src->fd);
	source_event(src, SOURCE_READ | SOURCE_WRITE | SOURCE_CLOSED);
	mutex_lock(&d->lock);
	list_del(&src->link);
	list_add(&src->link, &d->dead);
	mutex_unlock(&d->lock);
	source_put(src);
}
EXPORT_SYMBOL(driver_deregister);

void driver_reap(struct driver *d)
{
	struct list_head dead;
	struct source *src;

	list_init(&dead);
	mutex_lock(&d->lock);
	while (!list_is_empty(&d->dead)) {
		src = list_first_entry(&d->dead, struct source, link);
		list_del(&src->link);
		list_add(&src->link, &dead);
	}
	mutex_unlock(&d->lock);
	while (!list_is_empty(&dead)) {
		src = list_first_entry(&dead, struct source, link);
		list_del(&src->link);
		source_unref(src);
	}
}
EXPORT_SYMBOL(driver_reap);

int timer_start(struct driver *d, struct timer *t, uint64_t deadline,
		const struct waker *waker)
{
	struct waker mine, old;
	bool is_early;
	int err;

	if (!waker || !waker->ops) {
		timer_stop(d, t);
		return -EINVAL;
	}
	mine = waker_clone(waker);
	mutex_lock(&d->lock);
	old = t->waker;
	timers_cancel(&d->timers, t);
	t->deadline = deadline;
	t->waker = mine;
	err = timers_add(&d->timers, t);
	if (err)
		t->waker.ops = NULL;
	is_early = !err && deadline < d->sleeps_until;
	mutex_unlock(&d->lock);
	waker_drop(&old);
	if (err)
		waker_drop(&mine);
	if (is_early)
		driver_interrupt(d);
	return err;
}
EXPORT_SYMBOL(timer_start);

void timer_stop(struct driver *d, struct timer *t)
{
	struct waker old;

	mutex_lock(&d->lock);
	timers_cancel(&d->timers, t);
	old = t->waker;
	t->waker.ops = NULL;
	mutex_unlock(&d->lock);
	waker_drop(&old);
}
EXPORT_SYMBOL(timer_stop);

MODULE(attach, "descriptors and timers of a driver", NULL, NULL);

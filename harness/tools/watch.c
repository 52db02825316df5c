/*
 * watch: runs a command, and again whenever one of some files is saved.
 *
 *	unpark-watch [--poll] NAME FILE... -- COMMAND...
 *
 * What counts is how the files look: size, time, inode. inotify(7) only says
 * when to look; where it is not to be had we look often. So it does not matter
 * how an editor saves: in place, or by a rename, or with the file gone for a
 * moment.
 *
 * A save while the command runs ends it, with all that it has started, and it
 * begins anew. So does Ctrl-C, and then we end, too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FILES 64
#define LOOK_MS 250	   /* without inotify */
#define LOOK_AGAIN_MS 2000 /* with it, too: a folder may have been replaced */
#define SETTLE_MS 20	   /* an editor that saves does more than one thing */
#define SETTLE_TIMES 10
#define END_MS 2000 /* a command may take so long to end */

/* How a file looks; all zero when it is not there. */
struct look {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
};

static const char *name, *files[MAX_FILES];
static struct look looks[MAX_FILES];
static unsigned int nr_files;
static char **command;
static int inotify = -1, signals;
static pid_t running;
static sigset_t our_signals;

static bool is_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

/* --- the files ------------------------------------------------------------ */

/* Look at every file: the name of one that has changed, or NULL. */
static const char *look_at_files(void)
{
	const char *changed = NULL;
	struct stat st;
	unsigned int i;

	for (i = 0; i < nr_files; i++) {
		struct look now;

		memset(&now, 0, sizeof(now));
		if (!stat(files[i], &st)) {
			now.dev = st.st_dev;
			now.ino = st.st_ino;
			now.size = st.st_size;
			now.mtime = st.st_mtim;
		}
		if (memcmp(&now, &looks[i], sizeof(now)))
			changed = files[i];
		looks[i] = now;
	}
	return changed;
}

/* The same, when nothing has changed for a moment. */
static const char *look_until_settled(void)
{
	const char *first = look_at_files();
	unsigned int i;

	for (i = 0; first && i < SETTLE_TIMES; i++) {
		poll(NULL, 0, SETTLE_MS);
		if (!look_at_files())
			break;
	}
	return first;
}

/* Is it a file system on which others save without our kernel knowing? */
static bool is_remote(const char *dir)
{
	/* 9p (also WSL's /mnt/c), NFS, SMB, CIFS, FUSE: statfs(2) */
	static const unsigned int types[] = {
		0x01021997, 0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546
	};
	struct statfs fs;
	unsigned int i;

	if (statfs(dir, &fs))
		return false;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((unsigned int)fs.f_type == types[i])
			return true;
	return false;
}

/*
 * Watch the files' folders, not the files: a rename puts another file in their
 * place. Again and again, since a folder may be replaced: to watch what is
 * watched already changes nothing. Returns 0 or -errno.
 */
static int watch_folders(void)
{
	unsigned int i;

	for (i = 0; i < nr_files; i++) {
		char dir[4096];
		char *slash;

		snprintf(dir, sizeof(dir), "%s", files[i]);
		slash = strrchr(dir, '/');
		snprintf(slash ? slash : dir, 2, "%s", slash ? "" : ".");
		if (is_remote(dir))
			return -EREMOTE;
		if (inotify_add_watch(inotify, dir,
				      IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB |
					      IN_CREATE | IN_DELETE | IN_MOVE |
					      IN_ONLYDIR) < 0 &&
		    errno != ENOENT)
			return -errno;
	}
	return 0;
}

static void look_often(const char *why)
{
	if (inotify >= 0)
		close(inotify);
	inotify = -1;
	printf("watch: no inotify (%s): looking at the files every %d ms\n",
	       why, LOOK_MS);
}

static void start_inotify(bool poll_only)
{
	int err;

	if (poll_only) {
		look_often("as you say");
		return;
	}
	inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	err = inotify < 0 ? -errno : watch_folders();
	if (err == -ENOSPC)
		look_often("the limit of watches is reached: "
			   "fs.inotify.max_user_watches");
	else if (err == -EMFILE)
		look_often("the limit of instances is reached: "
			   "fs.inotify.max_user_instances");
	else if (err == -EREMOTE)
		look_often("the files lie with another machine or system");
	else if (err)
		look_often(strerror(-err));
}

static void drain_inotify(void)
{
	char buf[4096];

	while (read(inotify, buf, sizeof(buf)) > 0)
		;
}

/* --- the command ---------------------------------------------------------- */

static void become_command(void)
{
	int null = open("/dev/null", O_RDONLY);

	/* A group of its own, to be ended as one; in the background then, from
	 * where it may still write to the terminal. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &our_signals, NULL);
	dup2(null, STDIN_FILENO);
	execvp(command[0], command);
	fprintf(stderr, "watch: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

static void start_command(const char *saved)
{
	const char *what = "watching", *slash = NULL;

	if (saved) {
		what = access(saved, F_OK) ? "is gone" : "was saved";
		slash = strrchr(saved, '/');
	}
	if (is_terminal())
		fputs("\033[H\033[2J", stdout);
	printf("--- %s: %s%s%s\n", name,
	       slash   ? slash + 1
	       : saved ? saved
		       : "",
	       saved ? " " : "", what);
	fflush(stdout);
	running = fork();
	if (running < 0) {
		printf("watch: cannot start the check: %s\n", strerror(errno));
		running = 0;
	} else if (!running) {
		become_command();
	} else {
		/* Both do it, so that it holds for both from here on. */
		setpgid(running, running);
	}
}

/* Has it ended by itself? Then we wait for the next save, and say so. */
static void reap_command(void)
{
	if (!running || waitpid(running, NULL, WNOHANG) != running)
		return;
	running = 0;
	printf("--- %s: waiting for a save; Ctrl-C ends\n", name);
	fflush(stdout);
}

/* End it, and all that is left of its group. */
static void stop_command(void)
{
	int ms;

	if (!running)
		return;
	kill(-running, SIGTERM);
	for (ms = 0; ms < END_MS; ms += 10) {
		if (waitpid(running, NULL, WNOHANG) == running)
			break;
		poll(NULL, 0, 10);
	}
	kill(-running, SIGKILL);
	if (ms >= END_MS)
		waitpid(running, NULL, 0);
	running = 0;
}

/* --- the loop ------------------------------------------------------------- */

/* The signal that ends us, or 0. */
static int take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			return (int)info.ssi_signo;
	reap_command();
	return 0;
}

static int watch(void)
{
	/* The last one: is there still somebody who reads what we say? */
	struct pollfd p[3] = { { signals, POLLIN, 0 },
			       { -1, POLLIN, 0 },
			       { STDOUT_FILENO, 0, 0 } };
	const char *saved;
	int end = 0;

	look_at_files();
	start_command(NULL);
	while (!end) {
		/* poll() passes a descriptor below 0 over. */
		p[1].fd = inotify;
		poll(p, 3, inotify < 0 ? LOOK_MS : LOOK_AGAIN_MS);
		if (inotify >= 0) {
			drain_inotify();
			if (watch_folders())
				look_often("it has stopped");
		}
		end = p[2].revents ? SIGHUP : take_signals();
		saved = end ? NULL : look_until_settled();
		if (saved) {
			stop_command();
			start_command(saved);
		}
	}
	stop_command();
	printf("--- %s: ended\n", name);
	return end == SIGINT ? 0 : 128 + end;
}

int main(int argc, char **argv)
{
	bool poll_only = argc > 1 && !strcmp(argv[1], "--poll");
	int i = poll_only ? 2 : 1;

	if (i < argc)
		name = argv[i++];
	for (; i < argc && strcmp(argv[i], "--"); i++)
		if (nr_files < MAX_FILES)
			files[nr_files++] = argv[i];
	if (!nr_files || i + 1 >= argc) {
		fprintf(stderr, "usage: unpark-watch [--poll] NAME FILE... -- "
				"COMMAND... (make watch calls it)\n");
		return 2;
	}
	command = argv + i + 1;
	sigemptyset(&our_signals);
	sigaddset(&our_signals, SIGCHLD);
	sigaddset(&our_signals, SIGINT);
	sigaddset(&our_signals, SIGTERM);
	sigaddset(&our_signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &our_signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals = signalfd(-1, &our_signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0) {
		perror("watch: signalfd");
		return 2;
	}
	start_inotify(poll_only);
	return watch();
}

/*
 * Planted into a student's file by cage.sh: looks around from within a test,
 * and says in a failure's words what it sees. UNSEEN and UNWRITABLE are lists
 * of paths, HOST_PORT is a port of the machine's loopback on which somebody
 * listens.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IS_FAIL 8 /* WIRE_FAIL */

void child_send(int type, unsigned long arg, unsigned int n,
		const char *const texts[]);

static char probe_said[600];

static void probe_say(const char *what, const char *path)
{
	size_t n = strlen(probe_said);

	snprintf(probe_said + n, sizeof(probe_said) - n, "%s %s; ", what, path);
}

static int probe_connect(const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), err;

	to.sin_port = htons((unsigned short)port);
	inet_pton(AF_INET, address, &to.sin_addr);
	err = connect(fd, (struct sockaddr *)&to, sizeof(to)) ? errno : 0;
	close(fd);
	return err;
}

static int probe_loopback(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM, 0), err;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	err = bind(fd, (struct sockaddr *)&to, sizeof(to)) || listen(fd, 1) ||
	      getsockname(fd, (struct sockaddr *)&to, &len);
	err = err ? errno : probe_connect("127.0.0.1", ntohs(to.sin_port));
	close(fd);
	return err;
}

static int probe_processes(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (dir && (e = readdir(dir)))
		n += e->d_name[0] >= '1' && e->d_name[0] <= '9';
	if (dir)
		closedir(dir);
	return n;
}

/* MiB that a folder takes, of at most 40. */
static int probe_room(const char *dir)
{
	static char buf[1 << 20];
	char path[64];
	int n, fd;

	for (n = 0; n < 40; n++) {
		snprintf(path, sizeof(path), "%s/probe-%d", dir, n);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd < 0 || write(fd, buf, sizeof(buf)) != sizeof(buf))
			break;
		close(fd);
	}
	return n;
}

static void probe(void)
{
	static const char *const unseen[] = { UNSEEN };
	static const char *const unwritable[] = { UNWRITABLE };
	char text[64];
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(unseen) / sizeof(*unseen); i++)
		if (!access(unseen[i], F_OK))
			probe_say("sees", unseen[i]);
	for (i = 0; i < sizeof(unwritable) / sizeof(*unwritable); i++) {
		snprintf(text, sizeof(text), "%s/probe", unwritable[i]);
		fd = open(text, O_WRONLY | O_CREAT, 0600);
		if (fd >= 0 || !access(unwritable[i], W_OK))
			probe_say("writes", unwritable[i]);
	}
	if (probe_processes() > 3)
		probe_say("sees", "processes");
	fd = probe_connect("127.0.0.1", HOST_PORT);
	if (fd != ECONNREFUSED)
		probe_say("reaches", "the host's loopback");
	if (probe_connect("192.0.2.1", 80) != ENETUNREACH)
		probe_say("reaches", "the network");
	if (probe_loopback())
		probe_say("has no", "loopback");
	if (probe_room("/tmp") >= 40)
		probe_say("fills", "/tmp");
	if (probe_room("/dev/shm") < 30)
		probe_say("has little", "/dev/shm");
	probe_say("that", "is all");
	child_send(IS_FAIL, 0, 4,
		   (const char *[]){ "", probe_said, "nothing", "this" });
	_exit(1);
}

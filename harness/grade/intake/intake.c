/*
 * The intake: decides about every entry of a submission, writes what is taken.
 *
 * Nothing is written under a name that the submission chose: an entry that is
 * one of the kit's own paths goes to a place that we name. Limits count the
 * bytes that were read, whatever a header promised.
 */
#define _GNU_SOURCE
#include "grade/intake/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Why this name is not even looked at, or NULL. */
static const char *bad_name(const char *path)
{
	const char *p;

	if (!path || !*path)
		return "a name that cannot be read";
	if (*path == '/')
		return "an absolute path";
	for (p = path; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return "control bytes in the name";
	for (p = path; p; p = strchr(p, '/'), p = p ? p + 1 : NULL)
		if (!strncmp(p, "..", 2) && (p[2] == '/' || !p[2]))
			return "a path with ..";
	if (strchr(path, '\\'))
		return "a backslash in the name";
	return NULL;
}

void intake_note(struct intake *in, enum fate fate, const char *path,
		 const char *why)
{
	char shown[256], *p;

	snprintf(shown, sizeof(shown), "%s", path ? path : "?");
	for (p = shown; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	/* Enough for a reader; a report is no place for 4,096 names. */
	if (json_array_size(in->fates[fate]) == 100)
		snprintf(shown, sizeof(shown), "... and more");
	if (json_array_size(in->fates[fate]) > 100)
		return;
	json_array_append_new(in->fates[fate],
			      json_pack("{s:o, s:s}", "path", json_text(shown),
					"why", why));
}

bool intake_enter(struct intake *in)
{
	if (++in->entries <= INTAKE_ENTRIES)
		return true;
	snprintf(in->reason, sizeof(in->reason), "more than %d entries",
		 INTAKE_ENTRIES);
	return false;
}

/* Does one of the paths end in the other, at a slash? */
static bool ends_alike(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), n = la < lb ? la : lb;
	const char *longer = la < lb ? b : a;
	size_t at = (la < lb ? lb : la) - n;

	return n && !strcmp(a + la - n, b + lb - n) &&
	       (!at || longer[at - 1] == '/');
}

/* A student's file in another folder is a slip, and costs all of its points. */
static void pass_over(struct intake *in, const char *path)
{
	const char *at = NULL;
	char why[160];
	unsigned int i, n = 0;

	for (i = 0; i < grade_kit.nr_files; i++)
		if (ends_alike(grade_kit.files[i].path, path)) {
			at = grade_kit.files[i].path;
			n++;
		}
	if (n == 1)
		snprintf(why, sizeof(why), "it belongs at %s", at);
	else
		snprintf(why, sizeof(why), "%s",
			 n ? "it belongs in the folder of its day"
			   : "not a file that students write");
	intake_note(in, FATE_IGNORED, path, why);
}

int intake_look(struct intake *in, const char *path, const char *bad_type)
{
	const char *why = bad_name(path);
	unsigned int i;

	if (!intake_enter(in))
		return -1;
	if (!why)
		why = bad_type;
	if (why) {
		intake_note(in, FATE_REFUSED, path, why);
		return -1;
	}
	while (!strncmp(path, "./", 2))
		path += 2;
	for (i = 0; i < grade_kit.nr_files; i++) {
		if (strcmp(grade_kit.files[i].path, path))
			continue;
		if (!in->taken[i])
			return (int)i;
		intake_note(in, FATE_REFUSED, path,
			    "a second entry of this name");
		return -1;
	}
	pass_over(in, path);
	return -1;
}

bool intake_count(struct intake *in, size_t n)
{
	in->bytes += n;
	if (in->bytes <= INTAKE_TOTAL)
		return true;
	snprintf(in->reason, sizeof(in->reason), "more than %lu MB unpacked",
		 INTAKE_TOTAL >> 20);
	return false;
}

static int file_create(struct intake *in, int file, char *to, size_t len)
{
	int fd;

	unit_folder(to, len, in->s->id, grade_kit.files[file].unit);
	snprintf(to + strlen(to), len - strlen(to), "/%s",
		 grade_kit.files[file].base);
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		in->err = -errno;
	return fd;
}

void intake_copy(struct intake *in, int file, const char *path,
		 long (*read_some)(void *from, void *buf, size_t len),
		 void *from)
{
	static char buf[65536];
	char to[512];
	unsigned long size = 0;
	int fd = file < 0 ? -1 : file_create(in, file, to, sizeof(to));
	long n = 0;

	while (!in->err && !in->reason[0] &&
	       (n = read_some(from, buf, sizeof(buf))) > 0) {
		if (!intake_count(in, (size_t)n))
			break;
		size += (unsigned long)n;
		if (fd >= 0 && size <= INTAKE_FILE && write(fd, buf, n) != n)
			in->err = errno ? -errno : -EIO;
	}
	if (fd < 0)
		return;
	if (close(fd) && !in->err)
		in->err = -errno;
	if (n >= 0 && size <= INTAKE_FILE && !in->reason[0] && !in->err) {
		in->taken[file] = true;
		json_array_append_new(in->fates[FATE_TAKEN],
				      json_integer(file));
		return;
	}
	unlink(to);
	if (size > INTAKE_FILE)
		intake_note(in, FATE_REFUSED, path, "larger than 1 MB");
}

static void set_limit(int what, rlim_t value)
{
	const struct rlimit rl = { value, value };

	setrlimit(what, &rl);
}

/* In a process of its own: a reader of archives is no place for trust. */
static void read_and_report(struct submission *s, const char *to, bool is_dir)
{
	struct intake in = { .s = s };
	unsigned int i;
	json_t *j;

	set_limit(RLIMIT_CPU, 20);
	set_limit(RLIMIT_AS, 1ul << 30);
	set_limit(RLIMIT_FSIZE, 4 * INTAKE_FILE);
	set_limit(RLIMIT_CORE, 0);
	setlocale(LC_CTYPE, "C.UTF-8");
	for (i = 0; i < ARRAY_SIZE(in.fates); i++)
		in.fates[i] = json_array();
	if (is_dir)
		intake_folder(&in, s->path);
	else
		intake_archive(&in, s->path);
	j = json_pack("{s:o, s:o, s:o, s:o}", "taken", in.fates[FATE_TAKEN],
		      "ignored", in.fates[FATE_IGNORED], "refused",
		      in.fates[FATE_REFUSED], "reason", json_text(in.reason));
	if (in.err || !j || json_dump_file(j, to, JSON_COMPACT))
		_exit(in.err ? -in.err : EIO);
	_exit(0);
}

/* The child's report, with names in place of indexes, and what is missing. */
static int take_report(struct submission *s, const char *from)
{
	json_t *j = json_load_file(from, 0, NULL), *names, *missing, *at;
	bool is_taken[GRADE_MAX_FILES] = { false };
	const char *reason;
	unsigned int i;

	unlink(from);
	if (!j)
		return -EIO;
	names = json_array();
	missing = json_array();
	json_array_foreach(json_object_get(j, "taken"), i, at)
		is_taken[json_integer_value(at)] = true;
	for (i = 0; i < grade_kit.nr_files; i++) {
		const struct student_file *f = &grade_kit.files[i];

		json_array_append_new(is_taken[i] ? names : missing,
				      json_text(f->path));
		if (is_taken[i] && f->unit < GRADE_MAX_UNITS)
			s->taken[f->unit]++;
	}
	json_object_set_new(j, "taken", names);
	json_object_set_new(j, "missing", missing);
	reason = json_string_value(json_object_get(j, "reason"));
	snprintf(s->reason, sizeof(s->reason), "%s", reason ? reason : "");
	s->is_refused = s->reason[0];
	s->report = j;
	return 0;
}

static int make_folders(const struct submission *s)
{
	char dir[512];
	unsigned int i;

	for (i = 0; i <= GRADE_MAX_UNITS; i++) {
		if (i >= grade_kit.nr_units && i < GRADE_MAX_UNITS)
			continue;
		unit_folder(dir, sizeof(dir), s->id, i);
		tree_remove(dir);
		if (mkdir(dir, 0755))
			return -errno;
	}
	return 0;
}

int intake_submission(struct submission *s)
{
	char report[512];
	struct stat st;
	int status, err;
	pid_t pid;

	if (lstat(s->path, &st))
		return -errno;
	err = make_folders(s);
	if (err)
		return err;
	snprintf(report, sizeof(report), "%s/%s.json", work_folder(), s->id);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid)
		read_and_report(s, report, S_ISDIR(st.st_mode));
	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
		s->is_refused = true;
		snprintf(s->reason, sizeof(s->reason),
			 "reading it took more than 20 s");
		return 0;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return -WEXITSTATUS(status);
	return status ? -EIO : take_report(s, report);
}

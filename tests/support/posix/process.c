// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/** Words of a command, and of what runs it */
#define NARGS_MAX 96

/** Where the report of this process goes, when it does work */
static int g_report_fd = -1;

static volatile sig_atomic_t g_ninterrupts;

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif

const char *
sys_lacks(enum sys_feature feature)
{
#ifdef __SANITIZE_THREAD__
	if (feature == SYS_FORK_THREADS) {
		return "ThreadSanitizer takes the parent's threads for alive in a child";
	}
	if (feature == SYS_OWN_MEMORY) {
		return "ThreadSanitizer has several bytes for each byte of the program";
	}
#endif
	(void)feature;

	return NULL;
}

unsigned long
sys_process_id(void)
{
	return (unsigned long)getpid();
}

void
sys_exit_now(int status)
{
	_exit(status);
}

void
sys_vanish(void)
{
	kill(getpid(), SIGKILL);
	abort();
}

int
sys_watchdog(unsigned seconds)
{
	alarm(seconds);

	return 0;
}

static int
status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
sys_fork(void)
{
	const pid_t pid = fork();

	return pid < 0 ? -errno : (int)pid;
}

int
sys_fork_wait(int pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}

	return status_of(status);
}

static void
become(const char *const *argv, int in, int out)
{
	const char *words = getenv("XNVT_WRAPPER");
	char *all[NARGS_MAX + 1] = {0};
	static char wrapper[1024];
	char *rest = NULL;
	int n = 0;

	snprintf(wrapper, sizeof(wrapper), "%s", words ? words : "");
	for (char *word = strtok_r(wrapper, " ", &rest); word && n < NARGS_MAX;
	     word = strtok_r(NULL, " ", &rest)) {
		all[n++] = word;
	}
	while (*argv && n < NARGS_MAX) {
		all[n++] = (char *)(uintptr_t)*argv++;
	}
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) {
		execvp(all[0], all);
	}
	_exit(127);
}

int
sys_pipe(int ends[2])
{
	if (pipe(ends)) {
		return -errno;
	}
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);

	return 0;
}

int
sys_pipe_read(int end, void *buf, size_t nbytes)
{
	ssize_t n;

	do {
		n = read(end, buf, nbytes);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : (int)n;
}

int
sys_pipe_write(int end, const void *buf, size_t nbytes)
{
	ssize_t n;

	do {
		n = write(end, buf, nbytes);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : (int)n;
}

void
sys_pipe_close(int end)
{
	close(end);
}

unsigned long
sys_program_id(const struct sys_program *program)
{
	return (unsigned long)program->pid;
}

int
sys_program_start(struct sys_program *program, const char *const *argv)
{
	int in[2], out[2];
	int err;

	err = sys_pipe(in);
	if (err) {
		return err;
	}
	err = sys_pipe(out);
	if (err) {
		close(in[0]);
		close(in[1]);
		return err;
	}
	fflush(stdout);
	program->pid = fork();
	if (!program->pid) {
		become(argv, in[0], out[1]);
	}
	err = program->pid < 0 ? -errno : 0;
	close(in[0]);
	close(out[1]);
	program->in = in[1];
	program->out = out[0];
	if (err) {
		close(in[1]);
		close(out[0]);
	}

	return err;
}

int
sys_program_read(struct sys_program *program, void *buf, size_t nbytes)
{
	return sys_pipe_read(program->out, buf, nbytes);
}

int
sys_program_end(struct sys_program *program)
{
	close(program->in);
	close(program->out);

	return sys_fork_wait(program->pid);
}

static char g_self[PATH_MAX];

/** Not /proc/self/exe, which is the loader or the emulator where one of them was started */
void
sys_program_name(const char *argv0)
{
	if (!strchr(argv0, '/') || !realpath(argv0, g_self)) {
		g_self[0] = '\0';
	}
}

const char *
sys_program_self(void)
{
	if (!g_self[0] && readlink("/proc/self/exe", g_self, sizeof(g_self) - 1) < 0) {
		g_self[0] = '\0';
	}

	return g_self[0] ? g_self : NULL;
}

static void
do_work(const struct sys_work *work, const int fds[2])
{
	g_report_fd = fds[1];
	close(fds[0]);
	setpgid(0, 0);
	dup2(fileno(work->output), STDOUT_FILENO);
	dup2(fileno(work->output), STDERR_FILENO);
	work->func(work->arg);
	fflush(stdout);
	exit(EXIT_SUCCESS);
}

/** The report ends when every process that could write to it is gone; false after the time limit */
static bool
collect(int fd, char *report, size_t nbytes, unsigned timeout_s)
{
	const uint64_t deadline_ms = sys_time_ms() + timeout_s * 1000ULL;
	size_t len = 0;

	for (;;) {
		const uint64_t now_ms = sys_time_ms();
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		char scrap[256];
		ssize_t got;

		if (now_ms >= deadline_ms) {
			return false;
		}
		if (poll(&pfd, 1, (int)(deadline_ms - now_ms)) < 1) {
			continue;
		}
		got = read(fd, scrap, sizeof(scrap));
		if (got == 0) {
			return true;
		}
		if (got > 0 && len + (size_t)got < nbytes) {
			memcpy(report + len, scrap, (size_t)got);
			len += (size_t)got;
			report[len] = '\0';
		}
	}
}

static void
judge(struct sys_outcome *outcome, pid_t pid)
{
	int status = 0;

	if (!outcome->in_time) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	outcome->status = status_of(status);
	if (WIFSIGNALED(status)) {
		snprintf(outcome->crash, sizeof(outcome->crash), "signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	}
}

struct sys_outcome
sys_work_run(const struct sys_work *work, char *report, size_t report_nbytes)
{
	struct sys_outcome outcome = {0};
	int fds[2];
	pid_t pid;

	if (sys_pipe(fds)) {
		return outcome;
	}
	fflush(stdout);
	pid = fork();
	if (!pid) {
		do_work(work, fds);
	}
	close(fds[1]);
	outcome.started = pid > 0;
	outcome.in_time =
	    outcome.started && collect(fds[0], report, report_nbytes, work->timeout_s);
	close(fds[0]);
	if (outcome.started) {
		judge(&outcome, pid);
	}

	return outcome;
}

void
sys_work_report(const char *text, size_t nbytes)
{
	sys_pipe_write(g_report_fd, text, nbytes);
}

int
sys_env_set(const char *name, const char *value)
{
	return (value ? setenv(name, value, 1) : unsetenv(name)) ? -errno : 0;
}

/* The names stand in the calls: their type is an enumeration in one C library, an int in another */

static int
limit_get(enum sys_limit limit, struct rlimit *rlimit)
{
	return limit == SYS_LIMIT_DESCRIPTORS ? getrlimit(RLIMIT_NOFILE, rlimit)
					      : getrlimit(RLIMIT_FSIZE, rlimit);
}

static int
limit_put(enum sys_limit limit, const struct rlimit *rlimit)
{
	return limit == SYS_LIMIT_DESCRIPTORS ? setrlimit(RLIMIT_NOFILE, rlimit)
					      : setrlimit(RLIMIT_FSIZE, rlimit);
}

static struct rlimit g_before[2];
static bool g_is_limited[2];

int
sys_limit_set(enum sys_limit limit, uint64_t value)
{
	struct rlimit rlimit;

	if (!g_is_limited[limit] && limit_get(limit, &g_before[limit])) {
		return -errno;
	}
	g_is_limited[limit] = true;
	rlimit = g_before[limit];
	rlimit.rlim_cur = (rlim_t)value;
	/* A write beyond the limit fails, instead of ending the process */
	signal(SIGXFSZ, SIG_IGN);

	return limit_put(limit, &rlimit) ? -errno : 0;
}

int
sys_limit_reset(enum sys_limit limit)
{
	return limit_put(limit, &g_before[limit]) ? -errno : 0;
}

static void
on_interrupt(int sig)
{
	(void)sig;
	g_ninterrupts = g_ninterrupts + 1;
}

int
sys_interrupts(unsigned period_us)
{
	const struct sigaction action = {.sa_handler = on_interrupt};
	const struct timeval period = {0, (suseconds_t)period_us};
	const struct itimerval timer = {period, period};

	return sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &timer, NULL) ? -errno
											 : 0;
}

unsigned
sys_count_interrupts(void)
{
	return (unsigned)g_ninterrupts;
}

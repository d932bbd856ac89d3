// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: one case in one process
 *
 * A crash is a failure with a name, a hang is a failure after the time limit, and whatever the
 * library prints is a failure too. What sanitizers print is shown, their exit status counts.
 */
#include <conformance/conf.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_CHECK_FAILED 97

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define UNDER_TSAN true
#else
#define UNDER_TSAN false
#endif

struct conf_env conf_env = {.seed = 1, .timeout_s = 30, .nrounds = 300, .under_tsan = UNDER_TSAN};

static int g_report_fd = -1;

/* Sanitizers: a huge allocation is to fail, and a child of fork is to go on */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

const char *
__tsan_default_options(void)
{
	return "die_after_fork=0:allocator_may_return_null=1";
}

void
conf_fail(const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	char text[1024];
	va_list ap;
	int len;

	len = snprintf(text, sizeof(text), "%s:%d: ", base ? base + 1 : file, line);
	va_start(ap, format);
	len += vsnprintf(text + len, sizeof(text) - (size_t)len, format, ap);
	va_end(ap);
	if ((size_t)len > sizeof(text) - 2) {
		len = sizeof(text) - 2;
	}
	text[len++] = '\n';
	while (write(g_report_fd, text, (size_t)len) < 0 && errno == EINTR) {
	}
	_exit(EXIT_CHECK_FAILED);
}

size_t
conf_first_diff(const void *a, const void *b, size_t nbytes)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	if (memcmp(a, b, nbytes) == 0) {
		return SIZE_MAX;
	}
	for (size_t i = 0; i < nbytes; ++i) {
		if (x[i] != y[i]) {
			return i;
		}
	}

	return SIZE_MAX;
}

static void
run_child(const struct conf_case *cas, const struct conf_row *row, int output_fd)
{
	setpgid(0, 0);
	dup2(output_fd, STDOUT_FILENO);
	dup2(output_fd, STDERR_FILENO);
	cas->func(row);
	fflush(stdout);
	exit(EXIT_SUCCESS);
}

/** Collect the report until every process of the case is gone; false after the time limit */
static bool
collect(int fd, char *why, size_t nbytes)
{
	const uint64_t deadline_ms = now_ms() + conf_env.timeout_s * 1000ULL;
	size_t len = 0;

	for (;;) {
		const uint64_t now = now_ms();
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		char scrap[256];
		ssize_t got;

		if (now >= deadline_ms) {
			return false;
		}
		if (poll(&pfd, 1, (int)(deadline_ms - now)) < 1) {
			continue;
		}
		got = read(fd, scrap, sizeof(scrap));
		if (got == 0) {
			return true;
		}
		if (got > 0 && len + (size_t)got < nbytes) {
			memcpy(why + len, scrap, (size_t)got);
			len += (size_t)got;
			why[len] = '\0';
		}
	}
}

static void
append(char *why, size_t nbytes, const char *text)
{
	const size_t len = strlen(why);

	/* What does not fit is cut off */
	snprintf(why + len, nbytes - len, "%s\n", text);
}

/** What went to stdout and stderr, but for what a sanitizer says of an allocation that was to fail;
 * true when that was nothing
 */
static bool
was_silent(FILE *output, char *why, size_t nbytes)
{
	bool silent = true;
	char line[256];

	rewind(output);
	while (fgets(line, sizeof(line), output)) {
		if (strstr(line, "Sanitizer failed to allocate")) {
			continue;
		}
		if (silent) {
			append(why, nbytes, "printed:");
		}
		silent = false;
		line[strcspn(line, "\n")] = '\0';
		append(why, nbytes, line);
	}

	return silent;
}

static bool
judge(int status, bool in_time, char *why, size_t nbytes)
{
	char text[128];

	if (!in_time) {
		snprintf(text, sizeof(text), "hang: not done after %u s", conf_env.timeout_s);
		append(why, nbytes, text);
		return false;
	}
	if (WIFSIGNALED(status)) {
		snprintf(text, sizeof(text), "crash: signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
		append(why, nbytes, text);
		return false;
	}
	if (WEXITSTATUS(status) && WEXITSTATUS(status) != EXIT_CHECK_FAILED) {
		snprintf(text, sizeof(text), "exit status %d", WEXITSTATUS(status));
		append(why, nbytes, text);
	}

	return WEXITSTATUS(status) == 0;
}

bool
conf_run(const struct conf_case *cas, const struct conf_row *row, char *why, size_t why_nbytes)
{
	FILE *output = tmpfile();
	int fds[2];
	bool in_time, passed;
	int status = 0;
	pid_t pid;

	if (!output || pipe2(fds, O_CLOEXEC) < 0) {
		append(why, why_nbytes, "no descriptors");
		return false;
	}
	if (row->dev) {
		conf_reset_dev(row->dev);
	}
	fflush(stdout);
	g_report_fd = fds[1];
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		run_child(cas, row, fileno(output));
	}
	close(fds[1]);
	in_time = pid > 0 && collect(fds[0], why, why_nbytes);
	close(fds[0]);
	if (pid > 0) {
		if (!in_time) {
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL);
		}
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	passed = pid > 0 && judge(status, in_time, why, why_nbytes);
	passed = was_silent(output, why, why_nbytes) && passed;
	fclose(output);

	return passed;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: one case in one process
 *
 * A crash is a failure with a name, a hang is a failure after the time limit, and whatever the
 * library prints is a failure too. What sanitizers print is shown, their exit status counts.
 */
#include <conformance/conf.h>

#include <stdarg.h>
#include <stdio.h>

#define EXIT_CHECK_FAILED 97
#define NARGS_MAX	  64

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
	sys_work_report(text, (size_t)len);
	sys_exit_now(EXIT_CHECK_FAILED);
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
judge(const struct sys_outcome *outcome, char *why, size_t nbytes)
{
	char text[128];

	if (!outcome->started) {
		append(why, nbytes, "no process");
		return false;
	}
	if (!outcome->in_time) {
		snprintf(text, sizeof(text), "hang: not done after %u s", conf_env.timeout_s);
		append(why, nbytes, text);
		return false;
	}
	if (outcome->crash[0]) {
		snprintf(text, sizeof(text), "crash: %s", outcome->crash);
		append(why, nbytes, text);
		return false;
	}
	if (outcome->status && outcome->status != EXIT_CHECK_FAILED) {
		snprintf(text, sizeof(text), "exit status %d", outcome->status);
		append(why, nbytes, text);
	}

	return outcome->status == 0;
}

struct job {
	const struct conf_case *cas;
	const struct conf_row *row;
};

static void
do_job(void *arg)
{
	const struct job *job = arg;

	job->cas->func(job->row);
}

void
conf_run_here(const struct conf_case *cas, const struct conf_row *row)
{
	cas->func(row);
	fflush(stdout);
	exit(EXIT_SUCCESS);
}

/** The program's own arguments, and what makes another run of it do this one case */
static void
fill_argv(const char **argv, const struct conf_case *cas, const struct conf_row *row)
{
	size_t n = 0;

	argv[n++] = sys_program_self();
	for (char **arg = conf_env.argv + 1; *arg && n < NARGS_MAX; ++arg) {
		argv[n++] = *arg;
	}
	argv[n++] = "--dir";
	argv[n++] = conf_env.dir;
	argv[n++] = "--row";
	argv[n++] = row->label;
	argv[n++] = "--only";
	argv[n++] = cas->name;
	argv[n] = NULL;
}

bool
conf_run(const struct conf_case *cas, const struct conf_row *row, char *why, size_t why_nbytes)
{
	struct job job = {cas, row};
	const char *argv[NARGS_MAX + 7];
	const struct sys_work work = {.func = do_job,
				      .arg = &job,
				      .argv = argv,
				      .output = sys_temp_stream(),
				      .timeout_s = conf_env.timeout_s};
	struct sys_outcome outcome;
	bool passed;

	if (!work.output) {
		append(why, why_nbytes, "no descriptors");
		return false;
	}
	fill_argv(argv, cas, row);
	if (row->dev) {
		conf_reset_dev(row->dev);
	}
	outcome = sys_work_run(&work, why, why_nbytes);
	passed = judge(&outcome, why, why_nbytes);
	passed = was_silent(work.output, why, why_nbytes) && passed;
	fclose(work.output);

	return passed;
}

int
conf_open_here(const char *uri, bool rdonly)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_err words = {0};
	struct xnvme_dev *dev;

	opts.rdonly = rdonly;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		words = *xnvme_err_last();
		words.err = -errno;
	}
	fwrite(&words, sizeof(words), 1, stdout);
	xnvme_dev_close(dev);

	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
conf_open_elsewhere(const char *uri, bool rdonly, struct xnvme_err *words)
{
	const char *const argv[] = {sys_program_self(), CONF_ELSEWHERE, uri, rdonly ? "1" : "0",
				    NULL};
	struct sys_program program;
	size_t len = 0;
	int n;

	CHECK(argv[0]);
	EQ(sys_program_start(&program, argv), 0);
	while (len < sizeof(*words)) {
		n = sys_program_read(&program, (char *)words + len, sizeof(*words) - len);
		CHECK(n > 0);
		len += (size_t)n;
	}
	EQ(sys_program_end(&program), 0);

	return words->err;
}

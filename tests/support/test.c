// SPDX-License-Identifier: BSD-3-Clause
#include <support/test.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <support/capture.h>

static struct {
	bool failed;
	const char *skip;
	unsigned long process;
} g_test;

/** Where the running test ends, for the thread that runs it */
static _Thread_local jmp_buf *t_end;

/** Leave the running test, or what it has made: see test.h */
static _Noreturn void
end(void)
{
	if (t_end && g_test.process == sys_process_id()) {
		longjmp(*t_end, 1);
	}
	if (g_test.process == sys_process_id()) {
		printf("Bail out! a check failed in a thread that a test made\n");
		exit(EXIT_FAILURE);
	}
	fflush(stdout);
	sys_exit_now(EXIT_FAILURE);
}

void
test_fail(const char *file, int line, const char *format, ...)
{
	va_list ap;

	capture_cancel();
	g_test.failed = true;
	printf("# %s:%d: ", file, line);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	end();
}

void
test_skip(const char *reason)
{
	g_test.skip = reason;
	end();
}

int
test_in_copy(int (*func)(void))
{
	int pid;

	NEEDS(SYS_FORK);
	fflush(stdout);
	pid = sys_fork();
	if (!pid) {
		sys_exit_now(func());
	}
	CHECK(pid > 0);

	return sys_fork_wait(pid);
}

/** The function ends by its own return, or through end() */
static void
run(const struct test *test)
{
	jmp_buf here;

	g_test.failed = false;
	g_test.skip = NULL;
	g_test.process = sys_process_id();
	t_end = &here;
	if (!setjmp(here)) {
		test->func();
	}
	t_end = NULL;
}

int
test_main(const struct test *tests, size_t ntests, int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";
	size_t nfailed = 0;
	size_t nrun = 0;

	sys_program_name(argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 1024);
	for (size_t i = 0; i < ntests; ++i) {
		if (!strstr(tests[i].name, filter)) {
			continue;
		}
		run(&tests[i]);
		nrun++;
		nfailed += g_test.failed;
		printf("%s %zu - %s", g_test.failed ? "not ok" : "ok", nrun, tests[i].name);
		printf("%s%s\n", g_test.skip ? " # SKIP " : "", g_test.skip ? g_test.skip : "");
	}
	printf("1..%zu\n", nrun);

	return nfailed || !nrun ? EXIT_FAILURE : EXIT_SUCCESS;
}

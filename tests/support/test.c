// SPDX-License-Identifier: BSD-3-Clause
#include <support/test.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
	bool failed;
	const char *skip;
} g_test;

void
test_fail(const char *file, int line, const char *format, ...)
{
	va_list ap;

	g_test.failed = true;
	printf("# %s:%d: ", file, line);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
}

void
test_skip(const char *reason)
{
	g_test.skip = reason;
}

bool
test_failed(void)
{
	return g_test.failed;
}

int
test_main(const struct test *tests, size_t ntests, int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";
	size_t nfailed = 0;
	size_t nrun = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < ntests; ++i) {
		if (!strstr(tests[i].name, filter)) {
			continue;
		}
		g_test.failed = false;
		g_test.skip = NULL;
		tests[i].func();
		nrun++;
		nfailed += g_test.failed;
		printf("%s %zu - %s", g_test.failed ? "not ok" : "ok", nrun, tests[i].name);
		printf("%s%s\n", g_test.skip ? " # SKIP " : "", g_test.skip ? g_test.skip : "");
	}
	printf("1..%zu\n", nrun);

	return nfailed || !nrun ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * A test program is a table of named functions; it prints TAP and fails when any check failed
 *
 * A check that fails prints both values and returns from the test function, so checks stand in
 * functions that return void. `./program NAME` runs the tests whose name contains NAME.
 */
#ifndef XNVT_TEST_H
#define XNVT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct test {
	const char *name;
	void (*func)(void);
};

#define TEST_CASE(func)                                                                            \
	{                                                                                          \
#func, func                                                                        \
	}

/** Run the table and print the plan; the return value is the program's exit status */
int test_main(const struct test *tests, size_t ntests, int argc, char **argv);

/** Mark the running test as failed */
void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Mark the running test as skipped; a reason is required */
void test_skip(const char *reason);

/** True once the running test has failed */
bool test_failed(void);

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			test_fail(__FILE__, __LINE__, "%s", #cond);                                \
			return;                                                                    \
		}                                                                                  \
	} while (0)

/** Integers of any type up to 64 bits */
#define CHECK_EQ(actual, expected)                                                                 \
	do {                                                                                       \
		const long long actual_ = (long long)(actual);                                     \
		const long long expected_ = (long long)(expected);                                 \
		if (actual_ != expected_) {                                                        \
			test_fail(__FILE__, __LINE__, "%s: is %lld (0x%llx), expected %lld",       \
				  #actual, actual_, (unsigned long long)actual_, expected_);       \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_STR(actual, expected)                                                                \
	do {                                                                                       \
		const char *actual_ = (actual);                                                    \
		const char *expected_ = (expected);                                                \
		if (!actual_ || strcmp(actual_, expected_) != 0) {                                 \
			test_fail(__FILE__, __LINE__, "%s: is '%s', expected '%s'", #actual,       \
				  actual_ ? actual_ : "(null)", expected_);                        \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_MEM(actual, expected, nbytes)                                                        \
	do {                                                                                       \
		if (memcmp((actual), (expected), (nbytes)) != 0) {                                 \
			test_fail(__FILE__, __LINE__, "%s differs from %s in %zu bytes", #actual,  \
				  #expected, (size_t)(nbytes));                                    \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#endif /* XNVT_TEST_H */

// SPDX-License-Identifier: BSD-3-Clause
/**
 * A test program is a table of named functions; it prints TAP and fails when any check failed
 *
 * A check that fails prints both values and ends the running test, wherever it stands: in the test
 * function, in a helper of any type, or in a callback of the library. The test ends by longjmp(3),
 * so what it has open stays open. In a copy of the process that the test made by sys_fork(), a
 * check that fails ends the copy with status 1; in another thread it ends the program.
 * `./program NAME` runs the tests whose name contains NAME.
 */
#ifndef XNVT_TEST_H
#define XNVT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <support/sys.h>

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

/** Print why, and end the running test as failed */
void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(XNVI_PRINTF, 3, 4), noreturn));

/** End the running test as skipped; a reason is required */
void test_skip(const char *reason) __attribute__((noreturn));

/**
 * Run `func` in a copy of the process, where what it abandons ends; SYS_FORK
 *
 * @return What it returned: 0 for success, or the number of what failed
 */
int test_in_copy(int (*func)(void));

/** In a function for test_in_copy() */
#define EXPECT(number, cond)                                                                       \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			return number;                                                             \
		}                                                                                  \
	} while (0)

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			test_fail(__FILE__, __LINE__, "%s", #cond);                                \
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
		}                                                                                  \
	} while (0)

#define CHECK_STR(actual, expected)                                                                \
	do {                                                                                       \
		const char *actual_ = (actual);                                                    \
		const char *expected_ = (expected);                                                \
		if (!actual_ || strcmp(actual_, expected_) != 0) {                                 \
			test_fail(__FILE__, __LINE__, "%s: is '%s', expected '%s'", #actual,       \
				  actual_ ? actual_ : "(null)", expected_);                        \
		}                                                                                  \
	} while (0)

#define CHECK_MEM(actual, expected, nbytes)                                                        \
	do {                                                                                       \
		if (memcmp((actual), (expected), (nbytes)) != 0) {                                 \
			test_fail(__FILE__, __LINE__, "%s differs from %s in %zu bytes", #actual,  \
				  #expected, (size_t)(nbytes));                                    \
		}                                                                                  \
	} while (0)

/** Skip the running test where the system lacks what it needs */
#define NEEDS(feature)                                                                             \
	do {                                                                                       \
		const char *reason_ = sys_lacks(feature);                                          \
		if (reason_) {                                                                     \
			test_skip(reason_);                                                        \
		}                                                                                  \
	} while (0)

#endif /* XNVT_TEST_H */

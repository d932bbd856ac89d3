// SPDX-License-Identifier: BSD-3-Clause
/**
 * Calls that are made again after EINTR and EAGAIN: with pauses, and not for ever
 */
#include <backends/linux/ioctl.h>
#include <os/system.h>
#include <os/posix/descriptor.h>
#include <support/test.h>

#include <errno.h>
#include <linux/fs.h>
#include <stdarg.h>

static const int g_errs[] = {EINTR, EAGAIN};

#define NERRS (sizeof(g_errs) / sizeof(g_errs[0]))

/* What ioctl(2) is answered with, and how many times; then it says a size */
static int g_err;
static unsigned g_nleft;

int
ioctl(int fd, xnvi_ioctl_request number, ...)
{
	const unsigned request = (unsigned)number;
	va_list ap;
	void *arg;

	(void)fd;
	va_start(ap, number);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (g_nleft) {
		g_nleft--;
		errno = g_err;
		return -1;
	}
	if (request == BLKGETSIZE64) {
		*(uint64_t *)arg = 8192;
	} else {
		*(int *)arg = 512;
	}

	return 0;
}

/** Eight at once and 32 with short pauses; the long ones are 5 ms each */
static void
tries_have_pauses_and_an_end(void)
{
	enum { LIMIT_MS = 100, NTRIES_MAX = 8 + 32 + LIMIT_MS / 5 + 1 };

	for (size_t i = 0; i < NERRS; ++i) {
		struct xnvi_retry retry = {.limit_us = LIMIT_MS * 1000};
		const uint64_t start_ns = xnvi_time_ns();
		unsigned ntries = 0;

		errno = g_errs[i];
		while (xnvi_retry(&retry)) {
			CHECK_EQ(errno, g_errs[i]);
			CHECK(++ntries <= NTRIES_MAX);
		}
		CHECK_EQ(errno, g_errs[i]);
		CHECK(ntries > 8);
		CHECK(xnvi_time_ns() - start_ns >= LIMIT_MS * 1000000ULL);
	}
}

static void
other_errors_are_no_reason_to_try_again(void)
{
	static const int errs[] = {0, EIO, ENOMEM, EBUSY, ETIMEDOUT};

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		struct xnvi_retry retry = {0};

		errno = errs[i];
		CHECK(!xnvi_retry(&retry));
		CHECK_EQ(errno, errs[i]);
	}
}

static void
questions_about_a_disk_are_asked_again(void)
{
	for (size_t i = 0; i < NERRS; ++i) {
		uint64_t nbytes = 0;
		uint32_t lba_nbytes = 0;

		g_err = g_errs[i];
		g_nleft = 10;
		CHECK_EQ(xnvi_linux_block_nbytes(0, &nbytes), 0);
		CHECK_EQ(nbytes, 8192);
		CHECK_EQ(g_nleft, 0);
		g_nleft = 10;
		CHECK_EQ(xnvi_linux_block_lba_nbytes(0, &lba_nbytes), 0);
		CHECK_EQ(lba_nbytes, 512);
	}
	g_err = EIO;
	g_nleft = 1;
	CHECK_EQ(xnvi_linux_block_nbytes(0, &(uint64_t){0}), -EIO);
}

static const struct test tests[] = {
    TEST_CASE(tries_have_pauses_and_an_end),
    TEST_CASE(other_errors_are_no_reason_to_try_again),
    TEST_CASE(questions_about_a_disk_are_asked_again),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * Completion descriptors on Linux: what eventfd(2) and preadv2(2) refuse
 *
 * Both functions of libc are replaced by those of this program.
 */
#include <support/fake.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static uint8_t g_buf[4096];

/* What the system answers instead of making an event, and of reading it without waiting */
static int g_eventfd_err;
static int g_preadv2_err;

int
eventfd(unsigned count, int flags)
{
	errno = g_eventfd_err;

	return g_eventfd_err ? -1 : (int)syscall(SYS_eventfd2, count, flags);
}

/* A C library without the flag has another way */
#ifdef RWF_NOWAIT
ssize_t
preadv64v2(int fd, const struct iovec *iov, int iovcnt, off64_t offset, int flags)
{
	errno = g_preadv2_err;

	return g_preadv2_err ? -1
			     : syscall(SYS_preadv2, fd, iov, iovcnt, (long)offset,
				       (long)(offset >> 32), flags);
}
#endif

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static void
queue_open(void)
{
	g_dev = fake_open_async("emu");
	CHECK(g_dev);
	CHECK_EQ(xnvme_queue_init(g_dev, 4, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
}

static void
queue_close(void)
{
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static int
read_one(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL);
}

static void
descriptor_that_cannot_be_had_is_explained_by_its_errno(void)
{
	static const struct {
		int err;
		int told;
		const char *hint;
	} errs[] = {
	    {EMFILE, -EMFILE, "ulimit -n"},	{ENFILE, -ENFILE, "fs.file-max"},
	    {ENOMEM, -ENOMEM, "memory"},	{EPERM, -EPERM, "privilege"},
	    {ENOSYS, -ENOSYS, "xnvme_dev_can"}, {EAGAIN, -ETIMEDOUT, "busy"},
	};

	queue_open();
	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		g_eventfd_err = errs[i].err;
		CHECK_EQ(xnvme_queue_get_completion_fd(g_queue), errs[i].told);
		CHECK_EQ(xnvme_err_last()->err, errs[i].told);
		CHECK(strstr(xnvme_err_last()->hint, errs[i].hint));
	}
	g_eventfd_err = 0;
	CHECK(xnvme_queue_get_completion_fd(g_queue) >= 0);
	queue_close();
}

/** Where it cannot be read without waiting, it is looked at first; nothing here waits */
static void
descriptor_is_cleared_whatever_the_system_says_of_preadv2(void)
{
	static const int errs[] = {0, EOPNOTSUPP, ENOSYS, EINVAL, EINTR};

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		int fd;

		queue_open();
		fd = xnvme_queue_get_completion_fd(g_queue);
		CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
		g_preadv2_err = errs[i];
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
		CHECK_EQ(sys_event_set(fd), 0);
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
		CHECK_EQ(sys_event_is_set(fd, 0), 0);
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		CHECK_EQ(sys_event_is_set(fd, 0), 1);
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
		CHECK_EQ(sys_event_is_set(fd, 0), 0);
		g_preadv2_err = 0;
		queue_close();
	}
}

static const struct test tests[] = {
    TEST_CASE(descriptor_that_cannot_be_had_is_explained_by_its_errno),
    TEST_CASE(descriptor_is_cleared_whatever_the_system_says_of_preadv2),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}

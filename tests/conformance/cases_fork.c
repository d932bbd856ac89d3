// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: a child of fork(2) does not disturb its parent */
#include <conformance/conf.h>

#include <stdio.h>

#define CAPACITY 8

static struct op
write_first(const struct conf_row *row, void *buf)
{
	return op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, row->dev->lba_nbytes);
}

static void
in_child(struct xnvme_dev *dev, struct xnvme_queue *queue, const struct op *op)
{
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	const uint32_t before = xnvme_queue_get_outstanding(queue);

	xnvme_err_clear();
	EQ(op_pass(ctx, op), -EOWNERDEAD);
	CHECK(xnvme_err_last()->hint[0]);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	EQ(xnvme_queue_poke(queue, 0), -EOWNERDEAD);
	EQ(xnvme_queue_drain(queue), -EOWNERDEAD);
	EQ(xnvme_queue_get_outstanding(queue), before);
	EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

static void
wait_for(int pid)
{
	CHECK(pid > 0);
	EQ(sys_fork_wait(pid), 0);
}

/** A child cannot use what it inherited, and its attempts change nothing for the parent */
static void
forked_child_gets_eownerdead_and_parent_goes_on(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	unsigned ncb = 0;
	int pid;

	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	/* Once idle, once with commands in flight and threads awake */
	for (unsigned nbusy = 0; nbusy <= CAPACITY; nbusy += CAPACITY) {
		ncb = 0;
		for (unsigned i = 0; i < nbusy; ++i) {
			EQ(op_pass(get_ctx(queue), &op), 0);
		}
		pid = sys_fork();
		if (pid == 0) {
			in_child(dev, queue, &op);
			sys_exit_now(0);
		}
		wait_for(pid);
		EQ(ncb, 0);
		EQ(xnvme_queue_get_outstanding(queue), nbusy);
		EQ(xnvme_queue_drain(queue), nbusy);
		EQ(ncb, nbusy);
		GOOD(op_async(queue, &op));
		EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/* With the descriptor in use there are threads, and locks that they may hold */
static void
forked_child_with_completion_fd_does_not_hang(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	const int fd = xnvme_queue_get_completion_fd(queue);
	unsigned ncb = 0;

	CHECK(fd >= 0);
	for (int round = 0; round < 10; ++round) {
		int pid;

		EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
		for (unsigned i = 0; i < CAPACITY; ++i) {
			EQ(op_pass(get_ctx(queue), &op), 0);
		}
		pid = sys_fork();
		if (pid == 0) {
			in_child(dev, queue, &op);
			sys_exit_now(0);
		}
		wait_for(pid);
		while (xnvme_queue_get_outstanding(queue)) {
			EQ(sys_event_is_set(fd, 10000), 1);
			/* A wake-up may be in vain: the contract says so */
			CHECK(xnvme_queue_poke(queue, 0) >= 0);
		}
	}
	EQ(ncb, 10 * CAPACITY);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static uint64_t
ndeferred(struct xnvme_queue *queue)
{
	struct xnvme_queue_stats stats;

	EQ(xnvme_queue_get_stats(queue, &stats), 0);

	return stats.deferred;
}

/** Giving back what was inherited takes nothing from what is its own: commands go the way they went
 */
static void
use_own(const struct conf_row *row, struct xnvme_queue *inherited, const struct op *op)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint64_t before;

	GOOD(op_async(queue, op));
	before = ndeferred(queue);
	EQ(xnvme_queue_term(inherited), 0);
	GOOD(op_async(queue, op));
	EQ(ndeferred(queue), 2 * before);
	GOOD(op_sync(dev, op));
	row_close(dev, queue);
}

static void
forked_child_opens_its_own(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	int pid;

	GOOD(op_async(queue, &op));
	pid = sys_fork();
	if (pid == 0) {
		use_own(row, queue, &op);
		sys_exit_now(0);
	}
	wait_for(pid);
	GOOD(op_async(queue, &op));
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** Threads of the parent's device are not in the child, where nobody would be woken */
static void
use_inherited(const struct conf_row *row, struct xnvme_dev *dev, bool armed)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, nbytes);
	const struct op ops[] = {
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0),
	};
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);

	memset(buf, 0, nbytes);
	CHECK(!armed || xnvme_queue_get_completion_fd(queue) > 2);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); ++i) {
		GOOD(op_async(queue, &ops[i]));
	}
	EQ(xnvme_queue_term(queue), 0);
	xnvme_buf_free(dev, buf);
}

static void
forked_child_makes_queues_on_an_inherited_device(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev;

	/* A flush may take seconds where others write a lot, and is not what is looked for */
	opts.command_timeout = 20000000;
	for (int armed = 0; armed < 2; ++armed) {
		int pid;

		dev = xnvme_dev_open(row->dev->uri, &opts);
		CHECK(dev);
		use_inherited(row, dev, armed);
		pid = sys_fork();
		if (pid == 0) {
			use_inherited(row, dev, armed);
			use_inherited(row, dev, !armed);
			xnvme_dev_close(dev);
			sys_exit_now(0);
		}
		wait_for(pid);
		use_inherited(row, dev, armed);
		xnvme_dev_close(dev);
	}
}

/* Devices with an image: one process at a time */

static void
image_uri(const struct conf_row *row, char *uri, size_t nbytes)
{
	snprintf(uri, nbytes, "ram:1MiB?lba_nbytes=%u&path=%s/image", row->dev->lba_nbytes,
		 conf_env.dir);
}

static struct xnvme_dev *
image_open(const struct conf_row *row, bool rdonly)
{
	struct xnvme_opts opts = row_opts(row);
	char uri[400];

	opts.rdonly = rdonly;
	image_uri(row, uri, sizeof(uri));

	return xnvme_dev_open(uri, &opts);
}

static struct xnvme_dev *
image_open_new(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	char path[300];

	snprintf(path, sizeof(path), "%s/image", conf_env.dir);
	sys_file_remove(path);
	snprintf(path, sizeof(path), "%s/image.xnvme", conf_env.dir);
	sys_file_remove(path);
	dev = image_open(row, false);
	if (!dev) {
		conf_fail(__FILE__, __LINE__, "open: %s", xnvme_err_last()->what);
	}

	return dev;
}

static void
image_close(struct xnvme_dev *dev)
{
	char path[300];

	xnvme_dev_close(dev);
	snprintf(path, sizeof(path), "%s/image", conf_env.dir);
	sys_file_remove(path);
	snprintf(path, sizeof(path), "%s/image.xnvme", conf_env.dir);
	sys_file_remove(path);
}

/** Open the image in a process that inherits nothing: -EBUSY, and the holder's number; else 0 */
static void
check_elsewhere(const struct conf_row *row, bool rdonly, int expected)
{
	struct xnvme_err words;
	char number[32];
	char uri[400];

	image_uri(row, uri, sizeof(uri));
	EQ(conf_open_elsewhere(uri, rdonly, &words), expected);
	if (expected) {
		snprintf(number, sizeof(number), "process %lu ", sys_process_id());
		CHECK(strstr(words.what, number) || strstr(words.what, "not visible"));
		CHECK(words.hint[0]);
	}
}

static void
image_is_open_in_one_process_at_a_time(const struct conf_row *row)
{
	struct xnvme_dev *dev = image_open_new(row);

	for (int rdonly = 0; rdonly < 2; ++rdonly) {
		struct xnvme_dev *second;

		check_elsewhere(row, rdonly, -EBUSY);
		/* Within a process it is shared */
		second = image_open(row, rdonly);
		CHECK(second);
		xnvme_dev_close(second);
	}
	image_close(dev);
}

/** After the last close the next process has it */
static void
image_that_was_closed_is_free(const struct conf_row *row)
{
	struct xnvme_dev *dev = image_open_new(row);
	struct xnvme_dev *second = image_open(row, true);

	CHECK(second);
	xnvme_dev_close(dev);
	check_elsewhere(row, false, -EBUSY);
	xnvme_dev_close(second);
	check_elsewhere(row, false, 0);
	dev = image_open(row, false);
	CHECK(dev);
	image_close(dev);
}

static void
image_in_child(const struct conf_row *row, struct xnvme_dev *dev)
{
	static const uint8_t opcodes[] = {
	    XNVME_SPEC_NVM_OPC_READ,
	    XNVME_SPEC_NVM_OPC_WRITE,
	    XNVME_SPEC_NVM_OPC_FLUSH,
	    XNVME_SPEC_NVM_OPC_WRITE_ZEROES,
	    XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE,
	    XNVME_SPEC_NVM_OPC_COMPARE,
	};
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, 4096);

	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		const bool has_data = opcodes[i] != XNVME_SPEC_NVM_OPC_FLUSH &&
				      opcodes[i] != XNVME_SPEC_NVM_OPC_WRITE_ZEROES &&
				      opcodes[i] != XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE;
		const struct op op = op_io(opcodes[i], 0, 0, has_data ? buf : NULL,
					   has_data ? row->dev->lba_nbytes : 0);
		struct outcome out;

		EQ(op_sync(dev, &op).err, -EOWNERDEAD);
		EQ(xnvme_err_last()->err, -EOWNERDEAD);
		CHECK(strstr(xnvme_err_last()->what, "parent") && xnvme_err_last()->hint[0]);
		if (!row->moves_data) {
			continue;
		}
		/* Refused at once, or at completion */
		out = op_async(queue, &op);
		EQ(out.err ? out.err : out.host, -EOWNERDEAD);
	}
	EQ(xnvme_adm_format(&ctx, 1, 0, 0, 0, 0, 0, 0), -EOWNERDEAD);
	EQ(xnvme_nvm_sanitize(&ctx, 2, false, 0, 0, false, false), -EOWNERDEAD);
	EQ(xnvme_adm_gfeat(&ctx, 0, 8, 0, NULL, 0), -EOWNERDEAD);
	EQ(xnvme_adm_sfeat(&ctx, 0, 8, 1, 1, NULL, 0), -EOWNERDEAD);
	EQ(xnvme_adm_log(&ctx, 2, 0, 0, 0xffffffff, 0, buf, 512), -EOWNERDEAD);
	EQ(xnvme_adm_idfy_ctrlr(&ctx, (struct xnvme_spec_idfy *)buf), -EOWNERDEAD);
	CHECK(strstr(xnvme_err_last()->what, "parent"));
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** What tore logical blocks in two: a child and its parent with locks of their own on one file */
static void
forked_child_gets_eownerdead_from_an_image(const struct conf_row *row)
{
	struct xnvme_dev *dev = image_open_new(row);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, nbytes);
	uint8_t *back = row_buf(dev, nbytes);
	const struct op wr = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, nbytes);
	const struct op rd = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, back, nbytes);
	int pid;

	pattern(buf, nbytes, 1);
	GOOD(op_sync(dev, &wr));
	pid = sys_fork();
	if (pid == 0) {
		image_in_child(row, dev);
		/* Its close gave nothing back */
		sys_exit_now(image_open(row, false) ? 1 : errno != EBUSY);
	}
	wait_for(pid);
	GOOD(op_sync(dev, &rd));
	SAME(back, buf, nbytes);
	GOOD(op_sync(dev, &wr));
	pid = sys_fork();
	if (pid == 0) {
		sys_exit_now(image_open(row, false) ? 1 : errno != EBUSY);
	}
	wait_for(pid);
	xnvme_buf_free(dev, buf);
	xnvme_buf_free(dev, back);
	image_close(dev);
}

const struct conf_case conf_cases_fork[] = {
    CONF_CASE(forked_child_gets_eownerdead_and_parent_goes_on, SCOPE_ROW, NEED_LBAS | NEED_FORK),
    CONF_CASE(forked_child_with_completion_fd_does_not_hang, SCOPE_ROW, NEED_LBAS | NEED_FORK),
    CONF_CASE(forked_child_makes_queues_on_an_inherited_device, SCOPE_ROW,
	      NEED_THREADS_AFTER_FORK | NEED_LBAS | NEED_FORK),
    CONF_CASE(forked_child_opens_its_own, SCOPE_ROW,
	      NEED_THREADS_AFTER_FORK | NEED_LBAS | NEED_FORK),
    CONF_CASE(image_is_open_in_one_process_at_a_time, SCOPE_DEV, NEED_IN_MEMORY),
    CONF_CASE(image_that_was_closed_is_free, SCOPE_DEV, NEED_IN_MEMORY),
    CONF_CASE(forked_child_gets_eownerdead_from_an_image, SCOPE_ROW,
	      NEED_IN_MEMORY | NEED_THREADS_AFTER_FORK | NEED_FORK),
    {0},
};

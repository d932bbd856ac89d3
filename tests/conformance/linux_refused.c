// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what the kernel refuses or never answers: rings, threads, submissions, reads */
#include <conformance/linux.h>
#include <conformance/waiting.h>
#include <support/fuse.h>

#include <semaphore.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534

/** As in a container, or short of memory: the default works, and only the name insists on a ring */
static void
io_uring_that_cannot_be_had_is_not_the_default(const struct conf_row *row)
{
	static const struct {
		int err;
		const char *hint;
	} errs[] = {
	    {EPERM, "kernel.io_uring_disabled"},
	    {ENOSYS, "kernel.io_uring_disabled"},
	    {EACCES, "kernel.io_uring_disabled"},
	    {ENOMEM, "ulimit -l"},
	    {EMFILE, "ulimit -n"},
	    {ENFILE, "fs.file-max"},
	};

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		const int pid = sys_fork();

		if (!pid) {
			struct xnvme_opts opts = xnvme_opts_default();
			struct xnvme_queue *queue = NULL;
			struct xnvme_dev *dev;

			EQ(forbid(SYS_io_uring_setup, errs[i].err), 0);
			dev = xnvme_dev_open(row->dev->uri, &opts);
			CHECK(dev && !strstr(xnvme_dev_get_opts(dev)->async, "io_uring"));
			queue = row_queue(dev, 4);
			row_close(dev, queue);
			if (strstr(row->async, "io_uring")) {
				opts = row_opts(row);
				dev = xnvme_dev_open(row->dev->uri, &opts);
				CHECK(dev);
				EQ(xnvme_queue_init(dev, 4, 0, &queue), -errs[i].err);
				CHECK(xnvme_err_last()->what[0]);
				CHECK(strstr(xnvme_err_last()->hint, errs[i].hint));
				row_close(dev, NULL);
			}
			exit(EXIT_SUCCESS);
		}
		EQ(sys_fork_wait(pid), 0);
	}
}

static void *
nothing(void *arg)
{
	return arg;
}

/** From here on this process has no right to another thread, and neither has the kernel for it */
static void
lose_threads(void)
{
	const struct rlimit none = {0, 0};
	struct sys_thread thread;

	EQ(setrlimit(RLIMIT_NPROC, &none), 0);
	EQ(setresgid(NOBODY, NOBODY, NOBODY), 0);
	EQ(setresuid(NOBODY, NOBODY, NOBODY), 0);
	EQ(sys_thread_start(&thread, nothing, NULL), -EAGAIN);
}

/** In a process of its own: what a sanitizer does at exit takes a thread */
static void
without_threads(const struct conf_row *row, void (*func)(const struct conf_row *row))
{
	const int pid = sys_fork();

	CHECK(pid >= 0);
	if (!pid) {
		func(row);
		sys_exit_now(EXIT_SUCCESS);
	}
	EQ(sys_fork_wait(pid), 0);
}

static void
sleep_without_threads(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);

	CHECK(xnvme_dev_get_geo(dev));
	lose_threads();
	for (int i = 0; i < SYS_NSLEEPS; ++i) {
		struct waiter wait;

		CHECK(wait_open(&wait, row, dev, (enum sys_sleep)i));
		run_rounds(&wait, 6);
		wait_close(&wait);
	}
	row_close(dev, NULL);
}

static void
sleepers_are_woken_where_no_thread_can_be_made(const struct conf_row *row)
{
	without_threads(row, sleep_without_threads);
}

/** Every kind of command, plain and not, with the descriptor in use and not: all of it works */
static void
work_without_threads(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_spec_dsm_range range = {.llb = 1};
	struct xnvme_queue *queue;
	uint8_t *buf;

	CHECK(xnvme_dev_get_geo(dev));
	lose_threads();
	queue = row_queue(dev, 4);
	buf = row_buf(dev, 2 * (size_t)nbytes);
	for (int armed = 0; armed < 2; ++armed) {
		struct iovec iov[2] = {{buf, nbytes}, {buf + nbytes, nbytes}};
		struct op ops[] = {
		    op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, buf, 2ULL * nbytes),
		    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 1, buf, 2ULL * nbytes),
		    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, iov, 2, 2ULL * nbytes),
		    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 1, iov, 2, 2ULL * nbytes),
		    op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0),
		    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0),
		    op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range)),
		    op_io(XNVME_SPEC_FS_OPC_READ, 0, 0, buf, nbytes),
		};

		ops[6].cmd = (struct xnvme_spec_cmd){0};
		ops[6].cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
		pattern(buf, 2 * (size_t)nbytes, 7);
		for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); ++i) {
			GOOD(op_async(queue, &ops[i]));
		}
		CHECK(armed || xnvme_queue_get_completion_fd(queue) > 2);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
commands_work_where_no_thread_can_be_made(const struct conf_row *row)
{
	without_threads(row, work_without_threads);
}

/** In time and without spinning, for who sleeps on the descriptor and who drains */
static void
run_refused(const struct conf_row *row, int err)
{
	enum { LIMIT_MS = 100, NCMDS = 4 };
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev;
	struct waiter waits[2];

	opts.command_timeout = LIMIT_MS * 1000;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev && xnvme_dev_get_geo(dev));
	/* Both have their rings before the kernel changes its mind */
	CHECK(wait_open(&waits[0], row, dev, SYS_SLEEP_LEVEL));
	wait_open_awake(&waits[1], row, dev);
	EQ(forbid(SYS_io_uring_enter, err), 0);
	EQ(forbid(SYS_io_submit, err), 0);
	for (int i = 0; i < 2; ++i) {
		const uint64_t start_ms = sys_time_ms();

		for (unsigned n = 0; n < NCMDS; ++n) {
			submit(&waits[i]);
		}
		while (!i && waits[i].ncb < NCMDS) {
			sleep_until_woken(&waits[i]);
			CHECK(xnvme_queue_poke(waits[i].queue, 1) >= 0);
			CHECK(++waits[i].nvain < 1000);
		}
		EQ(xnvme_queue_drain(waits[i].queue), i ? NCMDS : 0);
		CHECK(sys_time_ms() - start_ms < 100 * LIMIT_MS);
		wait_close(&waits[i]);
	}
	row_close(dev, NULL);
}

static void
submissions_answered_by_eagain_for_ever_are_done(const struct conf_row *row)
{
	run_refused(row, EAGAIN);
}

static void
submissions_answered_by_eintr_for_ever_are_done(const struct conf_row *row)
{
	run_refused(row, EINTR);
}

struct given_up {
	unsigned ncb;
	unsigned nunbegun; ///< Of these, so say the words, had not begun
};

/** The context is the caller's again, whatever became of the command */
static void
cb_reuse(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct given_up *given_up = cb_arg;
	struct xnvme_err words;

	CHECK(xnvme_cmd_ctx_cpl_status(ctx));
	EQ(xnvme_cmd_ctx_explain(ctx, &words), 0);
	EQ(words.err, -ETIMEDOUT);
	given_up->ncb++;
	if (strstr(words.what, "had not begun")) {
		given_up->nunbegun++;
	} else {
		CHECK(strstr(words.what, "may still"));
	}
	memset(&ctx->cmd, 0, sizeof(ctx->cmd));
	memset(&ctx->cpl, 0, sizeof(ctx->cpl));
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_FLUSH;
	ctx->cmd.common.nsid = xnvme_dev_get_nsid(ctx->dev);
	EQ(xnvme_cmd_pass(ctx, NULL, 0, NULL, 0), -ESHUTDOWN);
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** Of reads that were submitted at once: glibc begins one by one, and musl begins all of them */
static unsigned
count_begun(const struct conf_row *row, bool vectored, unsigned ncmds)
{
#ifdef __GLIBC__
	(void)row;
	(void)vectored;
	(void)ncmds;

	return 1;
#else
	return strcmp(row->async, "posix") == 0 && !vectored ? ncmds : 1;
#endif
}

/** Reads in one line, of which the first one gets no answer before the time is over */
static void
check_line(struct xnvme_dev *dev, const struct conf_row *row, struct fuse_ctl *ctl, bool vectored)
{
	enum { NCMDS = 4 };
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, 2 * (size_t)nbytes);
	uint8_t *other = row_buf(dev, 2 * (size_t)nbytes);
	/* A command that is given up may still read its vectors, until the process ends */
	static struct iovec iov[2];
	const struct op after = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 1, other, 2ULL * nbytes);
	const struct op plain = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 1, buf, 2ULL * nbytes);
	const struct op both = op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 1, iov, 2, 2ULL * nbytes);
	struct xnvme_queue *queue = row_queue(dev, NCMDS);
	const uint32_t before = atomic_load(&ctl->nreads);
	const unsigned nbegun = count_begun(row, vectored, NCMDS);
	struct given_up given_up = {0};

	iov[0] = (struct iovec){buf, nbytes};
	iov[1] = (struct iovec){buf + nbytes, nbytes};
	if (strcmp(row->async, "thrpool") == 0) {
		/* Or the caller of poke would help, and be the one who waits for the server */
		CHECK(xnvme_queue_get_completion_fd(queue) > 2);
	}
	atomic_store(&ctl->stalled, true);
	for (unsigned i = 0; i < NCMDS; ++i) {
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);

		xnvme_cmd_ctx_set_cb(ctx, cb_reuse, &given_up);
		EQ(op_pass(ctx, vectored ? &both : &plain), 0);
	}
	EQ(xnvme_queue_term(queue), -ETIMEDOUT);
	EQ(given_up.ncb, NCMDS);
	EQ(given_up.nunbegun, NCMDS - nbegun);
	atomic_store(&ctl->stalled, false);
	EQ(sem_post(&ctl->gate), 0);
	/* What stands in the same line is done after whatever is left of the others */
	queue = row_queue(dev, NCMDS);
	GOOD(op_async(queue, &after));
	EQ(xnvme_queue_term(queue), 0);
	EQ(atomic_load(&ctl->nreads), before + nbegun + 1);
	xnvme_buf_free(dev, other);
	xnvme_buf_free(dev, buf);
}

/** After -ETIMEDOUT the caller reuses its buffers: what waited in line must not begin then */
static void
what_has_not_begun_at_the_timeout_never_does(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev;
	struct fuse_fs fs;
	char uri[400];

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	opts.command_timeout = 200000;
	snprintf(uri, sizeof(uri), "%s?threads=1", fs.path);
	for (int vectored = 0; vectored < 2; ++vectored) {
		/* The device stays with its abandoned queue, so each has its own */
		dev = xnvme_dev_open(uri, &opts);
		CHECK(dev);
		check_line(dev, row, fs.ctl, vectored);
	}
	EQ(umount2(fs.dir, MNT_DETACH), 0);
}

/** A late command: the words are those of cb_reuse(), and the context goes back to the queue */
static void
cb_late(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct given_up *given_up = cb_arg;
	struct xnvme_err words;

	EQ(xnvme_cmd_ctx_explain(ctx, &words), 0);
	EQ(words.err, -ETIMEDOUT);
	given_up->ncb++;
	given_up->nunbegun += strstr(words.what, "had not begun") != NULL;
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

static void
cb_good(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	unsigned *ngood = cb_arg;

	*ngood += !xnvme_cmd_ctx_cpl_status(ctx);
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** Poke, asleep in between where the row has a descriptor, until `ncb` callbacks were called */
static void
poke_until_late(struct xnvme_queue *queue, int fd, const struct given_up *given_up, unsigned ncb)
{
	const uint64_t start_ms = sys_time_ms();

	while (given_up->ncb < ncb) {
		CHECK(fd < 0 || sys_event_is_set(fd, 10000));
		CHECK(xnvme_queue_poke(queue, 0) >= 0);
		CHECK(sys_time_ms() - start_ms < 10000);
	}
	/* command_timeout and half a second; the whole suite may run beside other load */
	CHECK(sys_time_ms() - start_ms >= 690);
}

/** The deadline is the queue's, also while nobody terminates it */
static void
late_commands_are_called_back_by_poke_and_their_contexts_return(const struct conf_row *row)
{
	enum { NCMDS = 4 };
	struct xnvme_opts opts = row_opts(row);
	const unsigned nbegun = count_begun(row, false, NCMDS);
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct given_up given_up = {0};
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	unsigned ngood = 0;
	struct fuse_fs fs;
	uint8_t *buf;
	char uri[400];
	int fd = -1;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	opts.command_timeout = 200000;
	snprintf(uri, sizeof(uri), "%s?threads=1", fs.path);
	dev = xnvme_dev_open(uri, &opts);
	CHECK(dev);
	buf = row_buf(dev, nbytes);
	queue = row_queue(dev, NCMDS);
	if (strcmp(row->async, "thrpool") == 0) {
		/* Or the caller of poke would help, and be the one who waits for the server */
		fd = xnvme_queue_get_completion_fd(queue);
		CHECK(fd > 2);
	}
	atomic_store(&fs.ctl->stalled, true);
	for (unsigned i = 0; i < NCMDS; ++i) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);

		xnvme_cmd_ctx_set_cb(ctx, cb_late, &given_up);
		EQ(op_pass(ctx, &op), 0);
	}
	poke_until_late(queue, fd, &given_up, NCMDS);
	EQ(given_up.nunbegun, NCMDS - nbegun);
	EQ(xnvme_queue_get_outstanding(queue), 0);

	atomic_store(&fs.ctl->stalled, false);
	EQ(sem_post(&fs.ctl->gate), 0);
	for (unsigned i = 0; i < NCMDS; ++i) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);
		int err;

		xnvme_cmd_ctx_set_cb(ctx, cb_good, &ngood);
		/* There is room for all again when the late ones have come back */
		while ((err = op_pass(ctx, &op)) == -EBUSY) {
			CHECK(xnvme_queue_poke(queue, 0) >= 0);
		}
		EQ(err, 0);
	}
	while (ngood < NCMDS) {
		CHECK(xnvme_queue_poke(queue, 0) >= 0);
	}
	EQ(given_up.ncb, NCMDS);
	EQ(xnvme_queue_term(queue), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
	EQ(umount2(fs.dir, MNT_DETACH), 0);
}

const struct conf_case conf_cases_linux_refused[] = {
    CONF_CASE(io_uring_that_cannot_be_had_is_not_the_default, SCOPE_ROW,
	      NEED_THREADS_AFTER_FORK | NEED_SECCOMP),
    CONF_CASE(submissions_answered_by_eagain_for_ever_are_done, SCOPE_ROW,
	      NEED_LBAS | NEED_SECCOMP),
    CONF_CASE(submissions_answered_by_eintr_for_ever_are_done, SCOPE_ROW, NEED_LBAS | NEED_SECCOMP),
    CONF_CASE(what_has_not_begun_at_the_timeout_never_does, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE | NEED_USER_THREADS),
    CONF_CASE(late_commands_are_called_back_by_poke_and_their_contexts_return, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE | NEED_USER_THREADS),
    CONF_CASE(sleepers_are_woken_where_no_thread_can_be_made, SCOPE_ROW,
	      NEED_LBAS | NEED_ROOT | NEED_THREADS_AFTER_FORK),
    CONF_CASE(commands_work_where_no_thread_can_be_made, SCOPE_ROW,
	      NEED_LBAS | NEED_ROOT | NEED_THREADS_AFTER_FORK),
    {0},
};

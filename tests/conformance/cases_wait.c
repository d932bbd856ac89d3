// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: waiting for completions by the descriptor, with threads and without
 *
 * What is run here sleeps in read(2) or in epoll_wait(2) without a limit: a lost wake-up is a case
 * that hangs, which the runner reports.
 */
#include <conformance/conf.h>
#include <support/fuse.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPACITY 16U
#define NOBODY	 65534

/** Somebody who sleeps until the descriptor says that there is something to poke for */
struct sleeper {
	const char *name;
	uint32_t events; ///< Of epoll; 0: sleeps in read(2)
};

static const struct sleeper g_sleepers[] = {
    {"read(2)", 0},
    {"level-triggered epoll", EPOLLIN},
    {"edge-triggered epoll", EPOLLIN | EPOLLET},
};

/** Somebody who does not sleep, and never asks for the descriptor */
static const struct sleeper g_awake = {"drain", 0};

#define NSLEEPERS ((int)(sizeof(g_sleepers) / sizeof(g_sleepers[0])))

struct wait {
	const struct conf_row *row;
	const struct sleeper *sleeper;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	/** Of each context: two blocks of its own, by both vectors */
	struct {
		const struct xnvme_cmd_ctx *ctx;
		uint8_t *buf;
		struct iovec iov[2];
	} slots[CAPACITY + 1];
	uint8_t *bufs;
	int fd;
	int epoll_fd;
	uint64_t seed;
	bool polled; ///< Commands go on in poke only
	unsigned nsubmitted;
	unsigned ncb;
	unsigned nvain; ///< Wake-ups that completed nothing
};

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct wait *wait = arg;
	const int status = xnvme_cmd_ctx_cpl_status(ctx);

	if (status) {
		conf_fail(__FILE__, __LINE__, "%s: opcode %02xh: %d", wait->sleeper->name,
			  ctx->cmd.common.opcode, status);
	}
	wait->ncb++;
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

static void
wait_open(struct wait *wait, const struct conf_row *row, struct xnvme_dev *dev,
	  const struct sleeper *sleeper)
{
	struct epoll_event event = {.events = sleeper->events};
	const size_t nbytes = 2 * (size_t)row->dev->lba_nbytes;

	*wait = (struct wait){.row = row, .dev = dev, .sleeper = sleeper, .epoll_fd = -1};
	wait->polled = strcmp(row->async, "emu") == 0 || strcmp(row->async, "nil") == 0;
	wait->seed = rnd_seed(row);
	wait->queue = row_queue(dev, CAPACITY);
	wait->bufs = row_buf(dev, (CAPACITY + 1) * nbytes);
	memset(wait->bufs, 0, (CAPACITY + 1) * nbytes);
	for (unsigned i = 0; i <= CAPACITY; ++i) {
		uint8_t *buf = wait->bufs + i * nbytes;

		wait->slots[i].buf = buf;
		wait->slots[i].iov[0] = (struct iovec){buf, nbytes / 2};
		wait->slots[i].iov[1] = (struct iovec){buf + nbytes / 2, nbytes / 2};
	}
	EQ(xnvme_queue_set_cb(wait->queue, on_done, wait), 0);
	if (sleeper == &g_awake) {
		return;
	}
	wait->fd = xnvme_queue_get_completion_fd(wait->queue);
	CHECK(wait->fd > 2);
	if (sleeper->events) {
		wait->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
		CHECK(wait->epoll_fd >= 0);
		EQ(epoll_ctl(wait->epoll_fd, EPOLL_CTL_ADD, wait->fd, &event), 0);
	}
}

static void
wait_close(struct wait *wait)
{
	if (wait->epoll_fd >= 0) {
		close(wait->epoll_fd);
	}
	xnvme_buf_free(wait->dev, wait->bufs);
	EQ(xnvme_queue_term(wait->queue), 0);
}

static void
sleep_until_woken(struct wait *wait)
{
	struct epoll_event event;
	uint64_t count;

	if (wait->epoll_fd >= 0) {
		int n;

		/* The kernel's own work for a ring interrupts epoll_wait(2), as signals do */
		do {
			n = epoll_wait(wait->epoll_fd, &event, 1, -1);
		} while (n < 0 && errno == EINTR);
		EQ(n, 1);
		return;
	}
	/* It waits: EAGAIN would be a caller that spins */
	EQ(read(wait->fd, &count, sizeof(count)), sizeof(count));
	CHECK(count > 0);
}

/** Index of what the context has for itself */
static unsigned
slot_of(struct wait *wait, const struct xnvme_cmd_ctx *ctx)
{
	unsigned i = 0;

	while (wait->slots[i].ctx && wait->slots[i].ctx != ctx) {
		CHECK(++i <= CAPACITY);
	}
	wait->slots[i].ctx = ctx;

	return i;
}

static void
submit(struct wait *wait)
{
	struct xnvme_cmd_ctx *ctx = get_ctx(wait->queue);
	const unsigned slot = slot_of(wait, ctx);
	uint8_t *buf = wait->slots[slot].buf;
	const uint32_t nbytes = wait->row->dev->lba_nbytes;
	const uint64_t slba = rnd(&wait->seed) % 64 * 2;
	struct op op;

	switch (rnd(&wait->seed) % 16) {
	case 0:
		op = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
		break;
	case 1:
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, slba, 1, NULL, 0);
		break;
	case 2:
	case 3:
		op = op_iov(XNVME_SPEC_NVM_OPC_READ, slba, 1, wait->slots[slot].iov, 2,
			    2ULL * nbytes);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
		op = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 0, buf, nbytes);
		break;
	default:
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 0, buf, nbytes);
		break;
	}
	EQ(op_pass(ctx, &op), 0);
	wait->nsubmitted++;
}

/** Some commands, of which the callbacks come by sleeping and poking in turn */
static void
round_of(struct wait *wait)
{
	const unsigned depth = 1 + (unsigned)(rnd(&wait->seed) % CAPACITY);
	const uint32_t max = rnd(&wait->seed) % 2 ? 1 : 0;

	for (unsigned i = 0; i < depth; ++i) {
		submit(wait);
	}
	while (wait->ncb < wait->nsubmitted) {
		int ndone;

		sleep_until_woken(wait);
		ndone = xnvme_queue_poke(wait->queue, max);
		CHECK(ndone >= 0);
		wait->nvain += !ndone;
		if (rnd(&wait->seed) % 8 == 0 && wait->nsubmitted - wait->ncb < CAPACITY) {
			submit(wait);
		}
	}
	fd_becomes_quiet(wait->queue, wait->fd);
}

static void
run_rounds(struct wait *wait, unsigned nrounds)
{
	for (unsigned i = 0; i < nrounds; ++i) {
		round_of(wait);
	}
	if (!wait->polled && wait->nvain > wait->ncb) {
		conf_fail(__FILE__, __LINE__, "%s: %u of the wake-ups for %u commands were in vain",
			  wait->sleeper->name, wait->nvain, wait->ncb);
	}
}

static void
sleepers_are_woken_for_every_completion(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);

	for (int i = 0; i < NSLEEPERS; ++i) {
		struct wait wait;

		wait_open(&wait, row, dev, &g_sleepers[i]);
		run_rounds(&wait, conf_env.nrounds);
		wait_close(&wait);
	}
	row_close(dev, NULL);
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
	pthread_t thread;

	EQ(setrlimit(RLIMIT_NPROC, &none), 0);
	EQ(setresgid(NOBODY, NOBODY, NOBODY), 0);
	EQ(setresuid(NOBODY, NOBODY, NOBODY), 0);
	EQ(pthread_create(&thread, NULL, nothing, NULL), EAGAIN);
}

/** In a process of its own: what a sanitizer does at exit takes a thread */
static void
without_threads(const struct conf_row *row, void (*func)(const struct conf_row *row))
{
	const pid_t pid = fork();
	int status = -1;

	CHECK(pid >= 0);
	if (!pid) {
		func(row);
		_exit(EXIT_SUCCESS);
	}
	EQ(waitpid(pid, &status, 0), pid);
	EQ(status, 0);
}

static void
sleep_without_threads(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);

	CHECK(xnvme_dev_get_geo(dev));
	lose_threads();
	for (int i = 0; i < NSLEEPERS; ++i) {
		struct wait wait;

		wait_open(&wait, row, dev, &g_sleepers[i]);
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
	struct wait waits[2];

	opts.command_timeout = LIMIT_MS * 1000;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev && xnvme_dev_get_geo(dev));
	/* Both have their rings before the kernel changes its mind */
	wait_open(&waits[0], row, dev, &g_sleepers[1]);
	wait_open(&waits[1], row, dev, &g_awake);
	EQ(forbid(SYS_io_uring_enter, err), 0);
	EQ(forbid(SYS_io_submit, err), 0);
	for (int i = 0; i < 2; ++i) {
		const uint64_t start_ms = now_ms();

		for (unsigned n = 0; n < NCMDS; ++n) {
			submit(&waits[i]);
		}
		while (!i && waits[i].ncb < NCMDS) {
			sleep_until_woken(&waits[i]);
			CHECK(xnvme_queue_poke(waits[i].queue, 1) >= 0);
			CHECK(++waits[i].nvain < 1000);
		}
		EQ(xnvme_queue_drain(waits[i].queue), i ? NCMDS : 0);
		CHECK(now_ms() - start_ms < 100 * LIMIT_MS);
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

/** What the rules say of single steps, one by one */
static void
fd_keeps_its_rules(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const uint64_t one = 1;
	struct wait wait;
	uint64_t count;

	/* With nothing outstanding a poke clears it, whoever set it */
	wait_open(&wait, row, dev, &g_sleepers[0]);
	EQ(write(wait.fd, &one, sizeof(one)), sizeof(one));
	EQ(xnvme_queue_poke(wait.queue, 0), 0);
	EQ(fd_readable(wait.fd, 0), 0);

	/* A reader who takes the event and one completion finds it set for the others */
	for (unsigned i = 0; i < 4; ++i) {
		submit(&wait);
	}
	while (wait.ncb < wait.nsubmitted) {
		EQ(read(wait.fd, &count, sizeof(count)), sizeof(count));
		CHECK(xnvme_queue_poke(wait.queue, 1) <= 1);
	}
	fd_becomes_quiet(wait.queue, wait.fd);
	wait_close(&wait);

	/* Who waits for edges gets one from each poke that leaves something behind */
	wait_open(&wait, row, dev, &g_sleepers[2]);
	for (unsigned i = 0; i < 4; ++i) {
		submit(&wait);
	}
	while (wait.ncb < wait.nsubmitted) {
		sleep_until_woken(&wait);
		CHECK(xnvme_queue_poke(wait.queue, 1) <= 1);
	}
	wait_close(&wait);
	row_close(dev, NULL);
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

	EQ(unshare(CLONE_NEWNS), 0);
	EQ(mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL), 0);
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

const struct conf_case conf_cases_wait[] = {
    CONF_CASE(fd_keeps_its_rules, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(submissions_answered_by_eagain_for_ever_are_done, SCOPE_ROW,
	      NEED_LBAS | NEED_SECCOMP),
    CONF_CASE(submissions_answered_by_eintr_for_ever_are_done, SCOPE_ROW, NEED_LBAS | NEED_SECCOMP),
    CONF_CASE(what_has_not_begun_at_the_timeout_never_does, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE | NEED_USER_THREADS),
    CONF_CASE(sleepers_are_woken_for_every_completion, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(sleepers_are_woken_where_no_thread_can_be_made, SCOPE_ROW,
	      NEED_LBAS | NEED_ROOT | NEED_THREADS_AFTER_FORK),
    CONF_CASE(commands_work_where_no_thread_can_be_made, SCOPE_ROW,
	      NEED_LBAS | NEED_ROOT | NEED_THREADS_AFTER_FORK),
    {0},
};

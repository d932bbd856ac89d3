// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: an errno is the same on every way to the file
 *
 * What a system call of our own says, on a descriptor of our own and in the same state of the file,
 * is what the caller has to be told, on every row, sync and async. Nothing here is simulated inside
 * of the process: the errors come from file systems and devices that fail.
 */
#include <conformance/linux.h>
#include <support/fuse.h>
#include <support/immutable.h>
#include <support/loop.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/falloc.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NBYTES 4096U

/** One command, and the system call that does the same */
struct deed {
	const char *name;
	struct op op;
	struct iovec iov[2];
	struct xnvme_spec_dsm_range range;
	int (*plain)(int fd, const struct deed *deed); ///< 0 or a negative errno
	bool zeroes; ///< Without means of the system zeroes are written
	bool hint;   ///< Without means of the system nothing need happen
};

static int
plain_read(int fd, const struct deed *deed)
{
	return pread(fd, deed->iov[0].iov_base, NBYTES, 0) < 0 ? -errno : 0;
}

static int
plain_readv(int fd, const struct deed *deed)
{
	return preadv(fd, deed->iov, 2, 0) < 0 ? -errno : 0;
}

static int
plain_write(int fd, const struct deed *deed)
{
	return pwrite(fd, deed->iov[0].iov_base, NBYTES, 0) < 0 ? -errno : 0;
}

static int
plain_writev(int fd, const struct deed *deed)
{
	return pwritev(fd, deed->iov, 2, 0) < 0 ? -errno : 0;
}

static int
plain_flush(int fd, const struct deed *deed)
{
	(void)deed;

	return fdatasync(fd) ? -errno : 0;
}

static int
plain_zeroes(int fd, const struct deed *deed)
{
	(void)deed;

	return fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, NBYTES) ? -errno : 0;
}

static int
plain_deallocate(int fd, const struct deed *deed)
{
	(void)deed;

	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, NBYTES) ? -errno : 0;
}

#define NDEEDS 7

/** Every kind of command that files and block devices know, all on the first 4 KiB */
static void
deeds_init(struct deed *deeds, uint8_t *buf, uint32_t lba)
{
	const uint16_t nlb = (uint16_t)(NBYTES / lba - 1);

	memset(deeds, 0, NDEEDS * sizeof(*deeds));
	for (int i = 0; i < NDEEDS; ++i) {
		deeds[i].iov[0] = (struct iovec){buf, NBYTES / 2};
		deeds[i].iov[1] = (struct iovec){buf + NBYTES / 2, NBYTES / 2};
	}
	deeds[0].name = "read";
	deeds[0].op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, nlb, buf, NBYTES);
	deeds[0].plain = plain_read;
	deeds[1].name = "vectored read";
	deeds[1].op = op_iov(XNVME_SPEC_NVM_OPC_READ, 0, nlb, deeds[1].iov, 2, NBYTES);
	deeds[1].plain = plain_readv;
	deeds[2].name = "write";
	deeds[2].op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, nlb, buf, NBYTES);
	deeds[2].plain = plain_write;
	deeds[3].name = "vectored write";
	deeds[3].op = op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, nlb, deeds[3].iov, 2, NBYTES);
	deeds[3].plain = plain_writev;
	deeds[4].name = "flush";
	deeds[4].op = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	deeds[4].plain = plain_flush;
	deeds[5].name = "write zeroes";
	deeds[5].op = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, nlb, NULL, 0);
	deeds[5].plain = plain_zeroes;
	deeds[5].zeroes = true;
	deeds[6].name = "deallocate";
	deeds[6].range = (struct xnvme_spec_dsm_range){.llb = nlb + 1U};
	deeds[6].op = op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &deeds[6].range,
			    sizeof(deeds[6].range));
	deeds[6].op.cmd.dsm.ad = 1;
	deeds[6].plain = plain_deallocate;
	deeds[6].hint = true;
}

/** The outcome says `err` in every place that tells, and tells it in words */
static void
check_same(const struct deed *deed, enum op_way way, struct outcome out, int err)
{
	if (!err && !out.err && !out.sct && !out.sc) {
		return;
	}
	if (!err || out.host != err || out.err != (way == OP_SYNC ? err : 0) ||
	    out.sct != SCT_HOST || out.sc != (uint8_t)-err) {
		conf_fail(__FILE__, __LINE__,
			  "%s, %s: the system says %d; returned %d, explained %d, %xh/%02xh",
			  deed->name, way == OP_SYNC ? "sync" : "async", err, out.err, out.host,
			  out.sct, out.sc);
	}
}

/** A device, its queue and a descriptor of our own on the same file */
struct pair {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;
	int fd;
	struct deed deeds[NDEEDS];
};

static void
pair_open(struct pair *pair, const struct conf_row *row, const char *path, struct xnvme_opts opts)
{
	const int mode = opts.rdonly ? O_RDONLY : O_RDWR;

	pair->dev = xnvme_dev_open(path, &opts);
	if (!pair->dev) {
		conf_fail(__FILE__, __LINE__, "%s: %s", path, xnvme_err_last()->what);
	}
	pair->queue = row_queue(pair->dev, 4);
	pair->buf = row_buf(pair->dev, NBYTES);
	pair->fd = open(path, mode | O_CLOEXEC | (opts.direct ? O_DIRECT : 0));
	CHECK(pair->fd >= 0);
	deeds_init(pair->deeds, pair->buf, row->dev->lba_nbytes);
}

static void
pair_close(struct pair *pair)
{
	close(pair->fd);
	xnvme_buf_free(pair->dev, pair->buf);
	row_close(pair->dev, pair->queue);
}

static void
tell_all(struct fuse_ctl *ctl, int err)
{
	atomic_store(&ctl->read, err);
	atomic_store(&ctl->write, err);
	atomic_store(&ctl->sync, err);
	atomic_store(&ctl->fallocate, err);
}

static void
errno_of_the_file_system_reaches_the_caller(const struct conf_row *row)
{
	static const int errs[] = {
	    EIO,     ENOSPC, EACCES, EPERM,	ENODEV,	   EOPNOTSUPP, EROFS,	EDQUOT,
	    ENXIO,   EFBIG,  EINVAL, EREMOTEIO, ETIMEDOUT, ESTALE,     ENOLINK, EBUSY,
	    ENODATA, EILSEQ, ENOMEM, ENOENT,	EBADF,	   EPROTO,
	};
	struct pair pair;
	struct fuse_fs fs;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	pair_open(&pair, row, fs.path, row_opts(row));
	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		for (int k = 0; k < NDEEDS * OP_NWAYS; ++k) {
			const struct deed *deed = &pair.deeds[k / OP_NWAYS];
			struct outcome out;
			int err;

			tell_all(fs.ctl, errs[i]);
			err = deed->plain(pair.fd, deed);
			EQ(err, -errs[i]);
			if (deed->hint && err == -EOPNOTSUPP) {
				err = 0; /* Deallocation is a hint */
			}
			out = op_by(op_way_of(k), pair.dev, pair.queue, &deed->op);
			check_same(deed, op_way_of(k), out, err);
			/* And the next one knows nothing of it */
			tell_all(fs.ctl, 0);
			GOOD(op_by(op_way_of(k), pair.dev, pair.queue, &deed->op));
		}
	}
	CHECK(atomic_load(&fs.ctl->nfailed) >= NDEEDS * OP_NWAYS * sizeof(errs) / sizeof(errs[0]));
	pair_close(&pair);
	EQ(fuse_stop(&fs), 0);
}

/** A signal, or a system that is busy for now: nobody is told, and the command is done again */
static void
interrupted_transfer_is_done_again(const struct conf_row *row)
{
	static const int errs[] = {EINTR, EAGAIN};
	struct pair pair;
	struct fuse_fs fs;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	pair_open(&pair, row, fs.path, row_opts(row));
	for (int k = 0; k < 4 * OP_NWAYS * 2; ++k) {
		/* The first four are reads and writes */
		const struct deed *deed = &pair.deeds[k % 4];
		const uint32_t before = atomic_load(&fs.ctl->nfailed);

		for (uint32_t n = 1; n <= 3; ++n) {
			atomic_store(&fs.ctl->nleft, n);
			tell_all(fs.ctl, errs[k / 8]);
			GOOD(op_by(op_way_of(k / 4), pair.dev, pair.queue, &deed->op));
			EQ(atomic_load(&fs.ctl->nleft), 0);
		}
		EQ(atomic_load(&fs.ctl->nfailed), before + 6);
	}
	pair_close(&pair);
	EQ(fuse_stop(&fs), 0);
}

/** CPU time of this process, in milliseconds */
static uint64_t
cpu_ms(void)
{
	struct timespec ts;

	EQ(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts), 0);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/** A system that is busy for good is not one to be tried again, nor one to burn a processor for */
static void
what_never_ends_is_etimedout_in_time(const struct conf_row *row)
{
	enum { LIMIT_MS = 40, NDONE = 6 };
	static const struct {
		int err;
		const char *name;
	} errs[] = {{EAGAIN, "EAGAIN"}, {EINTR, "EINTR"}};
	struct xnvme_opts opts = row_opts(row);
	uint64_t sync_cpu_ms = 0;
	uint64_t sync_ms = 0;
	struct pair pair;
	struct fuse_fs fs;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	opts.command_timeout = LIMIT_MS * 1000;
	pair_open(&pair, row, fs.path, opts);
	for (int k = 0; k < NDONE * OP_NWAYS * 2; ++k) {
		const struct deed *deed = &pair.deeds[k % NDONE];
		const uint64_t before = sys_time_ms();
		const uint64_t cpu_before = cpu_ms();
		struct outcome out;

		tell_all(fs.ctl, errs[k % 2].err);
		out = op_by(op_way_of(k / NDONE), pair.dev, pair.queue, &deed->op);
		check_same(deed, op_way_of(k / NDONE), out, -ETIMEDOUT);
		CHECK(sys_time_ms() - before >= LIMIT_MS && sys_time_ms() - before < 10000);
		if (op_way_of(k / NDONE) == OP_SYNC) {
			sync_ms += sys_time_ms() - before;
			sync_cpu_ms += cpu_ms() - cpu_before;
		}
		CHECK(op_way_of(k / NDONE) == OP_ASYNC ||
		      strstr(xnvme_err_last()->what, errs[k % 2].name));
		tell_all(fs.ctl, 0);
		GOOD(op_by(op_way_of(k / NDONE), pair.dev, pair.queue, &deed->op));
	}
	/* Draining a queue polls, which is what it is for */
	CHECK(sync_cpu_ms * 2 < sync_ms);
	pair_close(&pair);
	EQ(fuse_stop(&fs), 0);
}

/** Whatever the system moves per call, all of it arrives, and the result counts all of it */
static void
short_transfers_are_continued_to_the_last_byte(const struct conf_row *row)
{
	static const uint32_t pieces[] = {1, 511, 1000, 2048, NBYTES - 1};
	struct pair pair;
	struct fuse_fs fs;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	pair_open(&pair, row, fs.path, row_opts(row));
	for (int k = 0; k < 4 * OP_NWAYS * 5; ++k) {
		const struct deed *write = &pair.deeds[k % 2 ? 3 : 2];
		const struct deed *read = &pair.deeds[k / 2 % 2 ? 1 : 0];
		const enum op_way way = op_way_of(k / 4);
		uint8_t expected[NBYTES];
		struct outcome out;

		atomic_store(&fs.ctl->short_nbytes, pieces[k / 8]);
		pattern(expected, NBYTES, (uint64_t)k);
		memcpy(pair.buf, expected, NBYTES);
		out = op_by(way, pair.dev, pair.queue, &write->op);
		GOOD(out);
		EQ(out.result, NBYTES);
		memset(pair.buf, 0, NBYTES);
		out = op_by(way, pair.dev, pair.queue, &read->op);
		GOOD(out);
		EQ(out.result, NBYTES);
		SAME(pair.buf, expected, NBYTES);
	}
	pair_close(&pair);
	EQ(fuse_stop(&fs), 0);
}

static void
zeroes_are_written_where_the_system_has_no_means(const struct conf_row *row)
{
	struct pair pair;
	struct fuse_fs fs;

	own_mounts();
	EQ(fuse_start(&fs, conf_env.dir), 0);
	pair_open(&pair, row, fs.path, row_opts(row));
	atomic_store(&fs.ctl->fallocate, EOPNOTSUPP);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct deed *zeroes = &pair.deeds[5];
		uint8_t back[NBYTES];

		memset(pair.buf, 0xee, NBYTES);
		EQ(pwrite(pair.fd, pair.buf, NBYTES, 0), NBYTES);
		GOOD(op_by(way, pair.dev, pair.queue, &zeroes->op));
		memset(pair.buf, 0, NBYTES);
		EQ(pread(pair.fd, back, NBYTES, 0), NBYTES);
		SAME(back, pair.buf, NBYTES);
		atomic_store(&fs.ctl->write, ENOSPC);
		check_same(zeroes, way, op_by(way, pair.dev, pair.queue, &zeroes->op), -ENOSPC);
		atomic_store(&fs.ctl->write, 0);
	}
	pair_close(&pair);
	EQ(fuse_stop(&fs), 0);
}

/** The smallest kind of a full file system: not one byte fits any more */
static void
full_file_system_says_what_pwrite_says(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	char path[300], filler[300];
	struct pair pair;
	int fd;

	own_mounts();
	EQ(mount("none", conf_env.dir, "tmpfs", 0, "size=64k"), 0);
	snprintf(path, sizeof(path), "%s/sparse", conf_env.dir);
	snprintf(filler, sizeof(filler), "%s/filler", conf_env.dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && !ftruncate(fd, MIB) && !close(fd));
	pair_open(&pair, row, path, opts);
	fd = open(filler, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, pair.buf, NBYTES) > 0) {
	}
	for (int k = 0; k < NDEEDS * OP_NWAYS; ++k) {
		const struct deed *deed = &pair.deeds[k / OP_NWAYS];
		const int err = deed->plain(pair.fd, deed);

		/* tmpfs has no FALLOC_FL_ZERO_RANGE: then it is the write that says it */
		EQ(err, strstr(deed->name, "write") ? (deed->zeroes ? -EOPNOTSUPP : -ENOSPC) : 0);
		check_same(deed, op_way_of(k), op_by(op_way_of(k), pair.dev, pair.queue, &deed->op),
			   deed->zeroes ? -ENOSPC : err);
	}
	close(fd);
	pair_close(&pair);
}

/** The file of a loop device became shorter: the medium is gone, and only the kernel knows */
static void
lost_medium_says_what_pread_says(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	char file[300], path[64];
	struct pair pair;
	int fd, loop;

	snprintf(file, sizeof(file), "%s/medium", conf_env.dir);
	fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && !ftruncate(fd, MIB));
	loop = loop_attach(file, false, path, sizeof(path));
	CHECK(loop >= 0);
	opts.direct = 1;
	pair_open(&pair, row, path, opts);
	close(loop);
	GOOD(op_sync(pair.dev, &pair.deeds[0].op));
	EQ(ftruncate(fd, 0), 0);
	for (int k = 0; k < 2 * OP_NWAYS; ++k) {
		const struct deed *deed = &pair.deeds[k / OP_NWAYS];
		const int err = deed->plain(pair.fd, deed);

		EQ(err, -EIO);
		check_same(deed, op_way_of(k), op_by(op_way_of(k), pair.dev, pair.queue, &deed->op),
			   err);
	}
	pair_close(&pair);
	close(fd);
	EQ(unlink(file), 0);
}

/** What open(2) says, in the flags that the options stand for, is what opening says */
static void
check_open(const char *path, struct xnvme_opts opts)
{
	const int flags = (opts.rdonly ? O_RDONLY : O_RDWR) | (opts.direct ? O_DIRECT : 0);
	const int fd = open(path, flags | O_CLOEXEC);
	const int expected = fd < 0 ? errno : 0;
	struct xnvme_dev *dev;

	xnvme_err_clear();
	dev = xnvme_dev_open(path, &opts);
	EQ(dev ? 0 : errno, expected);
	EQ(xnvme_err_last()->err, -expected);
	CHECK(!expected || (xnvme_err_last()->what[0] && xnvme_err_last()->hint[0]));
	xnvme_dev_close(dev);
	if (fd >= 0) {
		close(fd);
	}
}

static void
read_only_device_opens_as_open_says(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	char file[300], path[64];
	struct pair pair;
	int fd, loop;

	snprintf(file, sizeof(file), "%s/readonly", conf_env.dir);
	fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && !ftruncate(fd, MIB) && !close(fd));
	loop = loop_attach(file, true, path, sizeof(path));
	CHECK(loop >= 0);
	check_open(path, opts);
	/* Where the kernel lets it be opened for writing, it is the write that fails */
	fd = open(path, O_RDWR | O_CLOEXEC);
	opts.rdonly = fd < 0;
	if (fd >= 0) {
		close(fd);
	}
	pair_open(&pair, row, path, opts);
	for (int k = 0; k < 4 * OP_NWAYS; ++k) {
		const struct deed *deed = &pair.deeds[k / OP_NWAYS];
		const struct outcome out = op_by(op_way_of(k), pair.dev, pair.queue, &deed->op);

		if (opts.rdonly && k / OP_NWAYS >= 2) {
			EQ(out.err, -EPERM);
		} else {
			check_same(deed, op_way_of(k), out, deed->plain(pair.fd, deed));
		}
	}
	pair_close(&pair);
	close(loop);
	EQ(unlink(file), 0);
}

/** Made so after it was opened: writes fail then, and opening for writing does */
static void
immutable_file_says_what_pwrite_says(const struct conf_row *row)
{
	struct outcome outs[NDEEDS * OP_NWAYS];
	int errs[NDEEDS * OP_NWAYS];
	struct pair pair;

	pair_open(&pair, row, row->dev->path, row_opts(row));
	/* Nothing is checked while it is, lest a failure leaves it so */
	EQ(file_set_immutable(pair.fd, true), 0);
	for (int k = 0; k < NDEEDS * OP_NWAYS; ++k) {
		const struct deed *deed = &pair.deeds[k / OP_NWAYS];

		errs[k] = deed->plain(pair.fd, deed);
		outs[k] = op_by(op_way_of(k), pair.dev, pair.queue, &deed->op);
	}
	EQ(file_set_immutable(pair.fd, false), 0);
	for (int k = 0; k < NDEEDS * OP_NWAYS; ++k) {
		check_same(&pair.deeds[k / OP_NWAYS], op_way_of(k), outs[k], errs[k]);
	}
	EQ(errs[2 * OP_NWAYS], -EPERM);
	pair_close(&pair);
}

static void
file_of_somebody_else_is_eacces(const struct conf_row *row)
{
	static const mode_t modes[] = {0600, 0444, 0222, 0666};
	struct xnvme_opts opts = row_opts(row);
	char path[4][300];

	EQ(chmod(conf_env.dir, 0711), 0);
	umask(0);
	for (int i = 0; i < 4; ++i) {
		int fd;

		snprintf(path[i], sizeof(path[i]), "%s/mode%d", conf_env.dir, i);
		fd = open(path[i], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		CHECK(fd >= 0 && !ftruncate(fd, MIB) && !fchmod(fd, modes[i]) && !close(fd));
	}
	EQ(setgroups(0, NULL), 0);
	EQ(setegid(65534), 0);
	EQ(seteuid(65534), 0);
	EQ(open(path[0], O_RDWR | O_CLOEXEC), -1);
	EQ(errno, EACCES);
	for (int i = 0; i < 4; ++i) {
		opts.rdonly = 0;
		check_open(path[i], opts);
		opts.rdonly = 1;
		check_open(path[i], opts);
	}
	/* What the build writes at the end, coverage for one, is root's */
	EQ(seteuid(0), 0);
	EQ(setegid(0), 0);
}

/** Not every file system has O_DIRECT: then the file does not open, instead of without it */
static void
direct_without_the_file_systems_support_is_refused(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	char path[300];
	int fd;

	own_mounts();
	EQ(mount("none", conf_env.dir, "ramfs", 0, NULL), 0);
	snprintf(path, sizeof(path), "%s/file", conf_env.dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && !ftruncate(fd, MIB) && !close(fd));
	check_open(path, opts);
	EQ(open(path, O_RDWR | O_DIRECT | O_CLOEXEC), -1);
	EQ(errno, EINVAL);
	opts.direct = 1;
	check_open(path, opts);
	CHECK(strstr(xnvme_err_last()->what, "O_DIRECT"));
}

const struct conf_case conf_cases_linux_errno[] = {
    CONF_CASE(errno_of_the_file_system_reaches_the_caller, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE),
    CONF_CASE(interrupted_transfer_is_done_again, SCOPE_ROW, NEED_DATA | NEED_FILE | NEED_FUSE),
    CONF_CASE(what_never_ends_is_etimedout_in_time, SCOPE_ROW, NEED_DATA | NEED_FILE | NEED_FUSE),
    CONF_CASE(short_transfers_are_continued_to_the_last_byte, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE),
    CONF_CASE(zeroes_are_written_where_the_system_has_no_means, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_FUSE),
    CONF_CASE(full_file_system_says_what_pwrite_says, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_MOUNT),
    CONF_CASE(lost_medium_says_what_pread_says, SCOPE_ROW, NEED_DATA | NEED_LOOP),
    CONF_CASE(read_only_device_opens_as_open_says, SCOPE_ROW, NEED_DATA | NEED_LOOP),
    CONF_CASE(immutable_file_says_what_pwrite_says, SCOPE_ROW,
	      NEED_DATA | NEED_FILE | NEED_IMMUTABLE),
    CONF_CASE(file_of_somebody_else_is_eacces, SCOPE_ROW, NEED_FILE | NEED_ROOT),
    CONF_CASE(direct_without_the_file_systems_support_is_refused, SCOPE_ROW,
	      NEED_FILE | NEED_MOUNT),
    {0},
};

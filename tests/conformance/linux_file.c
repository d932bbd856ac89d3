// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: file systems that are full, or end before the file does */
#include <conformance/linux.h>

#include <stdio.h>
#include <sys/mount.h>

#define LBA 512ULL

static void
check_full(struct outcome out, enum op_way way, const char *path, size_t asked)
{
	EQ(out.err, way == OP_SYNC ? -ENOSPC : 0);
	EQ(out.sct, SCT_HOST);
	EQ(out.host, -ENOSPC);
	CHECK(out.result > 0 && out.result < asked);
	EQ(out.result, sys_file_nbytes(path));
}

/** What was written is counted, and what stopped it is named */
static void
full_file_system_is_enospc_with_the_bytes_before(const struct conf_row *row)
{
	const size_t nbytes = 2 * MIB;
	struct xnvme_opts opts = row_opts(row);
	char path[300];

	own_mounts();
	EQ(mount("none", conf_env.dir, "tmpfs", 0, "size=1m"), 0);
	snprintf(path, sizeof(path), "%s/full", conf_env.dir);
	opts.create = 1;
	opts.truncate = 1;
	for (int k = 0; k < 2 * OP_NWAYS; ++k) {
		struct xnvme_dev *dev = xnvme_dev_open(path, &opts);
		struct xnvme_queue *queue;
		struct iovec iov[2];
		struct op op;
		uint8_t *buf;

		CHECK(dev);
		queue = row_queue(dev, 2);
		buf = row_buf(dev, nbytes);
		iov[0] = (struct iovec){buf, nbytes / 2 + 100};
		iov[1] = (struct iovec){buf, nbytes / 2 - 100};
		op = op_io(XNVME_SPEC_FS_OPC_WRITE, 0, 0, buf, nbytes);
		if (k / OP_NWAYS) {
			op = op_iov(XNVME_SPEC_FS_OPC_WRITE, 0, 0, iov, 2, nbytes);
		}
		check_full(op_by(op_way_of(k), dev, queue, &op), op_way_of(k), path, nbytes);
		xnvme_buf_free(dev, buf);
		row_close(dev, queue);
	}
}

/** A hole up to `slba`, one write, and the same back */
static void
check_far(const struct conf_row *row, const char *path, uint64_t slba, int err)
{
	struct xnvme_opts opts = row_opts(row);

	opts.create = 1;
	opts.truncate = 1;
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct xnvme_dev *dev = xnvme_dev_open(path, &opts);
		struct xnvme_queue *queue;
		uint8_t *data, *back;
		struct op op;

		CHECK(dev);
		queue = row_queue(dev, 2);
		data = row_buf(dev, LBA);
		back = row_buf(dev, LBA);
		pattern(data, LBA, slba);
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 0, data, LBA);
		if (err) {
			op_stopped(op_by(way, dev, queue, &op), way, err, 0);
		} else {
			GOOD(op_by(way, dev, queue, &op));
			EQ(xnvme_dev_get_geo(dev)->tbytes, (slba + 1) * LBA);
			op = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 0, back, LBA);
			GOOD(op_by(way, dev, queue, &op));
			SAME(back, data, LBA);
			op.cmd.nvm.slba = slba / 2;
			GOOD(op_by(way, dev, queue, &op));
			check_zeroes(back, LBA);
		}
		xnvme_buf_free(dev, data);
		xnvme_buf_free(dev, back);
		row_close(dev, queue);
	}
}

static void
file_of_512_tib_can_be_written(const struct conf_row *row)
{
	char path[300];

	own_mounts();
	EQ(mount("none", conf_env.dir, "tmpfs", 0, "size=1m"), 0);
	snprintf(path, sizeof(path), "%s/far", conf_env.dir);
	check_far(row, path, 1ULL << 40, 0);
}

static void
file_on_xfs_can_have_512_tib(const struct conf_row *row)
{
	char path[300];

	own_mounts();
	CHECK(mount_new("xfs", "-b size=4096"));
	snprintf(path, sizeof(path), "%s/far", conf_env.dir);
	check_far(row, path, 1ULL << 40, 0);
}

static void
file_on_ext4_ends_before_16_tib(const struct conf_row *row)
{
	char path[300];

	own_mounts();
	CHECK(mount_new("ext4", "-b 4096"));
	snprintf(path, sizeof(path), "%s/far", conf_env.dir);
	check_far(row, path, 1ULL << 34, 0);
	check_far(row, path, 1ULL << 35, -EFBIG);
}

const struct conf_case conf_cases_linux_file[] = {
    CONF_CASE(full_file_system_is_enospc_with_the_bytes_before, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_MOUNT),
    CONF_CASE(file_of_512_tib_can_be_written, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_MOUNT),
    CONF_CASE(file_on_xfs_can_have_512_tib, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_XFS),
    CONF_CASE(file_on_ext4_ends_before_16_tib, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_EXT4),
    {0},
};

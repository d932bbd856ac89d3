// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what cases share */
#include <conformance/conf.h>

#include <support/loop.h>

#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

struct xnvme_opts
row_opts(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();

	if (row->be[0]) {
		opts.be = row->be;
		opts.async = row->async;
		opts.sync = row->sync;
		opts.admin = row->admin;
		opts.mem = row->mem;
	}

	return opts;
}

struct xnvme_dev *
row_open(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev = xnvme_dev_open(row->dev->uri, &opts);

	if (!dev) {
		conf_fail(__FILE__, __LINE__, "open: %s", xnvme_err_last()->what);
	}

	return dev;
}

struct xnvme_queue *
row_queue(struct xnvme_dev *dev, uint16_t capacity)
{
	struct xnvme_queue *queue = NULL;

	EQ(xnvme_queue_init(dev, capacity, 0, &queue), 0);
	CHECK(queue);

	return queue;
}

void
row_close(struct xnvme_dev *dev, struct xnvme_queue *queue)
{
	if (queue) {
		EQ(xnvme_queue_get_outstanding(queue), 0);
		EQ(xnvme_queue_term(queue), 0);
	}
	xnvme_dev_close(dev);
}

void *
row_buf(struct xnvme_dev *dev, size_t nbytes)
{
	void *buf = xnvme_buf_alloc(dev, nbytes);

	CHECK(buf);
	memset(buf, 0, nbytes);

	return buf;
}

void
pattern(void *buf, size_t nbytes, uint64_t tag)
{
	uint64_t x = (tag + 1) * 0x9e3779b97f4a7c15ULL;
	uint8_t *bytes = buf;

	for (size_t i = 0; i < nbytes; ++i) {
		if (i % 8 == 0) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
		}
		bytes[i] = (uint8_t)(x >> (8 * (i % 8)));
	}
}

uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state >> 11;
}

/** Different rows get different sequences, the same in every run */
uint64_t
rnd_seed(const struct conf_row *row)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ (conf_env.seed * 0x9e3779b97f4a7c15ULL);

	for (const char *c = row->label; *c; ++c) {
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3ULL;
	}

	return hash | 1;
}

static int
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	CHECK(dir);
	while (readdir(dir)) {
		count++;
	}
	closedir(dir);

	return count;
}

int
count_fds(void)
{
	return count_entries("/proc/self/fd");
}

int
count_threads(void)
{
	return count_entries("/proc/self/task");
}

#ifdef __GLIBC__
size_t
count_heap(void)
{
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}
#else
/** Elsewhere the heap keeps no count: in pages, and those of the stacks too */
size_t
count_heap(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long kib = 0;
	char line[256];

	CHECK(file);
	while (!kib && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "RssAnon: %lu kB", &kib) != 1) {
			kib = 0;
		}
	}
	fclose(file);
	CHECK(kib);

	return kib * 1024;
}
#endif

int
fd_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	int res;

	do {
		res = poll(&pfd, 1, timeout_ms);
	} while (res < 0 && errno == EINTR);

	return res == 1 && (pfd.revents & POLLIN);
}

void
fd_becomes_quiet(struct xnvme_queue *queue, int fd)
{
	const uint64_t deadline_ms = now_ms() + 10000;
	int readable;

	EQ(xnvme_queue_get_outstanding(queue), 0);
	do {
		EQ(xnvme_queue_poke(queue, 0), 0);
		/* Once is enough: a second late thread may set it before it is asked again */
		readable = fd_readable(fd, 0);
	} while (readable && now_ms() < deadline_ms);
	EQ(readable, 0);
}

uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void
cb_count(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *count = arg;

	++*count;
	if (xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx)) {
		conf_fail(__FILE__, __LINE__, "put from a callback: %s", xnvme_err_last()->what);
	}
}

struct xnvme_cmd_ctx *
get_ctx(struct xnvme_queue *queue)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);

	CHECK(ctx);

	return ctx;
}

bool
mount_new(const char *type, const char *options)
{
	/* XFS wants 300 MiB */
	const off_t nbytes = 320 * (off_t)(1 << 20);
	char image[300];
	char command[500];
	char node[64];
	bool good;
	int fd;

	snprintf(image, sizeof(image), "%s/image", conf_env.dir);
	fd = open(image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	good = fd >= 0 && !ftruncate(fd, nbytes) && !close(fd);
	snprintf(command, sizeof(command),
		 "PATH=$PATH:/usr/sbin:/sbin; mkfs.%s -q %s '%s' >/dev/null 2>&1", type, options,
		 image);
	/* NOLINTNEXTLINE(cert-env33-c): a tool of the system, and no text of others */
	good = good && system(command) == 0;
	fd = good ? loop_attach(image, false, node, sizeof(node)) : -1;
	unlink(image);
	good = fd >= 0 && !mount(node, conf_env.dir, type, 0, NULL);
	if (fd >= 0) {
		close(fd);
	}

	return good;
}

int
forbid(long number, int err)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)err),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0)
		   ? -errno
		   : 0;
}

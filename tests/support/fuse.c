// SPDX-License-Identifier: BSD-3-Clause
#include <support/fuse.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME   "file"
#define FILE_NODE   2U
#define WRITE_MAX   131072U
#define REQ_NBYTES  (WRITE_MAX + 4096U)
#define ATTRS_VALID 0 /* Seconds: the kernel asks again each time */

struct server {
	int fd;
	struct fuse_ctl *ctl;
	uint8_t data[FUSE_FILE_NBYTES];
	_Alignas(8) uint8_t req[REQ_NBYTES];
};

static struct fuse_attr
attr_of(uint64_t node)
{
	struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = 4096};

	attr.mode = node == FILE_NODE ? S_IFREG | 0666 : S_IFDIR | 0777;
	attr.size = node == FILE_NODE ? FUSE_FILE_NBYTES : 0;

	return attr;
}

/**
 * The file system is unmounted: said of a request, or of the answer to the last one
 *
 * ECONNABORTED is said of a request that was taken while the file system was being unmounted.
 */
static bool
is_over(void)
{
	return errno == ENODEV || errno == ECONNABORTED;
}

/** One answer; `err` is a positive errno, and then nothing else is sent */
static void
reply(const struct server *server, int32_t err, const void *arg, size_t nbytes)
{
	const struct fuse_in_header *in = (const void *)server->req;
	struct fuse_out_header out = {.unique = in->unique, .error = -err};
	struct iovec iov[2] = {{&out, sizeof(out)}, {(void *)(uintptr_t)arg, err ? 0 : nbytes}};

	out.len = (uint32_t)(sizeof(out) + iov[1].iov_len);
	/* ENOENT: the process that asked was interrupted and is gone */
	if (writev(server->fd, iov, 2) < 0 && errno != ENOENT) {
		_exit(is_over() ? EXIT_SUCCESS : EXIT_FAILURE);
	}
}

/** The errno to answer with now */
static int32_t
told(struct server *server, const _Atomic int32_t *what)
{
	struct fuse_ctl *ctl = server->ctl;
	const int32_t err = atomic_load(what);

	if (!err) {
		return 0;
	}
	atomic_fetch_add(&ctl->nfailed, 1);
	if (atomic_load(&ctl->nleft) && atomic_fetch_sub(&ctl->nleft, 1) == 1) {
		atomic_store(&ctl->read, 0);
		atomic_store(&ctl->write, 0);
		atomic_store(&ctl->sync, 0);
		atomic_store(&ctl->fallocate, 0);
	}

	return err;
}

static void
do_init(const struct server *server, const void *arg)
{
	const struct fuse_init_in *in = arg;
	const struct fuse_init_out out = {
	    .major = FUSE_KERNEL_VERSION,
	    .minor = in->minor < FUSE_KERNEL_MINOR_VERSION ? in->minor : FUSE_KERNEL_MINOR_VERSION,
	    .max_write = WRITE_MAX,
	    .time_gran = 1,
	};

	reply(server, 0, &out, sizeof(out));
}

static void
do_lookup(const struct server *server, const void *arg)
{
	struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr = attr_of(FILE_NODE)};

	reply(server, strcmp(arg, FILE_NAME) == 0 ? 0 : ENOENT, &out, sizeof(out));
}

static void
do_attr(const struct server *server, uint64_t node)
{
	const struct fuse_attr_out out = {.attr_valid = ATTRS_VALID, .attr = attr_of(node)};

	reply(server, 0, &out, sizeof(out));
}

/** Bytes of the file from `offset` on, at most `nbytes` */
static size_t
inside(uint64_t offset, size_t nbytes)
{
	if (offset >= FUSE_FILE_NBYTES) {
		return 0;
	}

	return nbytes < FUSE_FILE_NBYTES - offset ? nbytes : FUSE_FILE_NBYTES - (size_t)offset;
}

/** As inside(), and as many as one answer moves */
static size_t
moved(const struct server *server, uint64_t offset, size_t nbytes)
{
	const size_t most = atomic_load(&server->ctl->short_nbytes);
	const size_t all = inside(offset, nbytes);

	return most && most < all ? most : all;
}

static void
do_read(struct server *server, const void *arg)
{
	const struct fuse_read_in *in = arg;

	atomic_fetch_add(&server->ctl->nreads, 1);
	while (atomic_load(&server->ctl->stalled) && sem_wait(&server->ctl->gate)) {
	}

	reply(server, told(server, &server->ctl->read),
	      server->data + (in->offset < FUSE_FILE_NBYTES ? in->offset : 0),
	      moved(server, in->offset, in->size));
}

static void
do_write(struct server *server, const void *arg)
{
	const struct fuse_write_in *in = arg;
	const struct fuse_write_out out = {.size = (uint32_t)moved(server, in->offset, in->size)};
	const int32_t err = told(server, &server->ctl->write);

	if (!err && out.size) {
		atomic_fetch_add(&server->ctl->nunsynced, 1);
		memcpy(server->data + in->offset, in + 1, out.size);
	}
	reply(server, !err && !out.size ? EFBIG : err, &out, sizeof(out));
}

static void
do_fallocate(struct server *server, const void *arg)
{
	const struct fuse_fallocate_in *in = arg;
	const int32_t err = told(server, &server->ctl->fallocate);

	if (!err) {
		const size_t nbytes = inside(in->offset, (size_t)in->length);

		atomic_fetch_add(&server->ctl->nunsynced, 1);
		memset(server->data + (nbytes ? in->offset : 0), 0, nbytes);
	}
	reply(server, err, NULL, 0);
}

static void
do_sync(struct server *server)
{
	const int32_t err = told(server, &server->ctl->sync);

	if (!err) {
		atomic_store(&server->ctl->nunsynced, 0);
		atomic_fetch_add(&server->ctl->nsyncs, 1);
	}
	reply(server, err, NULL, 0);
}

static void
serve(struct server *server)
{
	const struct fuse_in_header *in = (const void *)server->req;
	const struct fuse_open_out open_out = {
	    .open_flags = atomic_load(&server->ctl->cached) ? 0 : FOPEN_DIRECT_IO,
	};
	const struct fuse_statfs_out statfs_out = {.st = {.bsize = 4096, .namelen = 255}};

	switch (in->opcode) {
	case FUSE_INIT:
		do_init(server, in + 1);
		break;
	case FUSE_LOOKUP:
		do_lookup(server, in + 1);
		break;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		do_attr(server, in->nodeid);
		break;
	case FUSE_OPEN:
		reply(server, 0, &open_out, sizeof(open_out));
		break;
	case FUSE_READ:
		do_read(server, in + 1);
		break;
	case FUSE_WRITE:
		do_write(server, in + 1);
		break;
	case FUSE_FSYNC:
		do_sync(server);
		break;
	case FUSE_FALLOCATE:
		do_fallocate(server, in + 1);
		break;
	case FUSE_STATFS:
		reply(server, 0, &statfs_out, sizeof(statfs_out));
		break;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_ACCESS:
		reply(server, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break; /* Not to be answered */
	default:
		reply(server, ENOSYS, NULL, 0);
		break;
	}
}

/** Until the file system is unmounted, or the process that mounted it is gone */
static void
run(struct server *server, pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent) {
		_exit(EXIT_FAILURE);
	}
	for (;;) {
		const ssize_t got = read(server->fd, server->req, sizeof(server->req));

		if (got < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) {
			continue;
		}
		if (got < (ssize_t)sizeof(struct fuse_in_header)) {
			_exit(got < 0 && is_over() ? EXIT_SUCCESS : EXIT_FAILURE);
		}
		serve(server);
	}
}

static int
start_server(struct fuse_fs *fs)
{
	struct server *server = calloc(1, sizeof(*server));
	const pid_t parent = getpid();
	char options[128];
	int err = 0;

	if (!server) {
		return -ENOMEM;
	}
	server->ctl = fs->ctl;
	server->fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 server->fd);
	if (server->fd < 0 || mount("xnvme-test", fs->dir, "fuse", MS_NOSUID | MS_NODEV, options)) {
		err = -errno;
	} else {
		fs->pid = fork();
		if (fs->pid == 0) {
			run(server, parent);
		}
		err = fs->pid < 0 ? -errno : 0;
	}
	if (server->fd >= 0) {
		close(server->fd);
	}
	free(server);

	return err;
}

int
fuse_start(struct fuse_fs *fs, const char *dir)
{
	int err;

	memset(fs, 0, sizeof(*fs));
	snprintf(fs->dir, sizeof(fs->dir), "%s", dir);
	snprintf(fs->path, sizeof(fs->path), "%s/" FILE_NAME, fs->dir);
	fs->ctl =
	    mmap(NULL, sizeof(*fs->ctl), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fs->ctl == MAP_FAILED) {
		return -errno;
	}
	err = sem_init(&fs->ctl->gate, 1, 0) ? -errno : start_server(fs);
	if (err) {
		munmap(fs->ctl, sizeof(*fs->ctl));
	}

	return err;
}

int
fuse_stop(struct fuse_fs *fs)
{
	int status = 0;
	int err = 0;

	/* io_uring lets go of the file some time after the queue: the server ends then */
	if (umount2(fs->dir, MNT_DETACH)) {
		err = -errno;
		kill(fs->pid, SIGKILL);
	}
	while (waitpid(fs->pid, &status, 0) < 0 && errno == EINTR) {
	}
	munmap(fs->ctl, sizeof(*fs->ctl));

	return err ? err : WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * Media of the demo: a device in memory, a temporary file, a loop device on another file
 *
 * The demo leaves nothing in the system, however it ends: the loop device detaches itself when
 * nobody has it open (LO_FLAGS_AUTOCLEAR), its backing file has no name, and the other file is
 * unlinked, by a signal handler if necessary.
 */
#include <shared.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOOP_ATTEMPTS 16

static char g_path[XNVME_IDENT_URI_LEN];

static void
unavailable(struct demo_medium *medium, const char *what, int err, const char *remedy)
{
	snprintf(medium->why, sizeof(medium->why), "%.160s: %s", what, strerror(err));
	snprintf(medium->remedy, sizeof(medium->remedy), "%s", remedy);
}

/** Create a file of `nbytes`; its name is in `path` */
static int
temp_file(char *path, size_t path_nbytes, size_t nbytes)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(path, path_nbytes, "%s/xnvme_demo.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, (off_t)nbytes) < 0) {
		const int err = errno;

		unlink(path);
		close(fd);
		errno = err;
		return -1;
	}

	return fd;
}

static void
init_memory(struct demo_medium *medium, size_t nbytes)
{
	medium->name = "memory";
	snprintf(medium->uri, sizeof(medium->uri), "ram:%zu?name=xnvme_demo", nbytes);
	medium->keep = xnvme_dev_open(medium->uri, NULL);
	if (!medium->keep) {
		unavailable(medium, "in-memory device", errno, xnvme_err_last()->hint);
	}
}

static void
init_file(struct demo_medium *medium, size_t nbytes)
{
	int fd;

	medium->name = "file";
	fd = temp_file(g_path, sizeof(g_path), nbytes);
	if (fd < 0) {
		unavailable(medium, g_path, errno, "set TMPDIR to a folder with room");
		g_path[0] = '\0';
		return;
	}
	close(fd);
	snprintf(medium->uri, sizeof(medium->uri), "%s", g_path);
}

/** Attach a file to a free loop device; try again when another process took it first */
static int
attach(int ctl, int backing, char *uri, size_t uri_nbytes)
{
	struct loop_config config = {
	    .fd = (uint32_t)backing,
	    .info = {.lo_flags = LO_FLAGS_AUTOCLEAR},
	};

	for (int i = 0; i < LOOP_ATTEMPTS; ++i) {
		const int number = ioctl(ctl, LOOP_CTL_GET_FREE);
		int fd;

		if (number < 0) {
			return -1;
		}
		snprintf(uri, uri_nbytes, "/dev/loop%d", number);
		fd = open(uri, O_RDWR | O_CLOEXEC);
		if (fd < 0) {
			return -1;
		}
		if (ioctl(fd, LOOP_CONFIGURE, &config) == 0) {
			return fd;
		}
		close(fd);
		if (errno != EBUSY) {
			return -1;
		}
	}

	return -1;
}

static void
init_loop(struct demo_medium *medium, size_t nbytes)
{
	const char *remedy = geteuid() ? "run as root: sudo ./x demo" : "allow loop devices here";
	const int ctl = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	char path[XNVME_IDENT_URI_LEN];
	int backing;

	medium->name = "loop";
	if (ctl < 0) {
		unavailable(medium, "/dev/loop-control", errno, remedy);
		return;
	}
	backing = temp_file(path, sizeof(path), nbytes);
	if (backing < 0) {
		unavailable(medium, path, errno, "set TMPDIR to a folder with room");
		close(ctl);
		return;
	}
	unlink(path);
	medium->fd = attach(ctl, backing, medium->uri, sizeof(medium->uri));
	if (medium->fd < 0) {
		unavailable(medium, "attaching a loop device", errno, remedy);
	}
	close(backing);
	close(ctl);
}

void
demo_media_init(struct demo *demo)
{
	static void (*const inits[DEMO_NMEDIA])(struct demo_medium *, size_t) = {
	    init_memory,
	    init_file,
	    init_loop,
	};

	for (size_t i = 0; i < DEMO_NMEDIA; ++i) {
		demo->media[i].fd = -1;
		inits[i](&demo->media[i], demo->content.region_nbytes);
	}
}

void
demo_media_abort(void)
{
	if (g_path[0]) {
		unlink(g_path);
	}
}

void
demo_media_term(struct demo *demo)
{
	for (size_t i = 0; i < DEMO_NMEDIA; ++i) {
		xnvme_dev_close(demo->media[i].keep);
		if (demo->media[i].fd >= 0) {
			close(demo->media[i].fd);
		}
	}
	demo_media_abort();
	g_path[0] = '\0';
}

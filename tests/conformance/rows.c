// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: the devices, and the rows that xnvme_dev_probe() finds for each */
#include <conformance/conf.h>
#include <support/fuse.h>
#include <support/immutable.h>
#include <support/loop.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

struct conf_dev conf_devs[CONF_MAX_DEVS];
int conf_ndevs;

static char g_loop_path[64];
static int g_loop_fd = -1;
static char g_loop_file[300];
static char g_file[300];

/** Cases run in children, which are not to clean up */
static pid_t g_owner;

static int
make_file(const char *path, uint64_t nbytes)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int err = 0;

	if (fd < 0) {
		return -errno;
	}
	if (ftruncate(fd, (off_t)nbytes) < 0) {
		err = -errno;
	}
	close(fd);

	return err;
}

int
conf_add_dev(const char *label, const char *uri)
{
	struct conf_dev *cdev = &conf_devs[conf_ndevs];
	const struct xnvme_geo *geo;
	struct xnvme_caps caps;
	struct xnvme_dev *dev;
	int err;

	if (conf_ndevs == CONF_MAX_DEVS) {
		return -ENOSPC;
	}
	dev = xnvme_dev_open(uri, NULL);
	if (!dev) {
		return -errno;
	}
	geo = xnvme_dev_get_geo(dev);
	err = xnvme_dev_get_caps(dev, &caps);
	memset(cdev, 0, sizeof(*cdev));
	snprintf(cdev->label, sizeof(cdev->label), "%s", label);
	snprintf(cdev->uri, sizeof(cdev->uri), "%s", uri);
	cdev->is_file = geo->nbytes == 1;
	if (cdev->is_file) {
		snprintf(cdev->path, sizeof(cdev->path), "%.*s", (int)strcspn(uri, "?"), uri);
	}
	cdev->has_controller = caps.admin;
	cdev->has_uncorrectable = xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE) > 0;
	cdev->zoned = geo->type == XNVME_GEO_ZONED;
	cdev->appends = xnvme_dev_can(dev, XNVME_SPEC_ZND_OPC_APPEND) > 0;
	cdev->extended = geo->lba_extended;
	cdev->tuple = geo->pi_type && geo->nbytes_oob == xnvme_pi_size(geo->pi_format);
	cdev->metadata = caps.metadata;
	cdev->copies_fmt_zero = geo->pi_format == XNVME_SPEC_NVM_NS_16B_GUARD;
	/* A device in memory is one per open, unless it has a name */
	cdev->in_memory = strcmp(xnvme_dev_get_opts(dev)->be, "ramdisk") == 0;
	cdev->shared = !cdev->in_memory || strstr(uri, "name=");
	cdev->lba_nbytes = geo->lba_nbytes;
	cdev->nlbas = geo->tbytes >> geo->ssw;
	xnvme_dev_close(dev);
	conf_ndevs += !err;

	return err;
}

/** Each on its own, for a process that may mount need not be let near /dev/fuse */
static bool
may_mount(void)
{
	return !mount("none", conf_env.dir, "tmpfs", 0, "size=1m");
}

static bool
may_fuse(void)
{
	struct fuse_fs fs;

	return !fuse_start(&fs, conf_env.dir) && !fuse_stop(&fs);
}

static bool
may_mount_ext4(void)
{
	return mount_new("ext4", "-b 4096");
}

static bool
may_mount_xfs(void)
{
	return mount_new("xfs", "-b size=4096");
}

/** In a process of its own, with mounts that nobody else sees; true when `func` says so */
static bool
tried(bool (*func)(void), bool mounts)
{
	int status = -1;
	const pid_t pid = fork();

	if (pid == 0) {
		_exit((mounts && (unshare(CLONE_NEWNS) ||
				  mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))) ||
		      !func());
	}

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

static bool
may_forbid(void)
{
	return !forbid(SYS_personality, EPERM);
}

static void
on_signal(int sig)
{
	(void)sig;
}

static void *
wait_for(void *arg)
{
	return sem_wait(arg) ? NULL : arg;
}

/** qemu-user, for i386: the handler returns to the storage of the thread that was started last */
static bool
signals_keep_threads_apart(void)
{
	const struct sigaction action = {.sa_handler = on_signal};
	static _Thread_local volatile bool here;
	pthread_t thread;
	sem_t gate;

	here = true;
	/* The other thread is there until this process ends */
	return !sem_init(&gate, 0, 0) && !sigaction(SIGUSR1, &action, NULL) &&
	       !pthread_create(&thread, NULL, wait_for, &gate) && !raise(SIGUSR1) && here;
}

static bool
may_make_immutable(void)
{
	char path[300];
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/immutable", conf_env.dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	good = fd >= 0 && !file_set_immutable(fd, true) && !file_set_immutable(fd, false);
	if (fd >= 0) {
		close(fd);
	}
	unlink(path);

	return good;
}

static void
try_what_the_system_grants(void)
{
	conf_env.can |= tried(may_mount, true) ? NEED_MOUNT : 0;
	conf_env.can |= tried(may_mount_ext4, true) ? NEED_EXT4 : 0;
	conf_env.can |= tried(may_mount_xfs, true) ? NEED_XFS : 0;
	conf_env.can |= tried(may_fuse, true) ? NEED_FUSE : 0;
	conf_env.can |= tried(signals_keep_threads_apart, false) ? NEED_SIGNALS : 0;
	conf_env.can |= tried(may_forbid, false) ? NEED_SECCOMP : 0;
	conf_env.can |= may_make_immutable() ? NEED_IMMUTABLE : 0;
	conf_env.can |= geteuid() == 0 ? NEED_ROOT : 0;
	conf_env.can |= SIZE_MAX > UINT32_MAX ? NEED_SIZE64 : 0;
}

static int
make_dir(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(conf_env.dir, sizeof(conf_env.dir), "%s/xnvme-conformance-XXXXXX",
		 base && *base ? base : "/tmp");
	if (!mkdtemp(conf_env.dir)) {
		conf_env.dir[0] = '\0';
		return -errno;
	}
	g_owner = getpid();

	return 0;
}

int
conf_add_default_devs(void)
{
	int err;

	err = make_dir();
	if (err) {
		return err;
	}
	try_what_the_system_grants();
	if (conf_ndevs) {
		return 0;
	}
	err = conf_add_dev("ram", "ram:64MiB?name=conf");
	if (!err) {
		err = conf_add_dev("ram4k", "ram:64MiB?lba_nbytes=4096");
	}
	snprintf(g_file, sizeof(g_file), "%s/file", conf_env.dir);
	snprintf(g_loop_file, sizeof(g_loop_file), "%s/loop", conf_env.dir);
	if (!err) {
		err = make_file(g_file, CONF_DEV_NBYTES);
	}
	if (!err) {
		err = conf_add_dev("file", g_file);
	}
	if (err) {
		return err;
	}
	if (make_file(g_loop_file, CONF_DEV_NBYTES) == 0) {
		g_loop_fd = loop_attach(g_loop_file, false, g_loop_path, sizeof(g_loop_path));
	}

	if (g_loop_fd < 0) {
		return 0;
	}
	err = conf_add_dev("loop", g_loop_path);
	conf_devs[conf_ndevs - 1].is_loop = !err;

	return err;
}

void
conf_reset_dev(const struct conf_dev *dev)
{
	if (dev->path[0]) {
		(void)make_file(dev->path, dev->nlbas * dev->lba_nbytes);
	}
}

/** The folder with whatever a failed case left in it */
static void
remove_dir(void)
{
	DIR *dir = opendir(conf_env.dir);

	for (const struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		if (entry->d_name[0] != '.') {
			unlinkat(dirfd(dir), entry->d_name, 0);
		}
	}
	if (dir) {
		closedir(dir);
	}
	rmdir(conf_env.dir);
}

void
conf_release(void)
{
	if (getpid() != g_owner) {
		return;
	}
	if (g_loop_fd >= 0) {
		close(g_loop_fd);
	}
	remove_dir();
}

struct gather {
	struct conf_row *rows;
	int nmax;
	int n;
	const struct conf_dev *dev;
	const char *be;
	const char *async;
};

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct gather *all = arg;
	struct conf_row *row = &all->rows[all->n];

	if (probe->err || !probe->async || (all->be && strcmp(all->be, probe->be) != 0) ||
	    (all->async && strcmp(all->async, probe->async) != 0)) {
		return 0;
	}
	if (all->n == all->nmax) {
		return -ENOSPC;
	}
	memset(row, 0, sizeof(*row));
	row->dev = all->dev;
	snprintf(row->label, sizeof(row->label), "%s:%s", all->dev->label, probe->async);
	snprintf(row->be, sizeof(row->be), "%s", probe->be);
	snprintf(row->async, sizeof(row->async), "%s", probe->async);
	snprintf(row->sync, sizeof(row->sync), "%s", probe->sync);
	snprintf(row->admin, sizeof(row->admin), "%s", probe->admin);
	snprintf(row->mem, sizeof(row->mem), "%s", probe->mem);
	row->moves_data = strcmp(probe->async, "nil") != 0;
	row->blind =
	    conf_env.under_tsan && !row->dev->has_controller && strcmp(probe->async, "posix") == 0;
	all->n++;

	return 0;
}

int
conf_rows(struct conf_row *rows, int nmax, const char *be, const char *async)
{
	struct gather all = {.rows = rows, .nmax = nmax, .be = be, .async = async};

	if (nmax < 1 + conf_ndevs) {
		return -ENOSPC;
	}
	memset(rows, 0, (size_t)(1 + conf_ndevs) * sizeof(*rows));
	snprintf(rows[0].label, sizeof(rows[0].label), "library");
	rows[0].moves_data = true;
	for (all.n = 1; all.n <= conf_ndevs; ++all.n) {
		struct conf_row *row = &rows[all.n];

		row->dev = &conf_devs[all.n - 1];
		row->moves_data = true;
		snprintf(row->label, sizeof(row->label), "%s", row->dev->label);
	}
	for (int i = 0; i < conf_ndevs; ++i) {
		int err;

		all.dev = &conf_devs[i];
		err = xnvme_dev_probe(all.dev->uri, NULL, on_probe, &all);
		if (err) {
			return err;
		}
	}

	return all.n;
}

// SPDX-License-Identifier: BSD-3-Clause
/** Conformance on Linux: mounts, loop devices and refusals, where this process may have them */
#include <conformance/linux.h>
#include <support/fuse.h>
#include <support/immutable.h>
#include <support/loop.h>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

const struct conf_case *const conf_system_cases[] = {
    conf_cases_linux_durable,
    conf_cases_linux_errno,
    conf_cases_linux_file,
    conf_cases_linux_refused,
    NULL,
};

static char g_loop_path[64];
static int g_loop_fd = -1;

void
own_mounts(void)
{
	EQ(unshare(CLONE_NEWNS), 0);
	EQ(mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL), 0);
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
	const int pid = sys_fork();

	if (!pid) {
		sys_exit_now((mounts && (unshare(CLONE_NEWNS) ||
					 mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))) ||
			     !func());
	}

	return pid > 0 && !sys_fork_wait(pid);
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

unsigned
conf_system_grants(void)
{
	unsigned can = NEED_FORK | NEED_LIMITS | NEED_NODES;

	can |= tried(may_mount, true) ? NEED_MOUNT : 0;
	can |= tried(may_mount_ext4, true) ? NEED_EXT4 : 0;
	can |= tried(may_mount_xfs, true) ? NEED_XFS : 0;
	can |= tried(may_fuse, true) ? NEED_FUSE : 0;
	can |= tried(signals_keep_threads_apart, false) ? NEED_SIGNALS : 0;
	can |= tried(may_forbid, false) ? NEED_SECCOMP : 0;
	can |= may_make_immutable() ? NEED_IMMUTABLE : 0;
	can |= geteuid() == 0 ? NEED_ROOT : 0;

	return can;
}

/** A loop device, where this process may make one */
int
conf_system_devs(void)
{
	char path[300];
	int err;

	snprintf(path, sizeof(path), "%s/loop", conf_env.dir);
	if (sys_file_make(path, CONF_DEV_NBYTES) == 0) {
		g_loop_fd = loop_attach(path, false, g_loop_path, sizeof(g_loop_path));
	}
	if (g_loop_fd < 0) {
		return 0;
	}
	err = conf_add_dev("loop", g_loop_path);
	conf_devs[conf_ndevs - 1].is_loop = !err;

	return err;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * What tests ask of the operating system, beyond C11
 *
 * One implementation per system, chosen by the build: tests/support/posix and
 * tests/support/windows. Functions return 0 or a count, or a negative errno. What a system lacks is
 * listed by sys_lacks(); the functions for it return -ENOSYS there. Tests that need it are skipped
 * with the reason that sys_lacks() gives.
 */
#ifndef XNVT_SYS_H
#define XNVT_SYS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys_types.h>

/** What not every system has */
enum sys_feature {
	SYS_FORK,	  ///< A process can be copied
	SYS_FORK_THREADS, ///< ... also one with threads, and the copy can start threads of its own
	SYS_SIGNALS,	  ///< A signal interrupts system calls
	SYS_LIMITS,	  ///< A process can limit its own descriptors and sizes of files
	SYS_PERMISSIONS,  ///< Files have permission bits for owner, group and others
	SYS_NODES,	  ///< A path can name a pipe or a device
	SYS_POSIX_AIO,	  ///< There is aio_read(3)
	SYS_OWN_MEMORY,	  ///< No sanitizer adds multiples to sys_resident_nbytes()
	SYS_NFEATURES
};

/** Why this system cannot run a test that needs the feature; NULL when it can */
const char *sys_lacks(enum sys_feature feature);

/* Threads. Only a test's own: those of the library are counted by sys_count_threads() */

int sys_thread_start(struct sys_thread *thread, void *(*func)(void *), void *arg);
/** Wait for the thread to end; returns what its function returned */
void *sys_thread_join(struct sys_thread *thread);
void sys_thread_yield(void);

/** As many threads as the barrier was made for wait for each other, any number of times */
int sys_barrier_init(struct sys_barrier *barrier, unsigned nthreads);
void sys_barrier_wait(struct sys_barrier *barrier);
void sys_barrier_term(struct sys_barrier *barrier);

/** Monotonic time in milliseconds */
uint64_t sys_time_ms(void);

/* Processes */

unsigned long sys_process_id(void);
/** End the process without handlers of atexit(3); from any thread */
_Noreturn void sys_exit_now(int status);
/** End the process so that no checker looks for what it leaks: status 137 */
_Noreturn void sys_vanish(void);
/** End the process when it is still there after that many seconds */
int sys_watchdog(unsigned seconds);

/** Copy the process: 0 in the copy, its number in the caller; SYS_FORK */
int sys_fork(void);
/** Wait for a copy to end: its exit status, or 128 and the number of the signal; SYS_FORK */
int sys_fork_wait(int pid);

/** A pipe between a process and its copy: the first end is read, the second one is written */
int sys_pipe(int ends[2]);
/** Returns 0 when nobody can write any more */
int sys_pipe_read(int end, void *buf, size_t nbytes);
int sys_pipe_write(int end, const void *buf, size_t nbytes);
void sys_pipe_close(int end);

/**
 * A program with pipes as its standard input and output; it shares standard error
 *
 * What the environment variable XNVT_WRAPPER has, words separated by blanks, runs the program: an
 * emulator, for programs of another machine. Not on Windows.
 */
int sys_program_start(struct sys_program *program, const char *const *argv);
/** Read what it prints, at most `nbytes`; 0 when it has closed its output */
int sys_program_read(struct sys_program *program, void *buf, size_t nbytes);
/** Close its input, wait for its end; returns its exit status, or 128 and more after a crash */
int sys_program_end(struct sys_program *program);
/** Its number, as others see it */
unsigned long sys_program_id(const struct sys_program *program);
/** To be told at the begin of main(): by what name this program was started */
void sys_program_name(const char *argv0);
/** Path of the program that runs now, so that a test can start itself */
const char *sys_program_self(void);

/** Work for a process of its own: see sys_work_run() */
struct sys_work {
	void (*func)(void *arg); ///< What a copy of this process does (SYS_FORK)
	void *arg;
	const char *const *argv; ///< What this program is started with where there are no copies
	FILE *output;		 ///< Where its standard output and error go
	unsigned timeout_s;
};

struct sys_outcome {
	bool started;
	bool in_time;
	int status;	///< Exit status, of what ended by itself
	char crash[96]; ///< What else ended it, in words; empty otherwise
};

/**
 * Run work in a process of its own, and wait until that process and its children are gone
 *
 * What takes longer than allowed is killed.
 *
 * @param report What the work reported by sys_work_report(), NUL-terminated
 */
struct sys_outcome sys_work_run(const struct sys_work *work, char *report, size_t report_nbytes);
/** In the process that does the work: append to the report; from any thread */
void sys_work_report(const char *text, size_t nbytes);

/* What the process has in use */

/** Open descriptors, or handles */
int sys_count_descriptors(void);
/** Those that a program started now would inherit */
int sys_count_inheritable(void);
/** True when the descriptor 0, 1 or 2 leads anywhere */
bool sys_stream_is_open(int fd);
int sys_count_threads(void);
/** Bytes on the heap; in pages where the C library keeps no count */
size_t sys_heap_nbytes(void);
/** Memory that the process has in use, stacks and programs included */
uint64_t sys_resident_nbytes(void);
/** How much sys_heap_nbytes() may rise although nothing has leaked */
size_t sys_heap_slack_nbytes(void);

/* Files, by path. A temporary folder is made at the first use and removed with its content at exit,
 * by the process that made it
 */

const char *sys_temp_dir(void);
/** Path of `name` in the temporary folder; nothing is there unless the test makes it */
void sys_temp_path(char *path, size_t nbytes, const char *name);
/** A new folder in the temporary folder, for a test that needs an empty one */
void sys_temp_subdir(char *path, size_t nbytes, const char *name);
/** A stream for reading and writing, without a name; NULL with errno set */
FILE *sys_temp_stream(void);

/** A regular file of `nbytes` zeroes in place of whatever file was there */
int sys_file_make(const char *path, uint64_t nbytes);
int sys_file_resize(const char *path, uint64_t nbytes);
/** Replace the content of a file, or make it */
int sys_file_put(const char *path, const void *data, size_t nbytes);
/** The first `nbytes` of a file; returns how many there are */
int64_t sys_file_get(const char *path, void *data, size_t nbytes);
int sys_file_write_at(const char *path, uint64_t offset, const void *data, size_t nbytes);
int64_t sys_file_nbytes(const char *path);
/** Bytes that the file takes of its file system */
int64_t sys_file_allocated_nbytes(const char *path);
bool sys_file_exists(const char *path);
/** False where the system lets no file have the name */
bool sys_name_is_allowed(const char *name);
int sys_file_remove(const char *path);
/** Also over an existing file; -EACCES where the system does not replace one that is open */
int sys_file_rename(const char *from, const char *to);
/** True when the system takes a range of a file back, and the file reads as zeroes there */
bool sys_has_holes(void);
/** Permission bits; SYS_PERMISSIONS */
int sys_file_mode(const char *path);
int sys_file_set_mode(const char *path, unsigned mode);
/** No bit of the mode of a new file is masked from now on; nothing without SYS_PERMISSIONS */
void sys_file_mask_none(void);
/** A second name of a file */
int sys_file_link(const char *existing, const char *path);
/** A symbolic link to `target`, which need not be there; -EPERM where that is a privilege */
int sys_file_symlink(const char *target, const char *path);
/** A named pipe; SYS_NODES */
int sys_file_make_fifo(const char *path);
/** True when another open of the file has locked all of it */
bool sys_file_is_locked(const char *path);

int sys_dir_make(const char *path);
/** With all that is in it */
int sys_dir_remove(const char *path);
int sys_dir_change(const char *path);

/* Streams */

/** Let `stream` lead to the file of `to`; returns what undoes it, or a negative errno */
int sys_stream_redirect(FILE *stream, FILE *to);
void sys_stream_restore(FILE *stream, int before);
/** What is written arrives byte by byte; of interest on Windows */
void sys_stream_binary(FILE *stream);
/** A stream whose writes fail; stores the negative errno that they fail with */
FILE *sys_stream_full(int *err);
/** Close the descriptor 0, 1 or 2 */
void sys_stream_close(int fd);

/** A stream into memory */
struct sys_memory {
	FILE *stream;
	char *text; ///< After sys_memory_close(): NUL-terminated, for the caller to free
	size_t nbytes;
};

/** Returns the stream, NULL when there is none */
FILE *sys_memory_open(struct sys_memory *memory);
/** Close the stream; returns the text, NULL when memory or the file is short */
char *sys_memory_close(struct sys_memory *memory);

/* Completion descriptors of queues, whatever they are on the system */

/** 1 when the descriptor is set within `timeout_ms`, 0 when not */
int sys_event_is_set(int fd, unsigned timeout_ms);
/** Wait without a limit until it is set; where read(2) does that, it is cleared too */
int sys_event_read(int fd);
/** Set it, as any holder of the descriptor can; -ENOSYS where holders cannot */
int sys_event_set(int fd);

/** Ways to sleep until a completion descriptor is set */
enum sys_sleep {
	SYS_SLEEP_READ,	 ///< As sys_event_read()
	SYS_SLEEP_LEVEL, ///< As long as it is set, there is no waiting
	SYS_SLEEP_EDGES, ///< One wake-up for each time that it is set
	SYS_NSLEEPS
};

/** Get ready; -ENOSYS where the system cannot wait like this */
int sys_sleeper_init(struct sys_sleeper *sleeper, int fd, enum sys_sleep how);
/** Sleep without a limit; 0 when woken */
int sys_sleeper_wait(struct sys_sleeper *sleeper);
void sys_sleeper_term(struct sys_sleeper *sleeper);

/* Descriptors of devices */

bool sys_descriptor_is_open(int fd);
/** True when what is read and written goes past the cache of the system, or there is no cache */
bool sys_descriptor_is_direct(int fd);

/* The environment, and what interrupts or limits the process */

/** Set a variable, or remove it when `value` is NULL; -EINVAL for "" where that removes it too */
int sys_env_set(const char *name, const char *value);

enum sys_limit {
	SYS_LIMIT_DESCRIPTORS, ///< A new descriptor has a lower number
	SYS_LIMIT_FILE_NBYTES, ///< Files do not grow beyond
};

/** Limit the process; SYS_LIMITS */
int sys_limit_set(enum sys_limit limit, uint64_t value);
/** Take back what sys_limit_set() did */
int sys_limit_reset(enum sys_limit limit);

/** A signal every `period_us`, until it is 0; SYS_SIGNALS */
int sys_interrupts(unsigned period_us);
/** Signals that arrived so far */
unsigned sys_count_interrupts(void);

#endif /* XNVT_SYS_H */

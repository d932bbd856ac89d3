// SPDX-License-Identifier: BSD-3-Clause
/**
 * Descriptors 0 to 2, and the arguments of kind FILE
 *
 * A FILE is always a path, but for "-": standard input of an input, standard output of an output.
 * When data goes to standard output, by "-" or by a path that is the same file, what the tool has
 * to report goes to standard error, so that each can be read alone. A path that is the same file as
 * standard error gets the data between the messages, as asked for.
 */
#ifndef TOOL_FILE_H
#define TOOL_FILE_H

#include <sys/stat.h>
#include <sys/types.h>
#include <tool.h>

/** What follows it is a path, see xnvme_dev_open() */
#define TOOL_FILE_SCHEME "file:"

/** Set before tool_main() by a tool whose FILE arguments are URIs */
extern bool tool_files_are_uris;

/**
 * Fill what is closed of descriptors 0 to 2, so that no device or file gets one of them
 *
 * Using a filled descriptor fails with EBADF: 0 cannot be read, 1 and 2 cannot be written. To be
 * called before anything else.
 *
 * @return 0 or a negative errno
 */
int tool_fds_fill(void);

/** Before a sub-command: check its FILE arguments together; 0, or -EINVAL after reporting */
int tool_files_begin(const struct xnvme_cli *cli);

/** Refuse to copy something onto itself: 0, or -EINVAL after reporting */
int tool_same_check(const char *input, const char *output);

/** The argument means standard input */
bool tool_is_stdin(const char *path);

/** The argument means standard output, or is another name of it */
bool tool_is_stdout(const char *path);

/** stat() of an argument: of a path, or of the path in a URI file:PATH */
int tool_path_stat(const char *path, struct stat *st);

/** Where data for standard output goes, once tool_files_begin() found that there is some */
int tool_stdout_fd(void);

/** read(2) until `nbytes` are there or the input ends; the bytes read, or a negative errno */
ssize_t tool_read_full(int fd, void *buf, size_t nbytes);

/** write(2) all of it; the bytes written are added to *done, also when it fails */
int tool_write_full(int fd, const void *buf, size_t nbytes, size_t *done);

/** Cut the open file to `nbytes` when it is a regular one; 0 or a negative errno */
int tool_trim(int fd, uint64_t nbytes);

#endif /* TOOL_FILE_H */

// SPDX-License-Identifier: BSD-3-Clause
/**
 * Descriptors 0 to 2, and the arguments of kind FILE
 *
 * A FILE is always a path, except "-": standard input for an input, standard output for an output.
 * When data goes to standard output, by "-" or by a path that is the same file, the report of the
 * tool goes to standard error, so that the two do not mix. They do mix when the user names a path
 * that is the same file as standard error.
 */
#ifndef TOOL_FILE_H
#define TOOL_FILE_H

#include <os/std.h>
#include <tool.h>

/** Scheme of a URI that is a path, see xnvme_dev_open() */
#define TOOL_FILE_SCHEME "file:"

/** Set before tool_main() by a tool whose FILE arguments are URIs */
extern bool tool_files_are_uris;

/** Before a sub-command: check its FILE arguments together; 0, or -EINVAL after reporting */
int tool_files_begin(const struct xnvme_cli *cli);

/** Refuse to copy something onto itself: 0, or -EINVAL after reporting */
int tool_same_check(const char *input, const char *output);

/** Whether the argument means standard input */
bool tool_is_stdin(const char *path);

/** Whether the argument means standard output, or is another name of it */
bool tool_is_stdout(const char *path);

/** Tell what an argument names: a path, or a URI file:PATH; 0 or a negative errno */
int tool_path_info(const char *path, struct xnvi_file_info *info);

/** As tool_buf_to_file(), without claiming the output */
int tool_path_write(const void *buf, size_t nbytes, const char *path);

/** Handle for data that goes to standard output, set by tool_files_begin() */
xnvi_handle tool_stdout(void);

/** Read `nbytes`, or to the end of the input; the bytes read, or a negative errno */
int64_t tool_read_full(xnvi_handle file, void *buf, size_t nbytes);

/** Write all bytes; adds the bytes written to *done, also on failure */
int tool_write_full(xnvi_handle file, const void *buf, size_t nbytes, size_t *done);

#endif /* TOOL_FILE_H */

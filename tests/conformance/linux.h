// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what cases of Linux share */
#ifndef XNVT_CONF_LINUX_H
#define XNVT_CONF_LINUX_H

#include <conformance/conf.h>

extern const struct conf_case conf_cases_linux_durable[];
extern const struct conf_case conf_cases_linux_errno[];
extern const struct conf_case conf_cases_linux_file[];
extern const struct conf_case conf_cases_linux_refused[];

/** From here on, mounts of this process are seen by nobody else */
void own_mounts(void);

/**
 * Mount a new file system of this type on the folder for files; false where it cannot be had
 *
 * @param options Of the program that makes the file system
 */
bool mount_new(const char *type, const char *options);

/** The system call is answered with `err` from now on, in this process; 0 or a negative errno */
int forbid(long number, int err);

#endif /* XNVT_CONF_LINUX_H */

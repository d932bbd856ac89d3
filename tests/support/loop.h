// SPDX-License-Identifier: BSD-3-Clause
/** A loop device over a file, where the system lets us have one */
#ifndef XNVT_LOOP_H
#define XNVT_LOOP_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Attach a file to a free loop device until the last descriptor of it is closed
 *
 * @param path Where to put the path of the device
 *
 * @return The first descriptor, or a negative errno
 */
int loop_attach(const char *file, bool read_only, char *path, size_t path_nbytes);

#endif /* XNVT_LOOP_H */

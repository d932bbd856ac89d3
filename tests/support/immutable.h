// SPDX-License-Identifier: BSD-3-Clause
/** Files that nobody may write, where the system lets us have them */
#ifndef XNVT_IMMUTABLE_H
#define XNVT_IMMUTABLE_H

#include <stdbool.h>

/** Make a file immutable, or mutable again; 0 or a negative errno */
int file_set_immutable(int fd, bool on);

#endif /* XNVT_IMMUTABLE_H */

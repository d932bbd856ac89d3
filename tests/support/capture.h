// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a function writes to stdout
 */
#ifndef XNVT_CAPTURE_H
#define XNVT_CAPTURE_H

/** From here on, stdout goes to a file */
void capture_begin(void);

/** Restore stdout; returns what was written, NUL-terminated, for the caller to free */
char *capture_end(void);

/** Restore stdout if it goes to a file, and forget what was written: the test has failed */
void capture_cancel(void);

#endif /* XNVT_CAPTURE_H */

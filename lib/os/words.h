// SPDX-License-Identifier: BSD-3-Clause
/**
 * Texts that systems write in their own way
 */
#ifndef XNVI_WORDS_H
#define XNVI_WORDS_H

#include <stddef.h>

/** strerror(3), also of errors that the C library has no words for */
const char *xnvi_strerror(int err);

/**
 * The name of a program in the path that it was started by
 *
 * @param nchars Set to its length: on Windows the name ends before ".exe"
 *
 * @return Where it begins in `path`
 */
const char *xnvi_program_name(const char *path, size_t *nchars);

#endif /* XNVI_WORDS_H */

// SPDX-License-Identifier: BSD-3-Clause
#ifndef XNVI_PATH_H
#define XNVI_PATH_H

#include <wchar.h>

/**
 * A path in UTF-8 as calls of Windows take it: UTF-16, and with the prefix for long paths where it
 * is one
 *
 * @param wide To be given to free()
 *
 * @return 0; -ENOENT when it is not UTF-8, which no file's name is; -ENAMETOOLONG; -ENOMEM
 */
int xnvi_path_wide(const char *path, wchar_t **wide);

/** The inverse, without the prefix and with slashes; NULL when there is no memory */
char *xnvi_path_utf8(const wchar_t *wide);

#endif /* XNVI_PATH_H */

// SPDX-License-Identifier: BSD-3-Clause
/** A made-up tree of files in a scratch folder, in place of sysfs, procfs and device nodes */
#ifndef XNVT_TREE_H
#define XNVT_TREE_H

/**
 * Empty the scratch folder of the process, or make it
 *
 * @return Its path, valid until the process ends
 */
const char *tree_begin(void);

/** Remove the folder */
void tree_end(void);

/** A file with this text and the folders that lead to it; a folder when `text` is NULL */
void tree_put(const char *path, const char *text);

/** A symbolic link to another path of the tree, which need not be there */
void tree_link(const char *path, const char *target);

#endif /* XNVT_TREE_H */

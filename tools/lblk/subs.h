// SPDX-License-Identifier: BSD-3-Clause
/**
 * The sub-commands of the tool `lblk`, by file
 */
#ifndef LBLK_SUBS_H
#define LBLK_SUBS_H

#include <tool.h>

/** Data and metadata of one command on --slba and --nlb */
struct lblk_bufs {
	size_t data_nbytes;
	size_t meta_nbytes;
	uint8_t *data;
	uint8_t *meta; ///< NULL when the command carries none
};

/** Allocate buffers for --nlb + 1 blocks; `meta`: with a metadata buffer */
int lblk_bufs_init(struct xnvme_cli *cli, struct lblk_bufs *bufs, bool meta);

/** Fill from --data-input and --meta-input; without --data-input, with the pattern */
int lblk_bufs_load(struct xnvme_cli *cli, struct lblk_bufs *bufs);

/** Refuse to write the pattern to a device that may hold valuable data */
int lblk_input_check(struct xnvme_cli *cli);

/** Send Write with the fields that the caller filled in, or show it in a dry run */
int lblk_write(struct xnvme_cli *cli, struct xnvme_cmd_ctx *ctx, const struct lblk_bufs *bufs);

void lblk_bufs_term(struct xnvme_cli *cli, struct lblk_bufs *bufs);

/** Print what was done */
int lblk_summary(struct xnvme_cli *cli, const struct lblk_bufs *bufs);

/* rw.c */
int sub_read(struct xnvme_cli *cli);
int sub_write(struct xnvme_cli *cli);
int sub_write_dir(struct xnvme_cli *cli);
int sub_compare(struct xnvme_cli *cli);
int sub_write_zeros(struct xnvme_cli *cli);
int sub_write_uncor(struct xnvme_cli *cli);
int sub_verify(struct xnvme_cli *cli);
int sub_flush(struct xnvme_cli *cli);
int sub_copy(struct xnvme_cli *cli);

/* pi.c */
int sub_write_read_pi(struct xnvme_cli *cli);

/* admin.c */
int sub_idfy(struct xnvme_cli *cli);
int sub_dir_send(struct xnvme_cli *cli);
int sub_dir_receive(struct xnvme_cli *cli);

#endif /* LBLK_SUBS_H */

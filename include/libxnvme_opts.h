// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_OPTS_H
#define __LIBXNVME_OPTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_opts_css {
	uint32_t value;
	uint32_t given;
};

struct xnvme_opts {
	const char *be;
	const char *dev;
	const char *mem;
	const char *sync;
	const char *async;
	const char *admin;
	uint32_t nsid;
	uint8_t rdonly;
	uint8_t wronly;
	uint8_t rdwr;
	uint8_t create;
	uint8_t truncate;
	uint8_t direct;
	uint32_t create_mode;
	uint8_t poll_io;
	uint8_t poll_sq;
	uint8_t register_files;
	uint8_t register_buffers;
	struct xnvme_opts_css css;
	uint32_t use_cmb_sqs;
	uint32_t shm_id;
	uint32_t main_core;
	const char *core_mask;
	const char *adrfam;
	const char *subnqn;
	const char *hostnqn;
	uint32_t admin_timeout;
	uint32_t command_timeout;
	uint32_t spdk_fabrics;
	uint32_t keep_alive_timeout_ms;
};

void xnvme_opts_set_defaults(struct xnvme_opts *opts);

struct xnvme_opts xnvme_opts_default(void);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_OPTS_H */

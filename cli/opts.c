// SPDX-License-Identifier: BSD-3-Clause
/**
 * Copying the options for opening a device from the command line to struct xnvme_opts
 */
#include <errno.h>
#include <string.h>
#include <core/err.h>
#include <options.h>

/** How to copy one value; sizes may differ, since the range of the option fits the smaller one */
struct mapping {
	enum xnvme_cli_opt opt;
	enum xnvi_cli_dest kind;
	size_t from;
	size_t from_nbytes;
	size_t to;
	size_t to_nbytes;
};

#define MAP(OPT, KIND, FROM, TO)                                                                   \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, XNVI_CLI_DEST_##KIND, offsetof(struct xnvme_cli_args, FROM),  \
		    sizeof(((struct xnvme_cli_args *)NULL)->FROM),                                 \
		    offsetof(struct xnvme_opts, TO), sizeof(((struct xnvme_opts *)NULL)->TO)       \
	}

static const struct mapping mappings[] = {
    MAP(BE, STR, be, be),
    MAP(MEM, STR, mem, mem),
    MAP(SYNC, STR, sync, sync),
    MAP(ASYNC, STR, async, async),
    MAP(ADMIN, STR, admin, admin),
    MAP(DEV_NSID, NUM, dev_nsid, nsid),
    MAP(RDONLY, NUM, rdonly, rdonly),
    MAP(WRONLY, NUM, wronly, wronly),
    MAP(RDWR, NUM, rdwr, rdwr),
    MAP(CREATE, NUM, create, create),
    MAP(TRUNCATE, NUM, truncate, truncate),
    MAP(DIRECT, BOOL, direct, direct),
    MAP(CREATE_MODE, NUM, create_mode, create_mode),
    MAP(POLL_IO, NUM, poll_io, poll_io),
    MAP(POLL_SQ, NUM, poll_sq, poll_sq),
    MAP(REGISTER_FILES, NUM, register_files, register_files),
    MAP(REGISTER_BUFFERS, NUM, register_buffers, register_buffers),
    MAP(CSS, CSS, css, css),
    MAP(USE_CMB_SQS, NUM, use_cmb_sqs, use_cmb_sqs),
    MAP(SHM_ID, NUM, shm_id, shm_id),
    MAP(MAIN_CORE, NUM, main_core, main_core),
    MAP(CORE_MASK, STR, core_mask, core_mask),
    MAP(ADRFAM, STR, adrfam, adrfam),
    MAP(SUBNQN, STR, subnqn, subnqn),
    MAP(HOSTNQN, STR, hostnqn, hostnqn),
};

static uint64_t
number_load(const void *from, size_t nbytes)
{
	uint64_t value64 = 0;
	uint32_t value32 = 0;
	uint8_t value8 = 0;

	switch (nbytes) {
	case sizeof(value8):
		memcpy(&value8, from, sizeof(value8));
		return value8;
	case sizeof(value32):
		memcpy(&value32, from, sizeof(value32));
		return value32;
	default:
		memcpy(&value64, from, sizeof(value64));
		return value64;
	}
}

static void
number_copy(const struct mapping *map, const void *from, void *to)
{
	const uint64_t value = number_load(from, map->from_nbytes);
	const uint32_t value32 = (uint32_t)value;
	const uint8_t value8 = map->kind == XNVI_CLI_DEST_BOOL ? value != 0 : (uint8_t)value;

	if (map->to_nbytes == sizeof(value8)) {
		memcpy(to, &value8, sizeof(value8));
	} else {
		memcpy(to, &value32, sizeof(value32));
	}
}

int
xnvme_cli_to_opts(const struct xnvme_cli *cli, struct xnvme_opts *opts)
{
	if (!cli || !opts) {
		return XNVI_NULL("cli or opts");
	}

	for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); ++i) {
		const struct mapping *map = &mappings[i];
		const void *from = (const char *)&cli->args + map->from;
		void *to = (char *)opts + map->to;

		if (!cli->given[map->opt]) {
			continue;
		}
		if (map->kind == XNVI_CLI_DEST_NUM || map->kind == XNVI_CLI_DEST_BOOL) {
			number_copy(map, from, to);
		} else {
			memcpy(to, from, map->to_nbytes);
		}
	}

	/* rdwr is set by default; a command line that names another mode wants only that mode */
	if (!cli->given[XNVME_CLI_OPT_RDWR] && (opts->rdonly || opts->wronly)) {
		opts->rdwr = 0;
	}

	return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers of commands, feature values and directives
 */
#include <errno.h>

#include <libxnvme_spec.h>
#include <libxnvme_spec_fs.h>
#include <spec/names.h>
#include <spec/tables.h>
#include <print/structs.h>
#include <print/term.h>
#include <print/walk.h>

#define NDWORDS_CMD 16

/** Values of `opts` that only xnvme_spec_cmd_fpr() has; 2 and 16 are those of enum xnvme_pr */
enum cmd_opts {
	CMD_OPTS_BIN = 0,
	CMD_OPTS_HEX = 1,
	CMD_OPTS_TERSE = 2,
	CMD_OPTS_NAMED = 3,
	CMD_OPTS_JSON = 16,
};

/** Largest number of FDP event descriptors of Get Features: the field has 8 bits */
#define FDP_EVENTS_NMAX 255

/** Largest number of bytes that is read of the data of Get Status */
#define STREAMS_GS_NBYTES_MAX 4096U

/** Kinds of commands: an opcode is another command on the admin queue, and in Key Value */
enum queue {
	QUEUE_IO,
	QUEUE_KV,
	QUEUE_ADMIN,
	NQUEUES,
};

static const struct {
	const char *key;
	bool admin;
	uint8_t csi;
} queues[NQUEUES] = {
    [QUEUE_IO] = {"io", false, XNVME_SPEC_CSI_ZONED},
    [QUEUE_KV] = {"kv", false, XNVME_SPEC_CSI_KV},
    [QUEUE_ADMIN] = {"admin", true, XNVME_SPEC_CSI_NVM},
};

static const struct {
	enum queue queue;
	uint8_t opcode;
	const struct xnvi_spec_table *table;
} commands[] = {
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_WRITE, &xnvi_tbl_cmd_nvm},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_READ, &xnvi_tbl_cmd_nvm},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, &xnvi_tbl_cmd_nvm},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_COMPARE, &xnvi_tbl_cmd_compare},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_WRITE_ZEROES, &xnvi_tbl_cmd_write_zeroes},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, &xnvi_tbl_cmd_dsm},
    {QUEUE_IO, 0x0c, &xnvi_tbl_cmd_nvm},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_IO_MGMT_RECV, &xnvi_tbl_cmd_mgmt_recv},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_SCOPY, &xnvi_tbl_cmd_scopy},
    {QUEUE_IO, XNVME_SPEC_NVM_OPC_IO_MGMT_SEND, &xnvi_tbl_cmd_mgmt_send},
    {QUEUE_IO, XNVME_SPEC_ZND_OPC_MGMT_SEND, &xnvi_tbl_cmd_znd_mgmt_send},
    {QUEUE_IO, XNVME_SPEC_ZND_OPC_MGMT_RECV, &xnvi_tbl_cmd_znd_mgmt_recv},
    {QUEUE_IO, XNVME_SPEC_ZND_OPC_APPEND, &xnvi_tbl_cmd_znd_append},
    {QUEUE_IO, XNVME_SPEC_FS_OPC_READ, &xnvi_tbl_cmd_nvm},
    {QUEUE_IO, XNVME_SPEC_FS_OPC_WRITE, &xnvi_tbl_cmd_nvm},
    {QUEUE_KV, XNVME_SPEC_KV_OPC_STORE, &xnvi_tbl_cmd_kvs},
    {QUEUE_KV, XNVME_SPEC_KV_OPC_RETRIEVE, &xnvi_tbl_cmd_kvs},
    {QUEUE_KV, XNVME_SPEC_KV_OPC_LIST, &xnvi_tbl_cmd_kvs},
    {QUEUE_KV, XNVME_SPEC_KV_OPC_DELETE, &xnvi_tbl_cmd_kvs},
    {QUEUE_KV, XNVME_SPEC_KV_OPC_EXIST, &xnvi_tbl_cmd_kvs},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_LOG, &xnvi_tbl_cmd_log},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_IDFY, &xnvi_tbl_cmd_idfy},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_SFEAT, &xnvi_tbl_cmd_sfeat},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_GFEAT, &xnvi_tbl_cmd_gfeat},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_DSEND, &xnvi_tbl_cmd_dsend},
    {QUEUE_ADMIN, XNVME_SPEC_ADM_OPC_DRECV, &xnvi_tbl_cmd_drecv},
    {QUEUE_ADMIN, XNVME_SPEC_NVM_OPC_FMT, &xnvi_tbl_cmd_format},
    {QUEUE_ADMIN, XNVME_SPEC_NVM_OPC_SANITIZE, &xnvi_tbl_cmd_sanitize},
};

static const struct {
	uint8_t fid;
	const struct xnvi_spec_table *table;
} features[] = {
    {XNVME_SPEC_FEAT_ARBITRATION, &xnvi_tbl_feat_arbitration},
    {XNVME_SPEC_FEAT_PWR_MGMT, &xnvi_tbl_feat_pwr_mgmt},
    {XNVME_SPEC_FEAT_LBA_RANGETYPE, &xnvi_tbl_feat_lba_rangetype},
    {XNVME_SPEC_FEAT_TEMP_THRESHOLD, &xnvi_tbl_feat_temp_threshold},
    {XNVME_SPEC_FEAT_ERROR_RECOVERY, &xnvi_tbl_feat_error_recovery},
    {XNVME_SPEC_FEAT_VWCACHE, &xnvi_tbl_feat_vwcache},
    {XNVME_SPEC_FEAT_NQUEUES, &xnvi_tbl_feat_nqueues},
    {XNVME_SPEC_FEAT_FDP_MODE, &xnvi_tbl_feat_fdp_mode},
    {XNVME_SPEC_FEAT_FDP_EVENTS, &xnvi_tbl_feat_fdp_events},
};

static void
emit_dwords(struct xnvi_emit *e, const char *header, const struct xnvi_record *rec, bool hex)
{
	xnvi_emit_list(e, header, XNVI_EMIT_BLOCK);
	for (uint16_t i = 0; i < NDWORDS_CMD; ++i) {
		const struct xnvi_field dword = {.offset = (uint16_t)(i * 4U), .nbits = 32};
		uint64_t value = 0;

		xnvi_spec_get(rec, &dword, &value);
		if (hex) {
			xnvi_emit_hex(e, NULL, value);
		} else {
			xnvi_emit_bits(e, NULL, "", value, dword.nbits);
		}
	}
	xnvi_emit_end(e);
}

/** Print the fields of each command that has the opcode */
static void
emit_meanings(struct xnvi_emit *e, const struct xnvi_record *rec, uint8_t opcode)
{
	for (size_t q = 0; q < NQUEUES; ++q) {
		for (size_t i = 0; i < NFIELDS(commands); ++i) {
			if (commands[i].opcode != opcode || commands[i].queue != (enum queue)q) {
				continue;
			}
			xnvi_emit_map(e, queues[q].key, XNVI_EMIT_BLOCK);
			xnvi_emit_str(e, "name",
				      xnvi_spec_opc_name(queues[q].admin, queues[q].csi, opcode));
			xnvi_spec_walk(e, commands[i].table, rec);
			xnvi_emit_end(e);
		}
	}
}

int
xnvme_spec_cmd_fpr(FILE *stream, struct xnvme_spec_cmd *cmd, int opts)
{
	const char *header = xnvi_tbl_cmd_common.header;
	const struct xnvi_record rec = {
	    .bytes = (const uint8_t *)cmd, .nbytes = sizeof(*cmd), .limit = SIZE_MAX};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (!cmd) {
		xnvi_emit_null(&e, header);
	} else if (opts == CMD_OPTS_BIN || opts == CMD_OPTS_HEX) {
		emit_dwords(&e, header, &rec, opts == CMD_OPTS_HEX);
	} else {
		xnvi_emit_map(&e, header, XNVI_EMIT_BLOCK);
		xnvi_spec_walk(&e, &xnvi_tbl_cmd_common, &rec);
		if (opts != CMD_OPTS_TERSE) {
			emit_meanings(&e, &rec, rec.bytes[0]);
		}
		xnvi_emit_end(&e);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_cmd_pr(struct xnvme_spec_cmd *cmd, int opts)
{
	return xnvme_spec_cmd_fpr(stdout, cmd, opts);
}

int
xnvme_spec_feat_fpr(FILE *stream, uint8_t fid, struct xnvme_spec_feat feat, int opts)
{
	const struct xnvi_record rec = {
	    .bytes = (const uint8_t *)&feat, .nbytes = sizeof(feat), .limit = SIZE_MAX};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	xnvi_emit_map(&e, "xnvme_spec_feat", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "fid", fid);
	xnvi_emit_str(&e, "name", xnvi_spec_feat_name(fid));
	xnvi_emit_hex(&e, "val", feat.val);
	for (size_t i = 0; i < NFIELDS(features); ++i) {
		if (features[i].fid == fid) {
			xnvi_spec_walk(&e, features[i].table, &rec);
		}
	}
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

int
xnvme_spec_feat_pr(uint8_t fid, struct xnvme_spec_feat feat, int opts)
{
	return xnvme_spec_feat_fpr(stdout, fid, feat, opts);
}

int
xnvme_spec_feat_fdp_events_pr(void *buf, struct xnvme_spec_feat feat, int opts)
{
	const struct xnvi_spec_table *table = &xnvi_tbl_fdp_event_desc;
	const uint32_t count = feat.val < FDP_EVENTS_NMAX ? feat.val : FDP_EVENTS_NMAX;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, opts);
	if (!buf) {
		xnvi_emit_null(&e, table->header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, table->header, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, "nevents", feat.val);
	xnvi_emit_list(&e, "event_desc", XNVI_EMIT_BLOCK);
	for (uint32_t i = 0; i < count; ++i) {
		const struct xnvi_record rec = {
		    .bytes = (const uint8_t *)buf + (size_t)i * table->nbytes,
		    .nbytes = table->nbytes,
		    .limit = SIZE_MAX,
		};

		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_spec_walk(&e, table, &rec);
		xnvi_emit_end(&e);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_drecv_idfy_pr(struct xnvme_spec_idfy_dir_rp *idfy, int opts)
{
	return xnvi_spec_print(stdout, &xnvi_tbl_idfy_dir_rp, idfy, sizeof(*idfy), SIZE_MAX, opts);
}

int
xnvme_spec_drecv_srp_pr(struct xnvme_spec_streams_dir_rp *srp, int opts)
{
	return xnvi_spec_print(stdout, &xnvi_tbl_streams_dir_rp, srp, sizeof(*srp), SIZE_MAX, opts);
}

int
xnvme_spec_drecv_sgs_pr(struct xnvme_spec_streams_dir_gs *sgs, int opts)
{
	return xnvi_spec_print(stdout, &xnvi_tbl_streams_dir_gs, sgs, STREAMS_GS_NBYTES_MAX,
			       SIZE_MAX, opts);
}

int
xnvme_spec_drecv_sar_pr(struct xnvme_spec_alloc_resource sar, int opts)
{
	return xnvi_spec_print(stdout, &xnvi_tbl_alloc_resource, &sar, sizeof(sar), SIZE_MAX, opts);
}

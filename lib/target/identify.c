// SPDX-License-Identifier: BSD-3-Clause
/**
 * Identify
 */
#include <target/private.h>

#include <stdio.h>

#define IDENTIFY_NBYTES	   4096
#define UUID_STRING_NBYTES 37
#define CNTLID		   1

/** A vendor identifier that PCI-SIG has not assigned, and an OUI with the local bit set */
#define VENDOR_ID 0xFFF0
static const uint8_t g_oui[3] = {0x02, 0x4E, 0x58};

_Static_assert(sizeof(struct xnvme_spec_idfy_ctrlr) == IDENTIFY_NBYTES, "Identify Controller");
_Static_assert(sizeof(struct xnvme_spec_idfy_ns) == IDENTIFY_NBYTES, "Identify Namespace");

/** Identify I/O Command Set Independent Namespace (CNS 08h) */
struct independent_ns {
	uint8_t nsfeat;
	uint8_t nmic;
	uint8_t rescap;
	uint8_t fpi;
	uint32_t anagrpid;
	uint8_t nsattr;
	uint8_t rsvd9;
	uint16_t nvmsetid;
	uint16_t endgid;
	uint8_t nstat;
	uint8_t rsvd15[4081];
};

_Static_assert(sizeof(struct independent_ns) == IDENTIFY_NBYTES, "CNS 08h");

static uint64_t
fnv1a(const char *string, uint64_t hash)
{
	for (; *string; ++string) {
		hash = (hash ^ (uint8_t)*string) * 0x100000001B3ull;
	}

	return hash;
}

/** Mix a value, so that values that differ in few bits get different results */
static uint64_t
mix(uint64_t value)
{
	value = (value ^ value >> 33) * 0xFF51AFD7ED558CCDull;
	value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53ull;

	return value ^ value >> 33;
}

void
xnvi_identity_init(struct xnvi_target *target)
{
	static atomic_uint_fast64_t count;
	const char *key = target->path ? target->path : target->name;
	uint64_t seed;

	if (target->store.side && target->side.exists) {
		memcpy(target->identity, target->side.state.identity, sizeof(target->identity));
		return;
	}
	if (key) {
		seed = fnv1a(key, 0xCBF29CE484222325ull);
	} else {
		seed = atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
	}
	target->identity[0] = mix(seed + (key ? 1 : 2));
	target->identity[1] = mix(target->identity[0] + 0x9E3779B97F4A7C15ull);
}

static void
uuid_make(const struct xnvi_target *target, uint8_t uuid[16])
{
	memcpy(uuid, target->identity, 16);
	uuid[6] = (uint8_t)((uuid[6] & 0x0F) | 0x80); /* version 8: a format of our own */
	uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80); /* variant of RFC 9562 */
}

static void
uuid_format(const uint8_t uuid[16], char string[UUID_STRING_NBYTES])
{
	static const char digits[] = "0123456789abcdef";
	char *out = string;

	for (unsigned i = 0; i < 16; ++i) {
		if (i == 4 || i == 6 || i == 8 || i == 10) {
			*out++ = '-';
		}
		*out++ = digits[uuid[i] >> 4];
		*out++ = digits[uuid[i] & 0xF];
	}
	*out = '\0';
}

/** Store most significant byte first, as both identifiers are transferred */
static void
eui64_make(const struct xnvi_target *target, uint8_t eui64[8])
{
	memcpy(eui64, g_oui, sizeof(g_oui));
	memcpy(eui64 + sizeof(g_oui), target->identity, 8 - sizeof(g_oui));
}

static void
nguid_make(const struct xnvi_target *target, uint8_t nguid[16])
{
	memcpy(nguid, &target->identity[1], 8);
	eui64_make(target, nguid + 8);
}

/** The shape cannot change meanwhile: Format holds the admin mutex too */
static void
fill_ns(struct xnvi_target *target, struct xnvme_spec_idfy_ns *ns)
{
	const uint32_t shift = target->lba_shift;
	const uint16_t granularity = (uint16_t)((4096u >> shift) - 1);
	const uint16_t chunk = (uint16_t)((XNVI_CHUNK_NBYTES >> shift) - 1);

	ns->nsze = target->nblocks;
	ns->ncap = target->nblocks;
	ns->nuse = xnvi_store_used_nbytes(&target->store) >> shift;
	ns->nsfeat.thin_prov = 1;
	ns->nsfeat.optimal_performance = 1;
	ns->nlbaf = XNVI_LBA_NFORMATS - 1;
	ns->flbas.format = (shift - XNVI_LBA_SHIFT_MIN) & 0xF;
	ns->dlfeat.bits.read_value = 1; /* zeroes */
	ns->dlfeat.bits.write_zero_deallocate = 1;
	ns->nvmcap[0] = target->store.nbytes;
	ns->npwg = granularity;
	ns->npwa = granularity;
	ns->npdg = chunk;
	ns->npda = chunk;
	ns->nows = chunk;
	ns->mssrl = XNVI_COPY_MSSRL;
	ns->mcl = XNVI_COPY_MCL;
	ns->msrc = XNVI_COPY_MSRC;
	nguid_make(target, ns->nguid);
	eui64_make(target, (uint8_t *)&ns->eui64);
	for (uint8_t i = 0; i < XNVI_LBA_NFORMATS; ++i) {
		ns->lbaf[i].ds = (uint8_t)(XNVI_LBA_SHIFT_MIN + i);
	}
}

/** Copy into a field that is padded with spaces and not terminated */
void
xnvi_target_ascii(void *field, size_t nbytes, const char *string)
{
	memset(field, ' ', nbytes);
	memcpy(field, string, strnlen(string, nbytes));
}

static void
fill_ctrlr_names(const struct xnvi_target *target, struct xnvme_spec_idfy_ctrlr *ctrlr)
{
	char uuid_string[UUID_STRING_NBYTES];
	char serial[sizeof(ctrlr->sn) + 1];
	uint8_t uuid[16];

	snprintf(serial, sizeof(serial), "MEM%016llX", (unsigned long long)target->identity[0]);
	xnvi_target_ascii(ctrlr->sn, sizeof(ctrlr->sn), serial);
	xnvi_target_ascii(ctrlr->mn, sizeof(ctrlr->mn), "xNVMe in-memory controller");
	xnvi_target_ascii(ctrlr->fr, sizeof(ctrlr->fr), XNVI_TARGET_FIRMWARE);
	uuid_make(target, uuid);
	uuid_format(uuid, uuid_string);
	snprintf((char *)ctrlr->subnqn, sizeof(ctrlr->subnqn), "nqn.2014-08.org.nvmexpress:uuid:%s",
		 uuid_string);
	memcpy(ctrlr->fguid, uuid, sizeof(uuid));
}

static void
fill_ctrlr_admin(const struct xnvi_target *target, struct xnvme_spec_idfy_ctrlr *ctrlr)
{
	ctrlr->vid = VENDOR_ID;
	ctrlr->ssvid = VENDOR_ID;
	memcpy(ctrlr->ieee, g_oui, sizeof(g_oui));
	ctrlr->mdts = XNVI_TARGET_MDTS;
	ctrlr->cntlid = CNTLID;
	ctrlr->ver.bits.mjr = 2;
	ctrlr->oaes.ns_attribute_notices = 1;
	ctrlr->cntrltype = 1; /* I/O controller */
	ctrlr->oacs.format = 1;
	ctrlr->acl = 3;
	ctrlr->frmw.slot1_ro = 1;
	ctrlr->frmw.num_slots = 1;
	ctrlr->lpa.ns_smart = 1;
	ctrlr->lpa.celp = 1;
	ctrlr->lpa.edlp = 1;
	ctrlr->lpa.mel = 1; /* supported log pages, supported features */
	ctrlr->elpe = XNVI_ERRLOG_NSLOTS - 1;
	ctrlr->wctemp = XNVI_TEMP_WARNING;
	ctrlr->cctemp = XNVI_TEMP_CRITICAL;
	ctrlr->tnvmcap[0] = target->store.nbytes;
	ctrlr->kas = 10;
	ctrlr->sanicap.bits.crypto_erase = 1;
	ctrlr->sanicap.bits.block_erase = 1;
	ctrlr->sanicap.bits.overwrite = 1;
	ctrlr->sanicap.bits.nodmmas = 1; /* media is not modified beyond the operation */
}

static void
fill_ctrlr(struct xnvi_target *target, struct xnvme_spec_idfy_ctrlr *ctrlr)
{
	fill_ctrlr_names(target, ctrlr);
	fill_ctrlr_admin(target, ctrlr);
	ctrlr->sqes.val = 0x66;
	ctrlr->cqes.val = 0x44;
	ctrlr->nn = 1;
	ctrlr->oncs.compare = 1;
	ctrlr->oncs.write_unc = 1;
	ctrlr->oncs.dsm = 1;
	ctrlr->oncs.write_zeroes = 1;
	ctrlr->oncs.set_features_save = 1;
	ctrlr->oncs.timestamp = 1;
	ctrlr->oncs.verify = 1;
	ctrlr->oncs.copy = 1;
	ctrlr->fna.crypto_erase_supported = 1;
	ctrlr->vwc.present = 1;
	ctrlr->vwc.flush_broadcast = 3; /* NSID FFFFFFFFh is supported */
	ctrlr->cdfs.format0 = 1;
	ctrlr->cdfs.format1 = 1;
	ctrlr->sgls.supported = 1; /* no alignment, no granularity */
	ctrlr->mnan = 1;
	ctrlr->psd[0].mp = 1;
}

static uint16_t
cns_ns(struct xnvi_target_run *run, void *page)
{
	fill_ns(run->target, page);

	return XNVI_ST_SUCCESS;
}

static uint16_t
cns_ctrlr(struct xnvi_target_run *run, void *page)
{
	fill_ctrlr(run->target, page);

	return XNVI_ST_SUCCESS;
}

static uint16_t
cns_ns_list(struct xnvi_target_run *run, void *page)
{
	const uint32_t nsid = run->cmd->common.nsid;
	const uint32_t active = XNVI_TARGET_NSID;

	if (nsid >= XNVI_NSID_ALL - 1) {
		return XNVI_ST_INVALID_NS;
	}
	/* The list has identifiers above the given one */
	if (nsid < active) {
		memcpy(page, &active, sizeof(active));
	}

	return XNVI_ST_SUCCESS;
}

/** Append one Namespace Identification Descriptor; its payload follows a header of 4 bytes */
static uint8_t *
descriptor_add(uint8_t *at, uint8_t nidt, uint8_t nidl)
{
	at[0] = nidt;
	at[1] = nidl;

	return at + 4;
}

static uint16_t
cns_ns_descriptors(struct xnvi_target_run *run, void *page)
{
	uint8_t *at = page;

	at = descriptor_add(at, 1, 8);
	eui64_make(run->target, at);
	at = descriptor_add(at + 8, 2, 16);
	nguid_make(run->target, at);
	at = descriptor_add(at + 16, 3, 16);
	uuid_make(run->target, at);
	at = descriptor_add(at + 16, 4, 1);
	*at = XNVME_SPEC_CSI_NVM;

	return XNVI_ST_SUCCESS;
}

static uint16_t
csi_check(struct xnvi_target_run *run)
{
	run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt) + 7;

	return run->cmd->idfy.csi == XNVME_SPEC_CSI_NVM ? XNVI_ST_SUCCESS : XNVI_ST_INVALID_FIELD;
}

/** All zero, since there is no protection information */
static uint16_t
cns_ns_nvm(struct xnvi_target_run *run, void *page)
{
	(void)page;

	return csi_check(run);
}

static uint16_t
cns_ctrlr_nvm(struct xnvi_target_run *run, void *page)
{
	struct xnvme_spec_nvm_idfy_ctrlr *nvm = page;

	/* VSL, WZSL and WUSL stay 0: no limit */
	nvm->dmrl = XNVI_DSM_DMRL;
	nvm->dmrsl = XNVI_DSM_DMRSL;
	nvm->dmsl = XNVI_DSM_DMSL;

	return csi_check(run);
}

static uint16_t
cns_ns_independent(struct xnvi_target_run *run, void *page)
{
	struct independent_ns *ns = page;

	(void)run;
	ns->nstat = 1; /* ready */

	return XNVI_ST_SUCCESS;
}

static uint16_t
cns_command_sets(struct xnvi_target_run *run, void *page)
{
	struct xnvme_spec_idfy_cs *cs = page;
	const unsigned cntid = run->cmd->idfy.cntid;

	/* FFFFh and our number mean this controller; some hosts leave the field 0 */
	if (cntid != UINT16_MAX && cntid != CNTLID && cntid != 0) {
		return XNVI_ST_INVALID_FIELD;
	}
	cs->iocsc[0].nvm = 1;

	return XNVI_ST_SUCCESS;
}

struct cns_row {
	uint8_t cns;
	bool has_ns; ///< NSID has to be that of the namespace
	uint16_t (*fill)(struct xnvi_target_run *run, void *page);
};

static const struct cns_row g_cns[] = {
    {XNVME_SPEC_IDFY_NS, true, cns_ns},
    {XNVME_SPEC_IDFY_CTRLR, false, cns_ctrlr},
    {XNVME_SPEC_IDFY_NSLIST, false, cns_ns_list},
    {XNVME_SPEC_IDFY_NSDSCR, true, cns_ns_descriptors},
    {XNVME_SPEC_IDFY_NS_IOCS, true, cns_ns_nvm},
    {XNVME_SPEC_IDFY_CTRLR_IOCS, false, cns_ctrlr_nvm},
    {0x08, true, cns_ns_independent},
    {XNVME_SPEC_IDFY_IOCS, false, cns_command_sets},
};

uint16_t
xnvi_target_identify(struct xnvi_target_run *run)
{
	uint64_t page[IDENTIFY_NBYTES / sizeof(uint64_t)] = {0};
	const struct cns_row *row = g_cns;
	const struct cns_row *end = g_cns + sizeof(g_cns) / sizeof(*g_cns);
	uint16_t status;

	while (row < end && row->cns != run->cmd->idfy.cns) {
		row++;
	}
	if (row == end) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_FIELD;
	}
	if (row->has_ns && run->cmd->common.nsid != XNVI_TARGET_NSID) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, nsid);
		return XNVI_ST_INVALID_NS;
	}
	status = row->fill(run, page);

	return status ? status : xnvi_data_reply(run, page, sizeof(page));
}

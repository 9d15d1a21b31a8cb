/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/bmc: how facts are read.  A normaliser is a pure function from one Redfish resource to one
 * neutral object; where it only renames, it is a table of rows.  A section fetches resources and runs normalisers.
 */
#ifndef MS_BMC_READ_H
#define MS_BMC_READ_H

#include "bmc/bmc.h"

struct bmc {
	const struct bmc_env *env;
	struct ms_redfish *redfish;
	struct ms_peer_opts peer;    /* as it was opened, for a second connection (certificate) */
	char *name, *base, *user;    /* owned */
	char *secret;                /* reference of the password that was accepted, owned */
	bool previous;               /* it was credentials.previous: a rotation is not finished */
	bool must_change;            /* that password opens nothing but the way to a new one */
	char *pin, *ca;              /* owned */
	json_t *systems;             /* every ComputerSystem of the BMC */
	json_t *system;              /* the one meant */
	json_t *manager;             /* NULL until somebody asks */
	json_t *chassis;             /* every Chassis of that system; NULL until somebody asks */
	bool manager_read;
};

/* ---- normalising (convert.c, map.c) ------------------------------------------------------------------------- */

/* What a normaliser may know besides the resource. */
struct bmc_norm {
	const char *vendor;          /* neutral word */
	json_t *warnings;            /* array of strings, lent; NULL = oddities are dropped */
};

enum bmc_conv {
	BMC_TEXT,                    /* trimmed; "N/A", "None", "" and the like are absent; numbers become text */
	BMC_WORD,                    /* a word of an enumeration: "None" stays */
	BMC_INT, BMC_NUM, BMC_BOOL,  /* also from text */
	BMC_COUNT,                   /* an integer of which 0 or less means "not known" */
	BMC_MAC,                     /* lower case, colons; all zero is absent */
	BMC_TIME,                    /* RFC 3339 kept as it is; years before 1971 are absent */
	BMC_LIST,                    /* array of texts */
	BMC_WORDS,                   /* array of words */
	BMC_MACS,                    /* array of MAC addresses */
	BMC_HEX,                     /* PCI ids: "0x15b3"; bare digits are decimal (HPE) */
	BMC_GIB,                     /* GiB to MiB */
	BMC_MIB,                     /* MiB to bytes */
	BMC_MBPS,                    /* Mbit/s to Gbit/s */
	BMC_LINK,                    /* {"@odata.id": x} to x */
	BMC_ANY,                     /* as it is, null is absent */
};
/* One neutral key.  `from` holds pointers, "|" between alternatives: the first that yields a value wins.  A key that
 * has a value already is left alone, so that a second row may name alternatives of another kind. */
struct bmc_row {
	const char *key, *from;
	enum bmc_conv conv;
};
#define BMC_ROW_END { NULL, NULL, BMC_ANY }
/* Rows that most components share. */
#define BMC_SERVICE_LABEL "/Location/PartLocation/ServiceLabel"
#define BMC_ROWS_STATUS \
	{ "state", "/Status/State", BMC_WORD }, { "health", "/Status/Health|/Status/HealthRollup", BMC_WORD }
#define BMC_ROWS_MAKE \
	{ "manufacturer", "/Manufacturer", BMC_TEXT }, { "model", "/Model", BMC_TEXT }, \
	{ "partNumber", "/PartNumber", BMC_TEXT }, { "serialNumber", "/SerialNumber", BMC_TEXT }

/* Add what the rows find in `raw` to the object `out`; -ENOMEM is the only failure. */
int bmc_map(const struct bmc_norm *norm, const struct bmc_row *rows, const json_t *raw, json_t *out);
/* The same into a new object; NULL when out of memory. */
json_t *bmc_map_new(const struct bmc_norm *norm, const struct bmc_row *rows, const json_t *raw);
/* One value converted: a new reference, or NULL when it says nothing. */
json_t *bmc_convert(const struct bmc_norm *norm, enum bmc_conv conv, const json_t *value, const char *what);
/* Note an oddity once; at most 64 are kept. */
void bmc_oddity(const struct bmc_norm *norm, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "Processor" of "#Processor.v1_7_0.Processor"; "" when there is none. */
const char *bmc_type(const json_t *raw, char *buf, size_t size);
/* The resource is a place with nothing in it. */
bool bmc_absent(const json_t *raw);
/* Text at a pointer that is worth something (not "N/A" and the like), or NULL. */
const char *bmc_text(const json_t *raw, const char *pointer);
/* Lower-case hex with colons into buf (18 bytes); false when it is no MAC address. */
bool bmc_mac(const char *text, char buf[static 18]);

/* A BMC that is not connected yet: address and trust only, for a look at its certificate. */
int bmc_new(const struct bmc_env *env, const json_t *server, struct bmc **ret_bmc, struct ms_err *err);

/* Read the Systems of a connected BMC and choose the one that the spec means. */
int bmc_find_system(struct bmc *bmc, const json_t *server, struct ms_err *err);

/* ---- fetching (fetch.c) -------------------------------------------------------------------------- */

struct bmc_norm bmc_norm(const struct bmc *bmc, json_t *warnings);
/* The resource at a link.  1 and a new reference; 0 when it is absent; negative otherwise. */
int bmc_follow(struct bmc *bmc, const json_t *from, const char *pointer, json_t **ret_value, struct ms_err *err);
int bmc_read(struct bmc *bmc, const char *uri, json_t **ret_value, struct ms_err *err);
/* Members of a collection, or of a plain array of links or of embedded objects.  1, 0, negative as above. */
int bmc_members(struct bmc *bmc, const json_t *from, const char *pointer, json_t **ret_array, struct ms_err *err);
/* Every member that is there through a normaliser, appended to `into`. 1, 0, negative as above. */
typedef json_t *bmc_norm_fn(const struct bmc_norm *norm, const json_t *raw);
int bmc_collect(struct bmc *bmc, const struct bmc_norm *norm, const json_t *from, const char *pointer, bmc_norm_fn *fn,
		json_t *into, struct ms_err *err);
/* Lent, read on first use. */
int bmc_chassis(struct bmc *bmc, const json_t **ret_chassis, struct ms_err *err);
/* Is the password accepted?  On a connection of its own, with Basic authentication: that leaves no session behind.  A
 * wrong one counts towards a lock-out: one try per account and run. */
int bmc_try_login(struct bmc *bmc, const char *user, const char *password, bool *ret_accepted, struct ms_err *err);
/* A part that is refused (Supermicro wants a licence for drives) does not hide the others: unless the BMC is lost, the
 * first such error is kept until the section ends, and r becomes 0. */
int bmc_keep_error(struct ms_err *first, struct ms_err *err, int r);
/* Errors that mean that the BMC is lost, not that one section is. */
bool bmc_lost(const struct ms_err *err);

/* ---- sections ------------------------------------------------------------------------------------ */

struct bmc_reading {
	struct bmc *bmc;
	const json_t *server;        /* lent; the resource asked about, may be NULL */
	struct bmc_norm norm;
	json_t *facts;               /* lent; the object that a section adds its key to */
};
/* fn for every Chassis of the system, until one fails. */
typedef int bmc_chassis_fn(struct bmc_reading *rd, const json_t *chassis, json_t *into, struct ms_err *err);
int bmc_each_chassis(struct bmc_reading *rd, bmc_chassis_fn *fn, json_t *into, struct ms_err *err);
/* The certificate of a peer, over a connection of its own. */
int bmc_certificate(struct ms_http *http, const struct ms_peer_opts *opts, json_t **ret_facts, struct ms_err *err);
typedef int bmc_section_fn(struct bmc_reading *rd, struct ms_err *err);
bmc_section_fn bmc_section_manager, bmc_section_system, bmc_section_health, bmc_section_power, bmc_section_boot,
	bmc_section_processors, bmc_section_memory, bmc_section_storage, bmc_section_adapters, bmc_section_ethernet,
	bmc_section_pcie, bmc_section_gpus, bmc_section_firmware, bmc_section_bios, bmc_section_secure_boot,
	bmc_section_tpm, bmc_section_sensors, bmc_section_supplies, bmc_section_accounts, bmc_section_licenses,
	bmc_section_tasks, bmc_section_network, bmc_section_certificate, bmc_section_media, bmc_section_chassis;

/* Pure normalisers, one Redfish resource each. */
bmc_norm_fn bmc_norm_manager, bmc_norm_system, bmc_norm_boot_option, bmc_norm_processor, bmc_norm_memory,
	bmc_norm_drive, bmc_norm_controller, bmc_norm_volume, bmc_norm_port, bmc_norm_function, bmc_norm_ethernet,
	bmc_norm_pcie, bmc_norm_pcie_function, bmc_norm_gpu, bmc_norm_firmware, bmc_norm_tpm, bmc_norm_sensor,
	bmc_norm_supply, bmc_norm_account, bmc_norm_license, bmc_norm_task, bmc_norm_media, bmc_norm_chassis,
	bmc_norm_log, bmc_norm_event, bmc_norm_adapter;
/* adapter-vendor.c: what only Dell and HPE have. */
int bmc_dell_function(struct bmc_reading *rd, const json_t *raw, json_t *function, struct ms_err *err);
int bmc_dell_neighbours(struct bmc_reading *rd, json_t *adapters, struct ms_err *err);
/* DellSwitchConnections; 1, 0, negative. */
int bmc_dell_connections(struct bmc_reading *rd, json_t **ret_all, struct ms_err *err);
json_t *bmc_norm_dell_neighbour(const struct bmc_norm *norm, const json_t *raw);
int bmc_hpe_adapters(struct bmc_reading *rd, json_t *into, struct ms_err *err);
/* GPUs among the PCIe devices, appended to `into`. */
int bmc_pcie_gpus(struct bmc_reading *rd, json_t *into, struct ms_err *err);
/* Adds `syslog` to the network facts; `protocol` is the ManagerNetworkProtocol. */
int bmc_syslog(struct bmc_reading *rd, const json_t *protocol, json_t *out, struct ms_err *err);
/* The attribute registry of a name ("BiosAttributeRegistry.v1_0_3").  1, 0 when it is absent, negative. */
int bmc_bios_registry(struct bmc *bmc, const char *name, json_t **ret_registry, struct ms_err *err);
/* Adds `rules` to the bios facts, for the attributes that spec.bios of the Server speaks of. */
int bmc_bios_rules(struct bmc_reading *rd, json_t *bios, struct ms_err *err);
/* What is pending: the members of `settings` that differ from `current` (both Attributes objects). */
json_t *bmc_bios_pending(const json_t *settings, const json_t *current);
/* A page of log entries that begins with the newest. */
bool bmc_log_descending(const json_t *members);
/* A GPU, by what a PCIeDevice and its functions say (not the BMC's own graphics). */
bool bmc_pcie_is_gpu(const json_t *device, const json_t *functions);

#endif

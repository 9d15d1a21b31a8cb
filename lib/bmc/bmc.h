/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/bmc: servers through their BMCs (Redfish).  Layer 3: core, net, state.
 *
 * status.bmc, in the neutral model.  Names are Redfish's own, first letter in lower case; a fact has the same key and
 * unit on every vendor; what a BMC does not have is absent; what it refused stands under `refused` by section.
 *
 *   observedAt     RFC 3339
 *   vendor         dell hpe lenovo supermicro ami openbmc nvidia unknown
 *   product, redfishVersion  of the service root
 *   quirks         [ids of the quirk rows in force]
 *   trust          ca | pin | skip
 *   manager        {id, uri, model, firmwareVersion, uuid, dateTime, hostName, macAddress, healthState,
 *                  lldp:{chassisId, portId} (Dell), console:[{type, command}]}
 *   system         {id, uri, manufacturer, model, sku (Dell: the service tag), partNumber, serialNumber,
 *                  uuid, hostName, assetTag, biosVersion, systemType, indicatorLed, others:[ids of the BMC's
 *                  other ComputerSystems]}
 *   health         {state, health, healthRollup}: Redfish Status
 *   power          {state: On|Off|PoweringOn|PoweringOff|Paused, restorePolicy, resetTypes:[]}
 *   boot           {override:{enabled, target, mode, uefiTarget, httpBootUri, next, targets:[], enables:[],
 *                  modes:[]}, order:[references], options:[{reference, displayName, name, enabled, alias,
 *                  uefiDevicePath, uri}], progress, uri}
 *   processors     [{id, type: CPU|GPU|..., socket, manufacturer, model, partNumber, serialNumber,
 *                  architecture, cores, threads, maxSpeedMHz, health}]
 *   gpus           [{id, manufacturer, model, serialNumber, partNumber, firmwareVersion, uuid, memoryMiB,
 *                  health, slot}]
 *   memory         {totalMiB, modules:[{id, slot, capacityMiB, type, speedMHz, manufacturer, partNumber,
 *                  serialNumber, health}]}
 *   storage        [{id, name, controllers:[{id, name, manufacturer, model, firmwareVersion, serialNumber,
 *                  health}], drives:[{id, name, model, manufacturer, partNumber, serialNumber, revision,
 *                  capacityBytes, mediaType, protocol, slot, predictedLifeLeftPercent, failurePredicted,
 *                  health, wwn, uri}], volumes:[{id, name, raidType, capacityBytes, health}]}]
 *   adapters       [{id, manufacturer, model, partNumber, serialNumber, firmwareVersion, slot, health, uri,
 *                  ports:[{id, linkStatus: LinkUp|LinkDown|..., speedGbps (of a link that is up),
 *                  technology, macAddresses:[], lldp:{chassisId, portId, systemName, managementAddress}}],
 *                  functions:[{id, uri, settingsUri, attributesUri (Dell), type, macAddress,
 *                  permanentMacAddress, bootMode, enabled, sriov, virtualFunctions, maxVirtualFunctions}]}]
 *   ethernet       the system's [{id, macAddress, permanentMacAddress, speedMbps, linkStatus, hostName,
 *                  addresses:[], vlan}]
 *   pcieDevices    [{id, name, manufacturer, model, partNumber, serialNumber, firmwareVersion, deviceType,
 *                  generation, lanes, slot, health, uri, functions:[{id, class, vendorId, deviceId,
 *                  subsystemVendorId, subsystemId}]}]
 *   powerSupplies  [{id, name, manufacturer, model, partNumber, serialNumber, firmwareVersion,
 *                  capacityWatts, health}]
 *   firmware       [{id, name, version, updateable, softwareId, manufacturer, releaseDate, state, uri}]
 *   bios           {registry, uri, settingsUri, attributes:{}, pending:{only what differs}, applyTimes:[],
 *                  resetRequired, rules:{attribute: {type, values:[], shown:[display names], lower, upper,
 *                  step, minLength, maxLength, pattern, readOnly, order, dependencies:[as in the registry]}}
 *                  for those that spec.bios speaks of, where there is a registry}
 *   secureBoot     {enabled (wanted at next boot), current, mode, databases:[], uri}
 *   tpm            [{id, interfaceType, firmwareVersion, manufacturer, health}]
 *   accounts       [{id, userName, role, enabled, locked, types:[], uri, passwordChangeRequired,
 *                  login: accepted|refused (only where the spec gives its password)}]
 *   licenses       [{id, name, type, state, expiresAt}]
 *   network        {ntp:{enabled, servers:[]}, protocols:{https:{enabled, port}, ipmi..., ssh...},
 *                  syslog:["HOST:PORT" in use], hostName, uri, interfaces:[as ethernet]}
 *   certificate    of the BMC's web server {subject, issuer, validNotBefore, validNotAfter, fingerprint,
 *                  pin, selfSigned, expired, subjectAltNames:[]}
 *   chassis        [{id, type, manufacturer, model, serialNumber, partNumber, assetTag, health}]
 *   sensors        [{id, name, type, reading, unit: as Redfish ReadingUnits ("Cel" "RPM" "W" "V"), health,
 *                  context, thresholds:{}}]
 *   tasks          [{id, name, state, status, percent, startTime, endTime, messages:[]}]
 *   media          [{id, mediaTypes:[], inserted, image, writeProtected, connectedVia, uri}]
 *   refused        {section: {code, message}}: auth, license, unsupported, timeout, failed...; a section
 *                  that the BMC does not have (404) is absent without a word
 *   warnings       [oddities met]
 *   raw            of `raw` only {uri, status, headers:{}, body}
 *
 * Components of every kind also have `state`, the State of their Status; what is Absent is left out.
 */
#ifndef MS_BMC_H
#define MS_BMC_H

#include "core/core.h"
#include "net/net.h"
#include "state/state.h"

/* What all BMC work of one run shares. */
struct bmc_env {
	struct ms_http *http;
	struct ms_secrets *secrets;
	const char *auth;            /* --auth, NULL = as the site file says */
	bool force;                  /* a graceful shutdown that does not come to pass may become a forced one */
	bool drop_jobs;              /* delete scheduled configuration jobs that hold what is to be set */
	unsigned boot_seconds;       /* how long a machine may take to come back after a reboot, 0 = 1800 */
	unsigned poll_ms;            /* between two looks while waiting, 0 = 5 * ms_http_poll_ms() */
};

/* One open BMC and the system on it that the Server means. */
struct bmc;
/* Connect to spec.bmc of a Server: credentials resolved here and nowhere else; current secret first, then
 * `previous` (a rotation cut short).  Chooses the System that has a Reset action, or spec.bmc.system. */
int bmc_open(const struct bmc_env *env, const json_t *server, struct bmc **ret_bmc, struct ms_err *err);
void bmc_close(struct bmc *bmc);
struct ms_redfish *bmc_redfish(const struct bmc *bmc);
const json_t *bmc_system(const struct bmc *bmc);       /* lent; the ComputerSystem as last read */
const json_t *bmc_manager(struct bmc *bmc);            /* lent, read on first use; NULL when there is none */
/* Read the system again. */
int bmc_refresh(struct bmc *bmc, struct ms_err *err);

/* Names of the sections above, NULL-terminated: the words of --only. */
extern const char *const bmc_sections[];
/* Read the sections named (NULL = all but sensors, tasks and media) into the neutral model.  One section that fails
 * stands in `refused`; only a BMC that is lost fails the whole. */
int bmc_observe(struct bmc *bmc, const json_t *server, const char *const *only, json_t **ret_facts, struct ms_err *err);
/* Which sections `plan` needs to know about, given what the spec speaks of. */
int bmc_sections_for(const json_t *spec, const char ***ret_sections, struct ms_err *err);

/* Neutral BIOS keys (sriov, boot_mode, ...) to this vendor's attributes: returns a new object of raw attribute names
 * and values for spec.bios of a server, given the attributes that it has; unknown ones are problems with the nearest
 * name. */
int bmc_bios_translate(const char *vendor, const json_t *bios_spec, const json_t *attributes, json_t **ret_raw,
		       struct ms_err *err);

/* spec against status: Steps for one Server, added to the item.  Pure. */
int bmc_plan(struct ms_item *item, struct ms_err *err);
/* How Steps are carried out; ctx is a struct bmc_env. */
extern const struct ms_step_ops bmc_step_ops;
/* spec against status: findings.  B01... */
extern const struct ms_rule bmc_rules[];

/* Doing verbs, on an open BMC.  Each returns what it read back. */
int bmc_power(struct bmc *bmc, const char *action /* on off cycle graceful nmi */, unsigned wait_seconds,
	      json_t **ret_facts, struct ms_err *err);
int bmc_boot_once(struct bmc *bmc, const char *target /* pxe http cd disk */, const char *uri, json_t **ret_facts,
		  struct ms_err *err);
int bmc_media(struct bmc *bmc, const char *action /* insert eject */, const char *url, json_t **ret_facts,
	      struct ms_err *err);
/* A new signing request of the BMC's web server, named as spec.certificate says; PEM, owned by the caller. */
int bmc_csr(struct bmc *bmc, const json_t *server, char **ret_pem, struct ms_err *err);
int bmc_reset(struct bmc *bmc, unsigned wait_seconds, struct ms_err *err);
/* Log entries {id, created, severity, message, messageId, entryType, origin, service} of all LogServices, oldest first;
 * put takes each (non-zero ends it).  `follow` goes on until a signal or put ends it. */
struct bmc_log_opts {
	int64_t since;               /* seconds since 1970, by our clock (the BMC's error is allowed for); 0 = all */
	unsigned limit;              /* newest entries per service, 0 = 1000 */
	bool follow;
	unsigned poll_seconds;       /* 0 = 10 */
};
int bmc_log(struct bmc *bmc, const struct bmc_log_opts *opts, int (*put)(void *ctx, json_t *entry), void *ctx,
	    struct ms_err *err);
/* Server-sent events {id, type, created, severity, message, messageId, messageArgs, origin}, or {type: MetricReport,
 * id, values}, until a signal or put ends it; MS_UNSUPPORTED where the BMC has none. */
int bmc_events(struct bmc *bmc, int (*put)(void *ctx, json_t *event), void *ctx, struct ms_err *err);
/* The certificate that the BMC at spec.bmc shows, without trusting it or logging in: `certificate` of above, and
 * `fragment`, what to write into the site file. */
int bmc_trust(const struct bmc_env *env, const json_t *server, json_t **ret_facts, struct ms_err *err);
/* Ways to the consoles: array of {type: ssh|ipmi|kvm, command}. */
json_t *bmc_console(struct bmc *bmc);
/* One request as it is: {uri, status, headers:{}, body}; an HTTP error sets err as well as ret_facts. */
int bmc_raw(struct bmc *bmc, const char *method, const char *uri, const char *body, json_t **ret_facts,
	    struct ms_err *err);

/* Find BMCs; each answer is a Server resource with spec.bmc (the pin seen, which a person should compare), labels and
 * what the service root says in status.bmc.  Only the addresses given are asked, and no credentials are sent. */
struct bmc_discover_opts {
	const char *const *ranges;   /* "10.0.0.0/24", "10.0.0.5-10.0.0.20", "10.0.0.[5-20]", with :PORT; NULL = none */
	bool ssdp;                   /* ask the local network (SSDP) */
	const char *leases;          /* lease file of dnsmasq, ISC dhcpd or Kea (CSV); NULL = none */
	unsigned port;               /* 0 = 443 */
	unsigned window;             /* addresses at once, 0 = 128 */
	unsigned seconds;            /* to connect, 0 = 3 */
};
int bmc_discover(const struct bmc_env *env, const struct bmc_discover_opts *opts, int (*put)(void *ctx, json_t *server),
		 void *ctx, struct ms_err *err);

/* What the doing verbs share: "power ACTION", "boot once TARGET", "media ACTION", "reset", "csr". */
struct bmc_do_opts {
	const char *verb, *action, *target, *url;
	unsigned wait_seconds;       /* 0 = as the action needs */
	bool then_force;             /* a graceful shutdown that did not come to pass becomes ForceOff */
};
/* Carry it out on an open BMC; what was read back goes into status.bmc. */
int bmc_do(struct ms_item *item, struct bmc *bmc, const struct bmc_do_opts *opts, struct ms_err *err);
/* Put facts (taken) beside those that status.bmc has. */
int bmc_facts_add(struct ms_item *item, json_t *facts, struct ms_err *err);

/* ---- verbs -------------------------------------------------------------------------------------- */

/* What the options of msctl-bmc point into. */
struct bmc_args {
	const char **only, **ranges, *auth, *trace, *replay, *leases, *data;
	const char **allow, *uri, *image;
	unsigned rate, limit, port;
	int64_t since, poll, connect, wait, boot_time, lock;
	bool follow, ssdp, exit_code, keep_going, force, drop_jobs;
};
ms_verb_fn bmc_verb_get, bmc_verb_log, bmc_verb_event, bmc_verb_trust, bmc_verb_console, bmc_verb_raw;
ms_verb_fn bmc_verb_discover;
ms_verb_fn bmc_verb_plan, bmc_verb_apply, bmc_verb_check;
/* power, boot, media, reset, csr: the verb's own name says which. */
ms_verb_fn bmc_verb_do;

#endif

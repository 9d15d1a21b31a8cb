/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/bmc: the writing side.
 *
 * An aspect is one row: what the spec asks for (`want`), how the neutral facts look in the shape of that wish (`view`),
 * and how it is brought about (`act`).  plan computes `before` with the same view that apply reads with, so the two
 * cannot disagree.
 */
#ifndef MS_BMC_ASPECT_H
#define MS_BMC_ASPECT_H

#include <errno.h>

#include "bmc/bmc.h"

/* The plan of one Server while it is drawn up. */
struct bmc_draft {
	const char *name, *vendor;
	const json_t *spec, *facts, *labels; /* lent: /spec, /status/bmc, /metadata/labels */
	json_t *steps;                    /* array, owned */
	json_t *ids;                      /* {action: [ids of its Steps]}, owned */
	struct ms_report refused;         /* wishes that cannot be planned */
	struct ms_err spilt;              /* where problems go that the report has no room for */
	const char *note;                 /* ends the summary of the next Step, then NULL again */
};

/* What ops->open makes: all Steps of one target share it. */
struct bmc_device {
	const struct bmc_env *env;
	struct bmc *bmc;
	const json_t *target;             /* lent; the Server */
	char *address;                    /* owned */
	json_t *ahead;                    /* array: Steps of this target that come later, owned */
	json_t *logins;                   /* {user: "accepted"|"refused"} tested in this run, owned */
};

struct bmc_aspect {
	const char *action, *label, *risk;
	const char *const *speaks;        /* pointers into spec that mention it */
	const char *section;              /* of status.bmc, what view shows of */
	const char *const *after;         /* actions whose Steps come first */
	const char *const *rests_on;      /* pointers into the Server: where a wish is refused, this waits */
	bool undo;                        /* before can be asked for as after was */
	int (*want)(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err);
	/* `facts` in the shape of `want`: new reference; what is not there is null. */
	json_t *(*view)(const json_t *facts, const json_t *want);
	/* Instead of observing the section and viewing it. */
	int (*read)(struct bmc_device *device, const json_t *want, json_t **ret_now, struct ms_err *err);
	/* Write what a restart brings into force, without the restart; NULL = nothing of that kind. */
	int (*stage)(struct bmc_device *device, const json_t *want, struct ms_err *err);
	int (*act)(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err);
	/* NULL = ms_step_holds.  `before`: want is what the plan was made from, not what it leads to. */
	bool (*holds)(const json_t *now, const json_t *want, bool before);
	/* Text for people, NULL = label and what changes: "BIOS A x -> y"; as a finding "BIOS A is x, wanted y". */
	int (*say)(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding);
};

extern const struct bmc_aspect bmc_aspect_account_create, bmc_aspect_account_set, bmc_aspect_account_password,
	bmc_aspect_account_delete, bmc_aspect_ntp, bmc_aspect_syslog, bmc_aspect_asset, bmc_aspect_restore,
	bmc_aspect_certificate, bmc_aspect_boot_mode, bmc_aspect_bios, bmc_aspect_nic, bmc_aspect_secure_boot,
	bmc_aspect_boot_order, bmc_aspect_boot_once, bmc_aspect_power;
extern const struct bmc_aspect *const bmc_aspects[];    /* in the order of a plan, NULL-terminated */

/* ---- plan.c -------------------------------------------------------------------------------------- */

/* Add a Step that leads to `after` (taken), unless the facts hold it already.  risk NULL = the aspect's. */
int bmc_draft_add(struct bmc_draft *draft, const struct bmc_aspect *aspect, const char *risk, json_t *after,
		  struct ms_err *err);
/* What a Step of the aspect would change, in words. */
int bmc_aspect_say(const struct bmc_aspect *aspect, struct ms_buf *buf, const json_t *before, const json_t *after,
		   bool finding);
/* A wish that cannot be planned; pointer is into the Server.  Returns the problem, for ms_hint. */
struct ms_err *bmc_draft_refuse(struct bmc_draft *draft, enum ms_code code, const char *pointer, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The section of the facts, or NULL after a refusal that says why it is not there. */
json_t *bmc_draft_section(struct bmc_draft *draft, const char *section, const char *pointer);
/* The machine is off and the spec wants it so: settings are staged, nothing is booted for them. */
bool bmc_stays_off(const json_t *spec, const json_t *facts);

/* ---- aspect-nic.c -------------------------------------------------------------------------------- */

/* The function that a nic of the spec means, lent, and its adapter; NULL when the machine has none. */
const json_t *bmc_nic_function(const json_t *facts, const json_t *nic, const json_t **ret_adapter);
/* Can this BMC set "sriov", "vfs" or "boot" of that function? */
bool bmc_nic_can(const json_t *function, const char *key);

/* ---- aspect-certificate.c ------------------------------------------------------------------------ */

/* Facts of the certificate in a PEM file; ret_pem (may be NULL) is its text, owned by the caller. */
int bmc_certificate_file(const char *path, json_t **ret_facts, char **ret_pem, struct ms_err *err);

/* ---- shape.c ------------------------------------------------------------------------------------- */

/* View by pointers: for each member of want, its value at facts + prefix + "/" + member. */
json_t *bmc_view_members(const json_t *facts, const char *prefix, const json_t *want);
/* "SriovGlobalEnable Disabled -> Enabled, ..." for what differs; a finding says "is Disabled, wanted Enabled". */
int bmc_say_changes(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding);
int bmc_say_value(struct ms_buf *buf, const json_t *value);
/* The key of `keys` (an object) nearest to `name`; NULL when none is near. */
const char *bmc_nearest(const json_t *keys, const char *name);

/* ---- bios-map.c ---------------------------------------------------------------------------------- */

/* Where the raw name came from, for messages: the neutral key (lent), or NULL. */
const char *bmc_bios_key_for(const char *vendor, const json_t *bios_spec, const json_t *attributes, const char *raw);
/* Take out of `wishes` (as spec.bios; changed) what this machine cannot have, each told to `refuse`: `key` is a neutral
 * key, or "attributes/NAME". */
int bmc_bios_sift(const char *vendor, json_t *wishes, const json_t *attributes,
		  void (*refuse)(void *ctx, const char *key, struct ms_err *why), void *ctx);
/* Has this vendor a BIOS attribute for the neutral key on this machine? */
bool bmc_bios_has(const char *vendor, const char *key, const json_t *attributes);

/* ---- bios-registry.c ----------------------------------------------------------------------------- */

/* Are the values ones that the registry (AttributeRegistry) takes?  registry NULL = not known, all pass.  Values
 * written as the registry's ValueName where the BIOS shows display names are turned into those: ret_raw is a
 * new object.  Problems name the attribute and what would be right. */
int bmc_registry_check(const json_t *registry, const json_t *current, const json_t *wanted, json_t **ret_raw,
		       struct ms_err *err);
/* status.bmc.bios.rules in the form of a registry: what `get` kept of it for the attributes that the spec speaks of. */
json_t *bmc_registry_from_rules(const json_t *rules);
/* In which order: a new array of objects, one per boot.  An attribute that stays read-only whatever comes before it is
 * MS_CONFLICT with the setting that holds it; ret_stuck (NULL = not asked for) is then its name, lent from wanted. */
int bmc_registry_order(const json_t *registry, const json_t *current, const json_t *wanted, json_t **ret_stages,
		       const char **ret_stuck, struct ms_err *err);

/* ---- write.c ------------------------------------------------------------------------------------- */

struct ms_loop *bmc_loop(const struct bmc *bmc);
unsigned bmc_poll_ms(const struct bmc *bmc);
/* Sleep one poll; -ETIMEDOUT + MS_TIMEOUT "waiting for WHAT" once the deadline (ms_clock_ms) has passed. */
int bmc_pause(const struct bmc *bmc, int64_t deadline, const char *what, struct ms_err *err);
/* An error that a BMC has while it is busy or restarting: look again later. */
bool bmc_transient(const struct ms_err *err);
/* PATCH or POST (body taken), then wait for its task for up to `seconds` (0 = do not wait). */
int bmc_patch(struct bmc *bmc, const char *uri, json_t *body, unsigned seconds, struct ms_err *err);
int bmc_action(struct bmc *bmc, const json_t *res, const char *name, json_t *body, unsigned seconds,
	       struct ms_err *err);
/* Where changes of `res` are written: its settings object, else itself.  Lent from res. */
const char *bmc_settings_uri(const json_t *res);
/* Add @Redfish.SettingsApplyTime OnReset to the body where the resource offers it. */
int bmc_apply_on_reset(const json_t *res, json_t *body);
/* Facts of one section, read from the device now. */
int bmc_look(struct bmc *bmc, const json_t *server, const char *section, json_t **ret_facts, struct ms_err *err);

/* ---- attributes.c -------------------------------------------------------------------------------- */

/* What the Attributes of one resource (Bios, DellNetworkAttributes) are to become. */
struct bmc_wish {
	const char *uri;
	const json_t *wanted;             /* {attribute: value} */
	const char *const *first;         /* attributes that may have to be in force before the others, NULL = none */
};
/* Stage them all, restart once, see them; again for what became writable by it, over as many restarts as it takes.
 * What is staged already is not staged twice. */
int bmc_attributes_settle(struct bmc_device *device, const struct bmc_wish *wishes, size_t n, struct ms_err *err);
/* Stage only what can be written now: it takes effect when the machine boots next. */
int bmc_attributes_stage(struct bmc_device *device, const struct bmc_wish *wishes, size_t n, struct ms_err *err);
/* Wait after a restart until `done` says so: 1 yes, 0 not yet, negative for good. */
int bmc_boot_wait(struct bmc_device *device, const char *what,
		  int (*done)(struct bmc_device *device, void *ctx, struct ms_err *err),
		  void *ctx, struct ms_err *err);

/* ---- power.c ------------------------------------------------------------------------------------- */

/* Bring the power to On or Off and see it there.  Off is graceful; `force` lets it become forced when that fails. */
int bmc_power_to(struct bmc *bmc, bool on, bool force, unsigned seconds, struct ms_err *err);
/* Off (gracefully, as above) and on again; a machine that is off is switched on. */
int bmc_reboot(struct bmc *bmc, bool force, struct ms_err *err);

/* ---- apply.c ------------------------------------------------------------------------------------- */

/* The restart of a Step: what later Steps of the target can stage is staged first, so that it serves them too. */
int bmc_restart(struct bmc_device *device, struct ms_err *err);

/* ---- rules.c, rules-health.c --------------------------------------------------------------------- */

/* status.bmc, lent; NULL when the last get failed: what stands there is old. */
const json_t *bmc_rule_facts(const struct ms_item *item);
typedef int bmc_rule_fn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err);
bmc_rule_fn bmc_rule_certificate_time, bmc_rule_pin, bmc_rule_tls_skip, bmc_rule_clock,
	bmc_rule_health, bmc_rule_drive, bmc_rule_parts, bmc_rule_locked;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: the kind of device that a BMC is: models, shapes, and what the parts of the Redfish engine offer
 * each other.
 */
#ifndef MS_SIM_ENGINE_H
#define MS_SIM_ENGINE_H

#include "sim/device.h"

/* ---- model.c, shape.c: vendor models ----------------------------------------------------------- */

/* When a write must carry If-Match. */
enum sim_etag { SIM_ETAG_IGNORE, SIM_ETAG_HONOUR, SIM_ETAG_REQUIRE, SIM_ETAG_REFUSE };
enum sim_etag_form { SIM_ETAG_NONE, SIM_ETAG_WEAK, SIM_ETAG_HEX, SIM_ETAG_LONG, SIM_ETAG_DECIMAL, SIM_ETAG_BARE };

struct sim_model {
	char *name;                  /* "idrac9" */
	char *vendor;                /* "dell" */
	json_t *doc;                 /* the whole model, classes resolved */
	const json_t *behaviour;     /* lent from doc */
	enum sim_etag etag;
	enum sim_etag_form etag_form;
	bool etag_body, etag_header; /* where ETags are shown */
	bool fold_case;              /* paths are matched without regard to case */
	bool context;                /* bodies carry @odata.context */
	unsigned session_cap, session_timeout;
	struct sim_model *next;
};
/* The first model of a vendor (name NULL) or a named one. */
int sim_model_get(struct sim *sim, const char *vendor, const char *name, struct sim_model **ret_model,
		  struct ms_err *err);
/* A copy of a model under another name, for captured trees. */
int sim_model_copy(struct sim *sim, const char *of, const char *name, struct sim_model **ret_model, struct ms_err *err);
/* And the shapes. */
void sim_models_free(struct sim *sim);

/* A model with its repetitions written out for one layout of NICs; shared by all BMCs that have that layout. */
struct sim_shape {
	struct sim_model *model;
	char *key;                   /* layout, "" for the model's own NICs */
	json_t *resources;           /* path -> {body, role, patch, ...} */
	json_t *folded;              /* lower-case path -> path, where the model folds case; else NULL */
	json_t *children;            /* collection path -> [paths] */
	json_t *roles;               /* role -> path of the first that has it */
	json_t *targets;             /* action target -> {resource, action} */
	char *dir;                   /* of a captured tree, else NULL: bodies are files */
	struct sim_shape *next;
};
int sim_shape_get(struct sim *sim, struct sim_model *model, const json_t *server, struct sim_shape **ret_shape,
		  struct ms_err *err);
int sim_shape_index(struct sim_shape *shape, bool fold, struct ms_err *err);
void sim_shape_free(struct sim_shape *shape);
/* $(name) expressions, lists and links of a model, with the variables given (template.c). */
int sim_expand(const json_t *value, const json_t *vars, json_t **ret_value, struct ms_err *err);
int sim_expand_text(const char *text, const json_t *vars, json_t **ret_value, struct ms_err *err);
/* The rows of an `each` (object of one variable): array of variable objects. */
int sim_expand_each(const json_t *each, const json_t *vars, json_t **ret_rows, struct ms_err *err);
/* What the word "$none" stands for, taken away. */
json_t *sim_strip_new(const json_t *value);

/* ---- bmc.c: one BMC ---------------------------------------------------------------------------- */

enum sim_power { SIM_OFF, SIM_POWERING_ON, SIM_ON, SIM_POWERING_OFF };
enum sim_boot { SIM_BOOT_NONE, SIM_BOOT_POST, SIM_BOOT_LOADER, SIM_BOOT_OS };

struct sim_nic { char *name, *mac, *cable; };
struct sim_account { char *id, *user, *password, *role; bool enabled, locked, must_change; unsigned failures; };
struct sim_session { char *id, token[33], *user; int64_t created, used; };

struct sim_bmc {
	struct sim_device dev;
	struct sim_shape *shape;
	char *serial;
	struct sim_nic *nics;
	size_t n_nics;
	struct sim_account *accounts;
	size_t n_accounts;
	struct sim_session *sessions;
	size_t n_sessions;
	json_t *over;                /* path -> {patch} | {body, role, ...} | null (deleted); NULL = nothing written */
	json_t *pending;             /* settings path -> values for the next boot */
	enum sim_power power;
	enum sim_boot boot;
	bool stubborn;               /* the operating system ignores requests to shut down */
	int64_t off_at;              /* when the power went off (sim_clock) */
	int64_t reset_at;            /* wall clock of the last host reset */
	unsigned serial_no;          /* ids of tasks, jobs, sessions, entries */
	unsigned boots;              /* how often the host passed POST */
	char *booted_from;           /* boot override target that the last boot used */
	uint64_t logins, refused;
	struct sim_sse *streams;
};
extern const struct sim_kind sim_bmc_kind;
/* NULL where it is a device of another kind. */
struct sim_bmc *sim_bmc_of(struct sim_device *dev);
int sim_bmc_make(struct sim *sim, struct sim_shape *shape, json_t *server, struct sim_bmc **ret_bmc,
		 struct ms_err *err);
/* Forgotten when the power state is changed by force. */
enum { SIM_EVENT_LASTING, SIM_EVENT_POWER };
extern const struct sim_event_kind sim_bmc_events[];  /* power.c */
/* Kept, and shown at /sim (bmc-state.c). */
json_t *sim_bmc_save(const struct sim_device *dev);
void sim_bmc_load(struct sim_device *dev, const json_t *row);
json_t *sim_bmc_inspect(struct sim_device *dev);
int sim_bmc_pull(struct sim_device *dev, const char *lever, const json_t *value);

/* ---- tree.c, vars.c: reading ------------------------------------------------------------------- */

/* Where a path leads: the entry of the shape or of the overlay (lent), and its proper spelling. */
const json_t *sim_entry(struct sim_bmc *bmc, const char *path, const char **ret_path);
/* The resource as it would be read, without ETag; NULL when absent.  New reference. */
json_t *sim_read(struct sim_bmc *bmc, const char *path);
/* Text at a pointer of a resource as read; caller frees; NULL when absent. */
char *sim_read_text(struct sim_bmc *bmc, const char *path, const char *pointer);
const char *sim_role_path(const struct sim_bmc *bmc, const char *role);
bool sim_has_role(const json_t *entry, const char *role);
json_t *sim_members(struct sim_bmc *bmc, const char *path);
/* Change it: merge values into the overlay, make a resource, remove one.  Values are taken. */
int sim_write(struct sim_bmc *bmc, const char *path, json_t *patch);
int sim_make(struct sim_bmc *bmc, const char *path, json_t *entry);
int sim_remove(struct sim_bmc *bmc, const char *path);
/* The model's prototype `what` with vars filled in, as an entry for sim_make; `path` too. */
int sim_prototype(struct sim_bmc *bmc, const char *what, json_t *vars, char path[static SIM_PATH_MAX],
		  json_t **ret_entry);
/* $<name> of a model: what differs by BMC.  New reference; NULL = no such name. */
json_t *sim_var(struct sim_bmc *bmc, const char *name);
json_t *sim_fill(struct sim_bmc *bmc, const json_t *value);
void sim_etag(const struct sim_bmc *bmc, const json_t *body, char buf[static 64]);
/* mac:N, 1-based over all functions of the machine: those of the site file first. */
void sim_mac(const struct sim_bmc *bmc, unsigned n, char buf[static 18]);

/* ---- message.c: extended information ----------------------------------------------------------- */

/* Answer with a message of the model or of the base registry: key, then up to two arguments (NULL-terminated).
 * `property` names what it is about. */
void sim_say(struct sim_req *req, const char *key, const char *property, ...) __attribute__((sentinel));
void sim_done(struct sim_req *req, unsigned status);

/* ---- redfish.c and its parts ------------------------------------------------------------------- */

void sim_redfish(struct sim_req *req);
/* Simulated seconds that the answer takes. */
double sim_redfish_delay(struct sim_req *req);                              /* get.c */
bool sim_auth(struct sim_req *req);                                         /* auth.c */
bool sim_is_login(const struct sim_req *req);
void sim_login(struct sim_req *req);
void sim_session_end(struct sim_bmc *bmc, const char *id);
void sim_sessions_expire(struct sim_bmc *bmc);
void sim_sessions_drop(struct sim_bmc *bmc);
struct sim_account *sim_account_find(struct sim_bmc *bmc, const char *user);
struct sim_account *sim_account_id(struct sim_bmc *bmc, const char *id);
int sim_account_add(struct sim_bmc *bmc, const char *id, const char *user, const char *password, const char *role);
void sim_account_remove(struct sim_bmc *bmc, const char *id);
void sim_account_show(struct sim_bmc *bmc, const char *path, json_t *body);  /* account.c */
void sim_account_patch(struct sim_req *req);
void sim_account_post(struct sim_req *req);
void sim_get(struct sim_req *req);                                          /* get.c */
void sim_patch(struct sim_req *req);                                        /* patch.c */
bool sim_precondition(struct sim_req *req);
bool sim_rule_check(struct sim_req *req, const json_t *rule, const json_t *value, const char *at); /* rules.c */
bool sim_validate(struct sim_req *req, const json_t *rules, const json_t *values, const char *at);
void sim_action(struct sim_req *req);                                       /* action.c */
void sim_settings_patch(struct sim_req *req);                               /* settings.c */
void sim_settings_show(struct sim_bmc *bmc, const char *path, const json_t *entry, json_t *body);
void sim_settings_apply(struct sim_bmc *bmc);
void sim_settings_running(struct sim_bmc *bmc);
void sim_settings_job(struct sim_req *req);
void sim_settings_clear(struct sim_req *req);
void sim_settings_forget_job(struct sim_bmc *bmc, const char *job);
void sim_settings_force(struct sim_bmc *bmc, json_t *values);
void sim_bios_show(struct sim_bmc *bmc, json_t *body);                      /* bios.c */
void sim_bios_registry(struct sim_bmc *bmc, json_t *body);
bool sim_bios_check(struct sim_req *req);
void sim_bios_password(struct sim_req *req);
void sim_bios_reset(struct sim_req *req);
void sim_power_reset(struct sim_req *req);                                  /* power.c */
int sim_power_force(struct sim_bmc *bmc, const char *type);
void sim_manager_reset(struct sim_req *req);
const char *sim_power_word(const struct sim_bmc *bmc);
bool sim_boot_patch(struct sim_req *req);                                   /* boot.c */
void sim_boot_consume(struct sim_bmc *bmc);
void sim_media_insert(struct sim_req *req);                                 /* media.c */
void sim_media_eject(struct sim_req *req);
void sim_media_patched(struct sim_req *req);
void sim_media_session(struct sim_bmc *bmc, const char *session);
int sim_log(struct sim_bmc *bmc, const char *service, const char *severity, const char *message); /* log.c */
void sim_log_clear(struct sim_req *req);
int sim_task_new(struct sim_bmc *bmc, const char *what, const char *name, double seconds, json_t *then,
		 char path[static SIM_PATH_MAX]);                           /* task.c */
void sim_task_accept(struct sim_req *req, const char *path);
void sim_task_read(struct sim_req *req);
bool sim_task_delete(struct sim_req *req);
void sim_task_step(struct sim_device *dev, const json_t *arg);
void sim_task_set(struct sim_bmc *bmc, const char *path, const char *state, unsigned percent);
void sim_update_install(struct sim_device *dev, const json_t *arg);
void sim_update(struct sim_req *req);                                       /* update.c */
void sim_csr(struct sim_req *req);                                          /* cert.c */
void sim_cert_replace(struct sim_req *req);
void sim_cert_install(struct sim_device *dev, const json_t *arg);
void sim_cert_show(struct sim_bmc *bmc, json_t *body);
void sim_https_cert_show(struct sim_bmc *bmc, json_t *body);
void sim_csr_ready(struct sim_device *dev, const json_t *arg);
void sim_stream_open(struct sim_req *req);                                  /* stream.c */
void sim_subscribe(struct sim_req *req);
void sim_subscriptions_drop(struct sim_bmc *bmc);
void sim_test_event(struct sim_req *req);
void sim_stream_send(struct sim_bmc *bmc, const json_t *event);
void sim_streams_close(struct sim_device *dev);

/* ---- capture.c --------------------------------------------------------------------------------- */
json_t *sim_capture_read(const struct sim_bmc *bmc, const json_t *entry);
bool sim_capture_text(struct sim_req *req);

#endif

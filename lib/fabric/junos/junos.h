/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the Junos driver.  `native` is text: one `set` line each, as `show configuration | display set` prints.
 * lines.c knows lines and trees of their words, delta.c what turns some into others, render*.c and
 * parse*.c the model, *qos.c its classes of service, dcbx.c what peers are told of them, normal.c what Junos cannot
 * keep of it, session.c NETCONF and its candidate, facts.c what the device says of itself, counters.c what it counts.
 */
#ifndef MS_FABRIC_JUNOS_H
#define MS_FABRIC_JUNOS_H

#include "fabric/driver.h"

/* MX routers say bridge-domains where switches say vlans, and so on. */
enum { JUNOS_ELS, JUNOS_MX };
struct junos_words { const char *vlans, *family, *l3, *ether; };
const struct junos_words *junos_words(const struct fabric_dialect *dialect);

#define JUNOS_MTU_HEAD 14          /* Ethernet: Junos counts it, and not the FCS */
#define JUNOS_MTU_TAGS 8           /* flexible-vlan-tagging counts two tags */
#define JUNOS_MACRO "apply-macro msctl change"  /* [edit]: names the change that made the configuration */

/* ---- lines.c ------------------------------------------------------------------------------ */

/* The words of a line, quotes resolved: array of text; NULL when out of memory, or when a quote is open. */
json_t *junos_words_split(const char *line, size_t len);
/* Append a word, quoted where Junos wants it. */
void junos_word_put(struct ms_buf *out, const char *word);
/* Words as a line without `set`, quoted in our way; caller frees. */
char *junos_words_join(const json_t *words, size_t from, size_t n);
/* Each `set` line as words; `deactivate`d ones are left out, and go to opaque (array, may be NULL). */
int junos_lines_read(const char *text, json_t **ret_lines, json_t *opaque, struct ms_err *err);
/* All lines as a tree of objects by their words; the last word of a line is `true`, unless it has more below. */
json_t *junos_tree_new(const json_t *lines);
/* Lines that are left in a tree, "interfaces et-0/0/0 gigether-options no-flow-control". */
int junos_tree_lines(const json_t *tree, json_t *lines);

/* ---- delta.c ------------------------------------------------------------------------------ */

/* "delete ..." and "set ..." lines that turn one rendering into another. */
int junos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
		struct ms_err *err);
/* The same for a device as it is: where VLANs and BGP groups have names of their own, where what every rendering holds
 * may not be there yet, and where a whole block goes away when nothing else is in it. */
int junos_delta_fit(const char *delta, const char *target, const char *running, char **ret_text, struct ms_err *err);

/* ---- render*.c, parse*.c, normal.c -------------------------------------------- */

struct junos_out {
	const struct fabric_dialect *dialect;
	const struct junos_words *words;
	const json_t *model;
	struct ms_buf text;
	struct ms_err *err;
	int result;                  /* of the first refusal */
};
void junos_put(struct junos_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "set PATH WORD", the word quoted where it must be. */
void junos_put_word(struct junos_out *out, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void junos_refuse(struct junos_out *out, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *junos_port(struct junos_out *out, const char *port, char buf[static 64]);
/* Keys in the order of their numbers; caller frees the array. */
const char **junos_keys(const json_t *object);
void junos_render_interfaces(struct junos_out *out);
void junos_render_routing(struct junos_out *out);
void junos_render_tenants(struct junos_out *out);
/* Is a VLAN carried by VPLS?  The name of the instance, or NULL. */
const char *junos_vpls_of(const json_t *model, int64_t vid);
int junos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);

/* ---- qos.c, parse-qos.c: class-of-service ------------------------------------------- */

#define JUNOS_CLASSIFIER "msctl"
#define JUNOS_CLASS "msctl-p"      /* and the priority: a forwarding class, and its scheduler */
#define JUNOS_MRU 9216             /* the largest that may come: headroom is counted by it */

void junos_render_qos(struct junos_out *out);
void junos_render_dcbx(struct junos_out *out);
/* The flow control of a whole link (802.3, 31B). */
void junos_render_pause(struct junos_out *out, const char *name, const json_t *port);
/* Octets that a fill level of 100 percent stands for. */
uint64_t junos_queue_buffer(const struct fabric_dialect *dialect);
/* The profile that all members of a channel have, because Junos configures the channel; NULL for none. */
const char *junos_channel_profile(const json_t *model, const json_t *members);
void junos_normal_qos(const struct fabric_dialect *dialect, json_t *model);

struct junos_in {
	const struct fabric_dialect *dialect;
	json_t *tree, *model, *vlan_ids /* name -> VLAN id */;
	int failed;
};
/* Child of a path of words, NULL when there is none. */
json_t *junos_at(const json_t *tree, const char *path);
/* The word behind a path, which is then taken out; NULL when there is none.  Lent until the next call. */
const char *junos_take(struct junos_in *in, json_t *node, const char *path, char buf[static 256]);
/* A line that ends with this path: true when it was there. */
bool junos_take_flag(json_t *node, const char *path);
/* All words behind a path, as text or numbers, sorted; NULL when there are none. */
json_t *junos_take_set(json_t *node, const char *path, bool numbers);
/* Something that we always render and that says nothing. */
void junos_drop(json_t *node, const char *path);
void junos_prune(json_t *node);
void junos_parse_interfaces(struct junos_in *in);
void junos_parse_routing(struct junos_in *in);
void junos_parse_tenants(struct junos_in *in);
void junos_parse_qos(struct junos_in *in);
void junos_parse_dcbx(struct junos_in *in);
int junos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
		struct ms_err *err);
int junos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);
/* Sorted as sets of models are; takes the array. */
json_t *junos_sort(json_t *array);

/* ---- session.c, facts.c -------------------------------------------------------------- */

struct fabric_session {
	const struct fabric_env *env;
	const char *name;
	struct ms_ssh *ssh;
	struct ms_netconf *netconf;  /* NULL when it is to be opened */
	bool locked;
};
int junos_rpc(struct fabric_session *session, const char *operation, unsigned seconds, char **ret_reply,
	      struct ms_err *err);
int junos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int junos_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
		json_t *status, struct ms_err *err);
/* counters.c: status.counters, by status.config; -EBADMSG when the reply is no XML. */
int junos_counters(struct fabric_session *session, const struct fabric_dialect *dialect, json_t *status,
		   struct ms_err *err);
int junos_read_counters(const struct fabric_dialect *dialect, const char *reply, json_t *status);
int junos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	       struct ms_err *err);
void junos_close(struct fabric_session *session);
int junos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int junos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
int junos_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
		struct ms_err *err);
int junos_validate(struct fabric_session *session, const char *id, struct ms_err *err);
int junos_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
int junos_confirm(struct fabric_session *session, const char *id, struct ms_err *err);
int junos_rollback(struct fabric_session *session, const char *id, struct ms_err *err);
int junos_abandon(struct fabric_session *session, const char *id, struct ms_err *err);

#endif

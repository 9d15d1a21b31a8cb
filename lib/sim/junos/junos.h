/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the simulated Junos switch, written from Juniper's documents.  A configuration is an object of lines as
 * `display set` shows them, without `set`.  sw->state: {committed, candidate, dirty, history: [{lines, time, user,
 * client, comment}], confirm: {until, seconds, session}}; the lock belongs to a session and dies with it.
 *
 *   grammar.c   statements that it knows, and how they replace one another
 *   config.c    set and delete                 check.c    commit check
 *   cos.c       the same for class-of-service
 *   commit.c    candidate, lock, commit, timer netconf.c  sessions and framing
 *   rpc.c       operations                     show.c     what it says of itself
 *   counter.c   what it counts
 */
#ifndef MS_SIM_JUNOS_H
#define MS_SIM_JUNOS_H

#include "net/xml.h"
#include "sim/switch.h"

#define JUNOS_WORDS 32

struct junos_box {                   /* sw->own */
	unsigned lock;               /* session that holds it, 0 = none */
	unsigned sessions, limit;    /* open, and how many may be; 0 = any number */
	unsigned fail_commits;       /* lever: so many commits fail */
	unsigned next_pid;
};
static inline struct junos_box *junos_box(const struct sim_switch *sw) { return sw->own; }

/* A line cut into words, in place; quotes are kept. */
struct junos_line { char text[1024]; const char *word[JUNOS_WORDS]; size_t n; };
bool junos_line_cut(struct junos_line *line, const char *text, size_t len);

/* grammar.c: the row of the grammar that a line fits; -1 for none, with the number of words that did. */
int junos_statement(const struct sim_switch *sw, const struct junos_line *line, size_t *ret_bad);
/* Is the last word of such a row a value that replaces another? */
bool junos_statement_replaces(int row);
/* The last name in a path ("vlans BLUE" of "vlans BLUE vlan-id 100"): how many words, 0 = none. */
size_t junos_statement_key(const struct sim_switch *sw, const struct junos_line *line, size_t below);

/* config.c: -EINVAL with the message of a real one, and the bad word. */
struct junos_complaint { char message[512], element[128], path[256]; };
int junos_set(const struct sim_switch *sw, json_t *lines, const char *text, size_t len,
	      struct junos_complaint *complaint);
/* 1 when there was nothing to delete. */
int junos_delete(const struct sim_switch *sw, json_t *lines, const char *text, size_t len,
		 struct junos_complaint *complaint);
char *junos_text(const json_t *lines);
/* First value behind a path of words; NULL when there is none.  buf of 256. */
const char *junos_value(const json_t *lines, const char *path, char *buf);
bool junos_has(const json_t *lines, const char *path);
const json_t *junos_committed(const struct sim_switch *sw);

/* check.c */
int junos_check(const struct sim_switch *sw, const json_t *lines, struct junos_complaint *complaint);
/* cos.c: the same for one line of class-of-service. */
int junos_check_cos(const json_t *lines, const struct junos_line *line, struct junos_complaint *complaint);

/* commit.c */
json_t *junos_candidate(struct sim_switch *sw);
void junos_candidate_reset(struct sim_switch *sw);
void junos_confirm_waiting(struct sim_switch *sw);
int junos_commit_now(struct sim_switch *sw, const char *user, unsigned session, int64_t confirm_seconds,
		     struct junos_complaint *complaint);
int junos_load_rollback(struct sim_switch *sw, unsigned number, struct junos_complaint *complaint);
/* A session ended: its lock, and, when it was killed, its commit that waits. */
void junos_session_ended(struct sim_switch *sw, unsigned session, bool killed);
extern const struct sim_event_kind junos_events[];

/* netconf.c, rpc.c, show.c */
int junos_stream_open(struct sim_stream *stream);
void junos_stream_input(struct sim_stream *stream, const char *data, size_t len);
void junos_stream_close(struct sim_stream *stream);
/* Append the inside of <rpc-reply>; true when the session ends. */
bool junos_operation(struct sim_stream *stream, const xmlNode *operation, struct ms_buf *out);
/* False when there is no such question. */
bool junos_show(struct sim_switch *sw, const xmlNode *question, struct ms_buf *out);
/* counter.c: what is counted at a port, as sim_switch_counters has it. */
void junos_put_counters(const struct sim_switch *sw, const json_t *counters, const char *port, struct ms_buf *out);
void junos_escape(struct ms_buf *out, const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: a switch that is a Linux box behind sshd, with FRR.  It has a shell of a few commands, files, and
 * changes that lie in /var/lib/msctl/ID; a kind of box (struct sim_box_kind) says what such a change does.
 * sw->state: {boot, booted, files: {PATH: TEXT}, folders: {PATH: true}, routing: FRR's tree, running: what else the
 * kind is configured with, kept: both as they were before a change, fail: what fails next}.
 *
 *   box.c         life, levers              shell.c   commands, files and streams joined as sh(1) does
 *   file.c    files                     tool.c    cat, grep, test...
 *   change.c  the script of a change    show.c    ip, lldpcli, bridge, vtysh
 *   frr.c     FRR's configuration       bgp.c     what that means
 *   qos.c     quality of service: dcb.c, tc.c, ethtool.c
 */
#ifndef MS_SIM_BOX_H
#define MS_SIM_BOX_H

#include "sim/switch.h"

#define BOX_CHANGES "/var/lib/msctl/"
#define BOX_WORDS 160

struct sim_box_shell {
	struct sim_switch *sw;
	struct sim_exec *exec;
	const char *in;              /* what is left of standard input */
	size_t in_len;
	struct ms_buf *out, *errors;
	char folder[256];
	int status;
	unsigned depth;
};

struct sim_box_kind {
	/* A change, its files as {NAME: TEXT}.  Non-zero when it fails, with the tool's words in errors. */
	int (*validate)(struct sim_switch *sw, const json_t *files, struct ms_buf *errors);
	int (*reload)(struct sim_switch *sw, const json_t *files, struct ms_buf *errors);
	int (*persist)(struct sim_switch *sw, const json_t *files);
	/* Back to what was kept; NULL = it is put there. */
	int (*restore)(struct sim_switch *sw, const json_t *files, const json_t *kept);
	/* A change is confirmed, or undone; may be NULL. */
	void (*over)(struct sim_switch *sw);
	/* What was saved runs again: it restarted. */
	int (*boot)(struct sim_switch *sw);
	/* A command that other boxes do not have; false when this one has not either.  May be NULL. */
	bool (*command)(struct sim_box_shell *shell, const char *const *word, size_t n);
	/* MTU of an interface; and which VNIs there are, from which address: {address, vnis: [N]}. */
	int64_t (*mtu)(struct sim_switch *sw, const char *native);
	json_t *(*tunnels)(struct sim_switch *sw);
	const char *frr;             /* its version; NULL = that of the switch */
	double seconds;              /* that a reload takes */
};
struct sim_box { const struct sim_box_kind *kind; };
const struct sim_box_kind *sim_box_kind_of(const struct sim_switch *sw);

/* box.c */
int sim_box_start(struct sim_switch *sw, const struct sim_box_kind *kind, const char *routing, struct ms_err *err);
void sim_box_free(struct sim_switch *sw);
void sim_box_exec(struct sim_exec *exec);
json_t *sim_box_inspect(struct sim_switch *sw);
int sim_box_pull(struct sim_switch *sw, const char *lever, const json_t *value);
extern const struct sim_event_kind sim_box_events[];
/* Is it this that is to fail (lever {fail: WHAT})?  Once. */
bool sim_box_fails(struct sim_switch *sw, const char *what);

/* file.c: files that are there because the kernel says so are among them. */
char *sim_box_read(struct sim_switch *sw, const char *path);
void sim_box_write(struct sim_switch *sw, const char *path, const char *text);
bool sim_box_exists(struct sim_switch *sw, const char *path);
bool sim_box_is_folder(struct sim_switch *sw, const char *path);
void sim_box_mkdir(struct sim_switch *sw, const char *path);
void sim_box_remove(struct sim_switch *sw, const char *path);
/* Paths that match, sorted; new reference. */
json_t *sim_box_glob(struct sim_switch *sw, const char *pattern);
/* Names of what is in a folder, sorted; new reference. */
json_t *sim_box_list(struct sim_switch *sw, const char *folder);
/* Native names of all ports, by number; new reference. */
json_t *sim_box_ports(struct sim_switch *sw);
int64_t sim_box_uptime(struct sim_switch *sw);

/* shell.c */
void sim_box_sh(struct sim_box_shell *shell, const char *line);
void sim_box_path(const struct sim_box_shell *shell, const char *name, char *buf, size_t size);
/* tool.c, show.c: false when there is no such command. */
bool sim_box_tool(struct sim_box_shell *shell, const char *const *word, size_t n);
bool sim_box_show(struct sim_box_shell *shell, const char *const *word, size_t n);
/* Tunnels of all other boxes that it learns of by EVPN; new reference. */
json_t *sim_box_far(struct sim_switch *own);
/* qos.c: dcb, tc and ethtool; false when it is another command. */
bool sim_qos_command(struct sim_box_shell *shell, const char *const *word, size_t n);
/* Has each port DCB that lines are for? */
int sim_qos_check(struct sim_switch *sw, const char *lines, struct ms_buf *errors);
/* Lines of a change.  Non-zero at the first that fails, where failures count. */
int sim_qos_play(struct sim_switch *sw, const char *lines, bool strict, struct ms_buf *errors);
/* change.c: "sh .../change VERB"; and the end of its timer. */
void sim_box_change(struct sim_box_shell *shell, const char *id, const char *verb, const char *seconds);
void sim_box_expire(struct sim_device *dev, const json_t *arg);
void sim_box_forget_timers(struct sim_switch *sw);

/* frr.c: the tree is {LINE: {lines below}}. */
/* Lines of vtysh; messages as it words them, and how many there are.  Changes the tree as far as lines are taken. */
unsigned sim_vty_enter(json_t *tree, const char *text, struct ms_buf *errors);
void sim_vty_show(const json_t *tree, struct ms_buf *out);
void sim_vty_running(struct sim_switch *sw, struct ms_buf *out);
/* bgp.c: as struct sim_switch_platform wants it; `addresses` {ADDRESS: PORT} is taken. */
json_t *sim_vty_bgp(struct sim_switch *sw, json_t *addresses);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE on ports of Linux: what a change runs, what undoes it, and what a start runs.  Ports that it
 * does not concern keep what they have, also where that is written otherwise here. */
#include <errno.h>
#include "fabric/frr/frr.h"

int frr_qos_text(const struct fabric_dialect *dialect, const json_t *model, char **ret_text,
		 struct ms_err *err)
{
	struct frr_qos qos;
	int r = frr_qos_draw(dialect, model, &qos, err);

	if (r)
		return r;
	*ret_text = frr_qos_lines(NULL, &qos);
	frr_qos_release(&qos);
	return *ret_text ? 0 : ms_nomem(err);
}

struct change {
	const struct fabric_dialect *dialect;
	struct frr_qos now, usual, target;      /* usual: `now` as it is written here */
	struct ms_buf new, old;
	struct ms_err *err;
};

static struct frr_qos only(const struct frr_qos *qos, const char *name)
{
	for (size_t i = 0; i < qos->n; i++)
		if (!strcmp(qos->ports[i].name, name))
			return (struct frr_qos){ &qos->ports[i], 1 };
	return (struct frr_qos){ 0 };
}

static int refuse(struct change *change, const struct frr_qos_port *port)
{
	int r = ms_fail(change->err, -EBUSY, MS_CONFLICT,
			"port %s has a queueing discipline of somebody else: %s", port->name,
			port->foreign);

	ms_hint(change->err, "tc qdisc del dev %s root", port->name);
	ms_err_at(change->err, change->dialect->sw ? ms_name(change->dialect->sw) : "", NULL);
	return r;
}

static int add_port(struct change *change, const char *name)
{
	struct frr_qos now = only(&change->now, name), usual = only(&change->usual, name),
		       to = only(&change->target, name);
	MS_AUTO_FREE char *differs = frr_qos_lines(&usual, &to), *there = frr_qos_lines(&now, &to),
			  *back = frr_qos_lines(&to, &now);

	if (!differs || !there || !back)
		return ms_nomem(change->err);
	if (!*differs)
		return 0;
	if (now.n && *now.ports->foreign)
		return refuse(change, now.ports);
	ms_buf_puts(&change->new, there);
	ms_buf_puts(&change->old, back);
	return 0;
}

static int add_ports(struct change *change)
{
	int r = 0;

	for (size_t i = 0; !r && i < change->target.n; i++)
		r = add_port(change, change->target.ports[i].name);
	for (size_t i = 0; !r && i < change->now.n; i++)
		if (!only(&change->target, change->now.ports[i].name).n)
			r = add_port(change, change->now.ports[i].name);
	return r;
}

static int read_both(struct change *change, const json_t *running, const json_t *target)
{
	json_auto_t *model = NULL;
	int r = frr_parse(change->dialect, running, &model, NULL, change->err);

	if (!r)
		r = frr_qos_draw(change->dialect, model, &change->usual, change->err);
	if (!r)
		r = frr_qos_parse(ms_str(running, "/qos", ""), &change->now, change->err);
	if (!r)
		r = frr_qos_parse(ms_str(target, "/qos", ""), &change->target, change->err);
	return r;
}

int frr_qos_change(const struct fabric_dialect *dialect, const json_t *running,
		   const json_t *target, struct frr_qos_files *ret_files, struct ms_err *err)
{
	struct change change = { .dialect = dialect, .err = err };
	const char *all = ms_str(target, "/qos", "");
	int r = read_both(&change, running, target);

	ms_buf_puts(&change.new, "");
	ms_buf_puts(&change.old, "");
	if (!r)
		r = add_ports(&change);
	*ret_files = (struct frr_qos_files){
		.new = ms_buf_steal(&change.new),
		.old = ms_buf_steal(&change.old),
		.boot = *all ? ms_asprintf("#!/bin/sh\n"
					   "# RoCE on the ports of this switch, written by "
					   "msctl-switch; run at every start.\n%s",
					   all)
			     : strdup(""),
	};
	if (!r && (!ret_files->new || !ret_files->old || !ret_files->boot))
		r = ms_nomem(err);
	frr_qos_release(&change.now);
	frr_qos_release(&change.usual);
	frr_qos_release(&change.target);
	return r;
}

void frr_qos_files_release(struct frr_qos_files *files)
{
	free(files->new);
	free(files->old);
	free(files->boot);
}

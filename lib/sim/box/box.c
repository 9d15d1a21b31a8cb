/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A simulated Linux box with FRR: its life, and its levers. */
#include "sim/box/box.h"

const struct sim_box_kind *sim_box_kind_of(const struct sim_switch *sw)
{
	return ((const struct sim_box *)sw->own)->kind;
}

/* /proc/sys/kernel/random/boot_id: another one after each start. */
static void new_boot(struct sim_switch *sw)
{
	int64_t boots = ms_int(sw->state, "/boots", 0) + 1;
	char tag[40], d[33];

	snprintf(tag, sizeof(tag), "boot%lld", (long long)boots);
	sim_digits(&sw->dev, tag, "0123456789abcdef", d, 32);
	json_object_set_new(sw->state, "boots", json_integer(boots));
	json_object_set_new(
		sw->state, "boot",
		json_sprintf("%.8s-%.4s-%.4s-%.4s-%.12s", d, d + 8, d + 12, d + 16, d + 20));
	json_object_set_new(sw->state, "booted", json_integer(sim_clock(sw->dev.sim)));
}

int sim_box_start(struct sim_switch *sw, const struct sim_box_kind *kind, const char *routing,
		  struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf errors = { 0 };
	struct sim_box *box = calloc(1, sizeof(*box));
	json_t *tree = json_object();

	sw->own = box;
	if (!box || !tree || json_object_set_new(sw->state, "files", json_object()) ||
	    json_object_set_new(sw->state, "folders", json_object()) ||
	    json_object_set_new(sw->state, "kept", json_object()) ||
	    json_object_set_new(sw->state, "routing", tree))
		return ms_nomem(err);
	box->kind = kind;
	new_boot(sw);
	json_object_set_new(sw->state, "booted",
			    json_integer(-600000)); /* it runs for ten minutes */
	if (sim_vty_enter(tree, routing, &errors))
		return ms_fail(err, -EINVAL, MS_INPUT, "%s: configuration of FRR: %.*s",
			       sw->dev.name, (int)strcspn(errors.data, "\n"), errors.data);
	return 0;
}

void sim_box_free(struct sim_switch *sw)
{
	free(sw->own);
}

void sim_box_exec(struct sim_exec *exec)
{
	struct sim_box_shell shell = {
		.sw = exec->sw,
		.exec = exec,
		.in = exec->in,
		.in_len = exec->in_len,
		.out = &exec->out,
		.errors = &exec->errors,
		.folder = "/root",
	};

	sim_settle(&exec->sw->dev);
	sim_box_sh(&shell, exec->command ? exec->command : exec->in);
	exec->status = shell.status;
}

/* ---- /sim ---- */

json_t *sim_box_inspect(struct sim_switch *sw)
{
	MS_AUTO_BUF struct ms_buf routing = { 0 };
	json_auto_t *states = sim_box_glob(sw, BOX_CHANGES "*/state");
	json_t *changes = json_array(), *path;
	size_t i;

	json_array_foreach(states, i, path)
		json_array_append(changes, json_object_get(json_object_get(sw->state, "files"),
							   json_string_value(path)));
	sim_vty_show(json_object_get(sw->state, "routing"), &routing);
	return json_pack("{s:o, s:s, s:O*, s:O*}", "changes", changes, "routing",
			 routing.data ? routing.data : "", "config",
			 json_object_get(sw->state, "running"), "qos",
			 json_object_get(sw->state, "qos"));
}

bool sim_box_fails(struct sim_switch *sw, const char *what)
{
	if (strcmp(ms_str(sw->state, "/fail", ""), what))
		return false;
	json_object_del(sw->state, "fail");
	return true;
}

static int reboot(struct sim_switch *sw)
{
	sim_box_forget_timers(sw);
	new_boot(sw);
	sim_switch_cut_off(sw);
	return sim_box_kind_of(sw)->boot(sw);
}

/* Somebody types at its shell. */
static int type(struct sim_switch *sw, const char *lines)
{
	struct sim_exec exec = { .sw = sw, .command = lines, .in = "" };

	sim_box_exec(&exec);
	ms_buf_release(&exec.out);
	ms_buf_release(&exec.errors);
	return exec.status ? -EINVAL : 0;
}

/* {vtysh: LINES} somebody configures FRR by hand, {sh: LINES} the rest; {fail: validate, commit or
 * undo}: the next one does, a commit half way; {reboot: true}: what was not saved is gone. */
int sim_box_pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	MS_AUTO_BUF struct ms_buf errors = { 0 };
	const char *text = json_string_value(value);
	int r = -EINVAL;

	if (!strcmp(lever, "vtysh") && text)
		r = sim_vty_enter(json_object_get(sw->state, "routing"), text, &errors) ? -EINVAL
											: 0;
	else if (!strcmp(lever, "sh") && text)
		r = type(sw, text);
	else if (!strcmp(lever, "fail") && text)
		r = json_object_set_new(sw->state, "fail", json_string(text));
	else if (!strcmp(lever, "reboot") && json_is_true(value))
		r = reboot(sw);
	sim_switch_changed(sw);
	return r;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quality of service at the ports of a box: which ports there are, and the lines of a change. */
#include <stdarg.h>
#include "sim/box/qos.h"
#include "site/site.h"

/* ---- ports ---- */

static bool is_port(struct sim_switch *sw, const char *native)
{
	json_auto_t *ports = sim_box_ports(sw);
	const json_t *port;
	size_t i;

	json_array_foreach(ports, i, port)
		if (!strcmp(json_string_value(port), native))
			return true;
	return false;
}

bool sim_qos_has_dcb(const struct sim_switch *sw)
{
	return strcmp(ms_str(sw->resource, "/metadata/annotations/sim~1dcb", ""), "none");
}

bool sim_qos_is_device(struct sim_switch *sw, const char *native)
{
	return !strcmp(native, "lo") || !strcmp(native, "eth0") || is_port(sw, native);
}

json_t *sim_qos_port(struct sim_switch *sw, const char *native)
{
	json_t *all = json_object_get(sw->state, "qos"), *port = json_object_get(all, native);

	if (port || !is_port(sw, native))
		return port;
	if (!all) {
		all = json_object();
		json_object_set_new(sw->state, "qos", all);
	}
	json_object_set_new(all, native,
			    json_pack("{s:{}, s:[], s:[b,b,b,b,b,b,b,b], s:b, s:b, "
				      "s:[i,i,i,i,i,i,i,i], s:[i,i,i,i,i,i,i,i]}",
				      "red", "app", "pfc", 0, 0, 0, 0, 0, 0, 0, 0, "rx", 0, "tx", 0,
				      "map", 0, 0, 0, 0, 0, 0, 0, 0, "sizes", 0, 0, 0, 0, 0, 0, 0,
				      0));
	return json_object_get(all, native);
}

unsigned sim_qos_cell(const struct sim_switch *sw)
{
	return ms_asic_of(sw->resource)->cell;
}

static unsigned class_of(const json_t *port, unsigned priority)
{
	const json_t *map = ms_at(port, "/root/priomap");

	return map ? 7 - (unsigned)json_integer_value(json_array_get(map, priority)) : 0;
}

json_int_t sim_qos_sum(struct sim_switch *sw, const char *native, unsigned class, const char *name)
{
	const json_t *port = sim_qos_port(sw, native);
	json_int_t sum = 0;
	char number[64];

	for (unsigned p = 0; p < SIM_QOS_PRIORITIES; p++)
		if (class_of(port, p) == class &&
		    sim_port_abstract(sw, native, number, sizeof(number)))
			sum += sim_counter(sw->counters, number, name, p);
	return sum;
}

/* ---- words ---- */

void sim_qos_fail(struct sim_box_shell *shell, int status, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ms_buf_printf(shell->errors, "%s\n", text);
	shell->status = status;
}

void sim_qos_say(struct sim_box_shell *shell, const json_t *value)
{
	MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_COMPACT);

	ms_buf_printf(shell->out, "%s\n", text ? text : "");
}

bool sim_qos_number(const char *text, int64_t *ret_number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*ret_number = strtoll(text, &end, 10);
	return !*end && *ret_number <= UINT32_MAX;
}

bool sim_qos_on_off(const char *text, bool *ret_on)
{
	*ret_on = !strcmp(text, "on");
	return *ret_on || !strcmp(text, "off");
}

/* ---- commands ---- */

bool sim_qos_command(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	static const struct {
		const char *name;
		void (*fn)(struct sim_box_shell *, const char *const *, size_t);
	} tools[] = {
		{ "dcb", sim_dcb },
		{ "ethtool", sim_ethtool },
		{ "tc", sim_tc },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(tools); i++)
		if (!strcmp(tools[i].name, word[0])) {
			tools[i].fn(shell, word + 1, n - 1);
			sim_touch(&shell->sw->dev);
			return true;
		}
	return false;
}

/* One line, without anything that a shell would do; empty ones and comments are none. */
static int play(struct sim_switch *sw, char *line, struct ms_buf *errors)
{
	const char *word[BOX_WORDS], *one;
	MS_AUTO_BUF struct ms_buf out = { 0 };
	struct sim_box_shell shell = { .sw = sw, .in = "", .out = &out, .errors = errors };
	size_t n = 0;

	while (n < BOX_WORDS && (one = strsep(&line, " \t")))
		if (*one)
			word[n++] = one;
	if (!n || *word[0] == '#')
		return 0;
	if (!sim_qos_command(&shell, word, n))
		sim_qos_fail(&shell, 127, "sh: 1: %s: not found", word[0]);
	return shell.status ? -EIO : 0;
}

static size_t count(const char *lines)
{
	size_t n = 0;

	while ((lines = strchr(lines, '\n')))
		lines++, n++;
	return n;
}

/* The script of a change looks for itself where there is DCB. */
int sim_qos_check(struct sim_switch *sw, const char *lines, struct ms_buf *errors)
{
	char dev[64] = "";
	int r = 0;

	for (; lines; lines = strchr(lines, '\n'), lines += lines != NULL) {
		if (sscanf(lines, "dcb pfc set dev %63s", dev) != 1)
			continue;
		if (sim_qos_has_dcb(sw) && sim_qos_port(sw, dev))
			continue;
		ms_buf_printf(errors,
			      "no DCB on %s: RoCE needs a switching chip that Linux drives\n", dev);
		r = -EOPNOTSUPP;
	}
	return r;
}

int sim_qos_play(struct sim_switch *sw, const char *lines, bool strict, struct ms_buf *errors)
{
	MS_AUTO_FREE char *text = strdup(lines);
	char *rest = text, *line;
	/* {fail: qos} ends it half-way. */
	size_t left = strict && *lines && sim_box_fails(sw, "qos") ? count(lines) / 2 : SIZE_MAX;
	int r = text ? 0 : -ENOMEM, one;

	while (!(strict && r) && (line = strsep(&rest, "\n"))) {
		if (!left--) {
			ms_buf_puts(errors, "RTNETLINK answers: Device or resource busy\n");
			return -EBUSY;
		}
		one = play(sw, line, errors);
		r = r ? r : one;
	}
	return r;
}

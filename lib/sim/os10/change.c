/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change does to OS10: lines through the candidate, all or none of them, and lines that take
 * them back. */
#include <errno.h>
#include "sim/os10/os10.h"

/* All lines in one transaction that ends in this word; what is left of it in the candidate goes. */
static int enter(struct sim_switch *sw, const char *lines, const char *word, struct ms_buf *out)
{
	MS_AUTO_FREE char *text = ms_asprintf(
		"lock\nstart transaction\nconfigure terminal\n%s\nend\n%s\nunlock\n", lines, word);
	int r = text ? sim_os10_batch(sw, text, out) : -ENOMEM;
	MS_AUTO_BUF struct ms_buf nobody = { 0 };

	if (r)
		sim_os10_batch(sw, "lock\nstart transaction\ndiscard\nunlock\n", &nobody);
	return r;
}

static bool is_open(struct sim_switch *sw, struct ms_buf *errors)
{
	MS_AUTO_BUF struct ms_buf diff = { 0 };

	sim_os10_show(sw, "show diff candidate-configuration running-configuration", &diff);
	if (diff.len)
		ms_buf_puts(errors,
			    "a candidate of somebody is open: commit or discard it\n");
	return diff.len;
}

static int validate(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	return is_open(sw, errors) ? -EBUSY
				   : enter(sw, ms_str(files, "/new", ""), "discard", errors);
}

static int reload(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	return is_open(sw, errors) ? -EBUSY
				   : enter(sw, ms_str(files, "/new", ""), "commit", errors);
}

/* ---- back ---- */

static bool same(const json_t *a, const json_t *b)
{
	MS_AUTO_BUF struct ms_buf x = { 0 }, y = { 0 };

	sim_os10_text(a, &x);
	sim_os10_text(b, &y);
	return !strcmp(x.data ? x.data : "", y.data ? y.data : "");
}

/* One line, with the blocks that it is in, for each line. */
static void pieces(struct sim_switch *sw, const char *text)
{
	char path[8][512];

	while (*text) {
		size_t depth = strspn(text, " "), len = strcspn(text, "\n");
		MS_AUTO_BUF struct ms_buf piece = { 0 }, out = { 0 };

		if (depth >= MS_ARRAY_SIZE(path))
			return;
		snprintf(path[depth], sizeof(path[0]), "%.*s", (int)(len - depth), text + depth);
		text += len + (text[len] == '\n');
		if (!strcmp(path[depth], "exit"))
			continue;
		ms_buf_puts(&piece, "configure terminal\n");
		for (size_t i = 0; i <= depth; i++)
			ms_buf_printf(&piece, "%s\n", path[i]);
		sim_os10_batch(sw, piece.data, &out);
	}
}

static int restore(struct sim_switch *sw, const json_t *files, const json_t *kept)
{
	const json_t *old = json_object_get(kept, "running");
	const char *lines = ms_str(files, "/old", "");
	MS_AUTO_BUF struct ms_buf out = { 0 };

	if (same(sim_os10_config(sw), old))
		return 0;
	if (enter(sw, lines, "commit", &out))
		pieces(sw, lines);
	return same(sim_os10_config(sw), old) ? 0 : -EIO;
}

/* ---- the rest ---- */

static int persist(struct sim_switch *sw, const json_t *files)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };

	(void)files;
	return sim_os10_batch(sw, "write memory\n", &out);
}

static int boot(struct sim_switch *sw)
{
	json_object_del(sw->state, "candidate");
	json_object_del(sw->state, "lock");
	return json_object_set_new(sw->state, "running",
				   json_deep_copy(json_object_get(sw->state, "startup")));
}

static int64_t mtu(struct sim_switch *sw, const char *native)
{
	MS_AUTO_FREE char *header = ms_asprintf("interface %s", native);
	const char *line = header ? sim_cli_line(sim_cli_block(sim_os10_config(sw), header), "mtu")
				  : NULL;

	return line ? strtoll(line + 4, NULL, 10) : 1532;
}

static json_t *tunnels(struct sim_switch *sw)
{
	json_t *vnis = json_array(), *node;
	const char *source = sim_cli_line(sim_cli_block(sim_os10_config(sw), "nve"),
					  "source-interface"),
		   *key, *line;
	MS_AUTO_FREE char *header = source ? ms_asprintf("interface %s", source + 17) : NULL;
	const char *address = header ? sim_cli_line(sim_cli_block(sim_os10_config(sw), header),
						    "ip address")
				     : NULL;

	json_object_foreach(sim_os10_config(sw), key, node) {
		line = sim_cli_line(json_object_get(node, "k"), "vxlan-vni");
		if (line)
			json_array_append_new(vnis, json_integer(strtoll(line + 10, NULL, 10)));
	}
	return address ? json_pack("{s:s%,s:o}", "address", address + 11,
				   strcspn(address + 11, "/"), "vnis", vnis)
		       : json_pack("{s:o}", "vnis", vnis);
}

const struct sim_box_kind sim_os10_kind = {
	.validate = validate,
	.reload = reload,
	.restore = restore,
	.persist = persist,
	.boot = boot,
	.command = sim_os10_clish,
	.mtu = mtu,
	.tunnels = tunnels,
	.seconds = 5,
};

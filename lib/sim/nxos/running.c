/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running configuration of NX-OS, as it is shown. */
#include "sim/nxos/nxos.h"

/* ---- all VLANs in one line, and then those of which more is said ---- */

static void put_vlans(const json_t *config, struct ms_buf *out)
{
	const char *sep = ",";

	ms_buf_puts(out, "vlan 1");
	for (unsigned vid = 2; vid <= 3967; vid++) {
		char key[16];
		unsigned last = vid;

		snprintf(key, sizeof(key), "vlan %u", vid);
		if (!json_object_get(config, key))
			continue;
		for (;; last++) {
			snprintf(key, sizeof(key), "vlan %u", last + 1);
			if (!json_object_get(config, key))
				break;
		}
		ms_buf_printf(out, last > vid ? "%s%u-%u" : "%s%u", sep, vid, last);
		vid = last;
	}
	ms_buf_puts(out, "\n");
}

static bool is_bare_vlan(const char *text)
{
	unsigned vid;
	int used = 0;

	return sscanf(text, "vlan %u%n", &vid, &used) == 1 && text[used] == '\n' &&
	       text[used + 1] == '\n';
}

void sim_nxos_show(const json_t *config, struct ms_buf *out)
{
	MS_AUTO_BUF struct ms_buf whole = { 0 };
	bool vlans = false, job = false;

	sim_cli_show(&sim_nxos_grammar, config, &whole);
	for (const char *text = whole.data ? whole.data : ""; *text;) {
		size_t len = strcspn(text, "\n") + 1;

		if (!vlans && ms_starts(text, "vlan ")) {
			put_vlans(config, out);
			vlans = true;
		}
		if (*text != ' ')
			job = ms_starts(text, "scheduler ");
		if (is_bare_vlan(text))
			len++;
		else if (job)          /* their lines are not indented */
			ms_buf_add(out, text + strspn(text, " "), len - strspn(text, " "));
		else
			ms_buf_add(out, text, len);
		text += len;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be sent, where lines hang together: before two trees of lines are compared (delta.c),
 * the old one forgets what the device will forget by itself, and what a new line replaces.
 */
#include <errno.h>
#include "fabric/cli/cli.h"

struct preparing {
	const struct cli_delta *how;
	struct ms_buf now, target;
};

static size_t word_len(const char *text)
{
	return strcspn(text, " ");
}

bool cli_begins(const char *line, const char *words)
{
	size_t len = strlen(words);

	return !strncmp(line, words, len) && (line[len] == ' ' || !line[len]);
}

bool cli_negate(const char *const *words, const char *line, char *buf, size_t size)
{
	for (; *words; words++)
		if (cli_begins(line, *words)) {
			snprintf(buf, size, "no %s", *words);
			return true;
		}
	return false;
}

/* How many bytes of the line the slot is; 0 = the line is of another. */
static size_t slot_fits(const char *slot, const char *line)
{
	const char *from = line;

	for (;; slot += word_len(slot) + 1, line += word_len(line) + 1) {
		size_t want = word_len(slot), have = word_len(line);

		if (!have ||
		    (strncmp(slot, "*", want) && (want != have || strncmp(slot, line, want))))
			return 0;
		if (!slot[want])
			return (size_t)(line + have - from);
		if (!line[have])
			return 0;
	}
}

static size_t slot_of(const struct preparing *p, const char *line)
{
	size_t len;

	for (const char *const *slot = p->how->slots; slot && *slot; slot++) {
		len = slot_fits(*slot, line);
		if (len)
			return len;
	}
	return 0;
}

/* "vrf blue" is one line of an interface, and a block of its own elsewhere. */
static bool has_slot(const struct preparing *p, const struct fabric_lines *block, const char *line)
{
	size_t len = slot_of(p, line), n = len ? fabric_lines_count(block) : 0;

	if (!strncmp(line, p->how->vrf, len) && !p->how->vrf[len] &&
	    !ms_starts(fabric_lines_text(block), "interface "))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *other = fabric_lines_text(fabric_lines_at(block, i));

		if (!strncmp(other, line, len) && (!other[len] || other[len] == ' ') &&
		    slot_of(p, other) == len)
			return true;
	}
	return false;
}

static bool same(const struct fabric_lines *block, const char *line)
{
	const struct fabric_lines *found = fabric_lines_find(block, line);

	return found && !strcmp(fabric_lines_text(found), line);
}

/* ---- interfaces ---- */

struct interface {
	const struct fabric_lines *now, *target;
	bool vrf_moves, layer_moves, readdress, clear_plain, clear_virtual;
};

static const char *vrf_of(const struct preparing *p, const struct fabric_lines *block)
{
	return fabric_lines_text(fabric_lines_find(block, p->how->vrf));
}

static bool is_layer3(const struct preparing *p, const char *line)
{
	line += ms_starts(line, "no ") ? 3 : 0;
	if (!p->how->vrf_takes_all)
		return ms_starts(line, "ip address ") || ms_starts(line, "ipv6 address ");
	return ms_starts(line, "ip ") || ms_starts(line, "ipv6 ") ||
	       ms_starts(line, "fabric forwarding ") || ms_starts(line, "mpls ");
}

static bool is_address(const char *line)
{
	return ms_starts(line, "ip address ");
}

static bool is_secondary(const char *line)
{
	size_t len = strlen(line);

	return len > 10 && !strcmp(line + len - 10, " secondary");
}

/* A primary address cannot go while secondary ones are there, and one of another kind stays beside
 * it. */
static void look_at_addresses(struct interface *in)
{
	bool primary_goes = false, stays = false;

	for (size_t i = 0; i < fabric_lines_count(in->target); i++)
		stays |= is_address(fabric_lines_text(fabric_lines_at(in->target, i)));
	for (size_t i = 0; i < fabric_lines_count(in->now); i++) {
		const char *line = fabric_lines_text(fabric_lines_at(in->now, i));

		if (!is_address(line))
			continue;
		primary_goes |= !is_secondary(line) && !same(in->target, line);
		in->clear_virtual |= ms_starts(line, "ip address virtual ");
		in->clear_plain |= !ms_starts(line, "ip address virtual ");
	}
	in->readdress = primary_goes && stays;
}

static struct interface look_at(const struct preparing *p, const struct fabric_lines *now,
				const struct fabric_lines *target)
{
	struct interface in = { .now = now, .target = target };

	in.vrf_moves = strcmp(vrf_of(p, now), vrf_of(p, target)) != 0;
	in.layer_moves = same(now, "no switchport") != same(target, "no switchport");
	if (!in.vrf_moves)
		look_at_addresses(&in);
	return in;
}

static bool forgets(const struct preparing *p, const struct interface *in, const char *line)
{
	if (in->vrf_moves && is_layer3(p, line))
		return true;
	if (in->layer_moves && p->how->layer_resets_shutdown && !strcmp(line, "no shutdown"))
		return true;
	return in->readdress && is_address(line);
}

/* ---- writing both trees again ---- */

static void put_block(struct ms_buf *out, const struct fabric_lines *line, unsigned depth)
{
	ms_buf_printf(out, "%*s%s\n", (int)depth, "", fabric_lines_text(line));
	for (size_t i = 0; i < fabric_lines_count(line); i++)
		put_block(out, fabric_lines_at(line, i), depth + 1);
}

static void put_target_interface(struct preparing *p, const struct interface *in)
{
	bool cleared = !in->readdress;

	ms_buf_printf(&p->target, "%s\n", fabric_lines_text(in->target));
	for (size_t i = 0; i < fabric_lines_count(in->target); i++) {
		const struct fabric_lines *line = fabric_lines_at(in->target, i);

		if (!cleared && is_address(fabric_lines_text(line))) {
			cleared = true;
			ms_buf_puts(&p->target,
				    in->clear_virtual ? " no ip address virtual\n" : "");
			ms_buf_puts(&p->target, in->clear_plain ? " no ip address\n" : "");
		}
		put_block(&p->target, line, 1);
	}
}

/* Lines of a block that is in both, without those that are forgotten or replaced. */
static void put_now(struct preparing *p, const struct interface *in, const struct fabric_lines *now,
		    const struct fabric_lines *target, unsigned depth)
{
	for (size_t i = 0; i < fabric_lines_count(now); i++) {
		const struct fabric_lines *line = fabric_lines_at(now, i), *wanted;
		const char *text = fabric_lines_text(line);

		if (in && depth == 1 && forgets(p, in, text))
			continue;
		wanted = same(target, text) ? fabric_lines_find(target, text) : NULL;
		if (!wanted && has_slot(p, target, text))
			continue;
		ms_buf_printf(&p->now, "%*s%s\n", (int)depth, "", text);
		put_now(p, NULL, line, wanted, depth + 1);
	}
}

/* A port of the front panel is there for ever, so is what the system has by itself: only its lines
 * go. */
static bool is_fixed(const char *header)
{
	static const char *const made[] = {
		"port-channel", "Port-Channel", "Vlan", "vlan",	    "loopback",
		"Loopback",	"Vxlan",	"nve",	"breakout", "virtual-network",
	};

	if (!ms_starts(header, "interface "))
		return !strcmp(header, "system qos");
	for (size_t i = 0; i < MS_ARRAY_SIZE(made); i++)
		if (ms_starts(header + strlen("interface "), made[i]))
			return false;
	return true;
}

static void prepare_block(struct preparing *p, const struct fabric_lines *now,
			  const struct fabric_lines *target)
{
	const char *text = fabric_lines_text(now);
	struct interface in;

	ms_buf_printf(&p->now, "%s\n", text);
	if (!target && is_fixed(text))
		ms_buf_printf(&p->target, "%s\n", text);
	if (target && ms_starts(text, "interface ")) {
		in = look_at(p, now, target);
		put_now(p, &in, now, target, 1);
	} else {
		put_now(p, NULL, now, target, 1);
	}
}

static void prepare(struct preparing *p, const struct fabric_lines *now,
		    const struct fabric_lines *target)
{
	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const struct fabric_lines *line = fabric_lines_at(target, i), *old = NULL;
		const char *text = fabric_lines_text(line);

		if (same(now, text))
			old = fabric_lines_find(now, text);
		if (old && ms_starts(text, "interface ")) {
			struct interface in = look_at(p, old, line);

			put_target_interface(p, &in);
		} else {
			put_block(&p->target, line, 0);
		}
	}
	for (size_t i = 0; i < fabric_lines_count(now); i++) {
		const struct fabric_lines *line = fabric_lines_at(now, i);
		const char *text = fabric_lines_text(line);

		if (!same(target, text) && has_slot(p, target, text))
			continue;
		prepare_block(p, line, same(target, text) ? fabric_lines_find(target, text) : NULL);
	}
}

static int compare(struct preparing *p, char **ret_text, struct ms_err *err)
{
	MS_AUTO_FREE char *now_text = ms_buf_steal(&p->now),
			  *target_text = ms_buf_steal(&p->target);
	struct fabric_lines *now = NULL, *target = NULL;
	int r = now_text && target_text ? 0 : ms_nomem(err);

	if (!r)
		r = fabric_lines_parse(now_text, &now, err);
	if (!r)
		r = fabric_lines_parse(target_text, &target, err);
	if (!r)
		r = fabric_lines_delta(now, target, p->how->negate, ret_text, err);
	fabric_lines_free(now);
	fabric_lines_free(target);
	return r;
}

int cli_delta(const struct cli_delta *how, const json_t *now, const json_t *target,
	      json_t **ret_delta, struct ms_err *err)
{
	struct preparing p = { .how = how };
	struct fabric_lines *a = NULL, *b = NULL;
	const char *now_text = json_string_value(now), *target_text = json_string_value(target);
	MS_AUTO_FREE char *text = NULL;
	int r = fabric_lines_parse(now_text ? now_text : "", &a, err);

	if (!r)
		r = fabric_lines_parse(target_text ? target_text : "", &b, err);
	if (!r) {
		prepare(&p, a, b);
		r = compare(&p, &text, err);
	}
	fabric_lines_free(a);
	fabric_lines_free(b);
	ms_buf_release(&p.now);
	ms_buf_release(&p.target);
	if (r)
		return r;
	*ret_delta = json_string(text);
	return *ret_delta ? 0 : ms_nomem(err);
}

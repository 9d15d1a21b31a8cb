/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recorded exchanges answer instead of the kernel: in order, and only to what was asked then. */
#include "host/host-private.h"

#include <errno.h>

#define FILE_MAX ((size_t)64 << 20)
#define SHOWN 96 /* bytes of each request in an error */

struct scene {
	unsigned line;
	int family;
	struct ms_buf request, replies;
};
struct player { char *path; struct scene *scenes; size_t n, cap, at; };

/* ---- reading the file
 * ----------------------------------------------------------------------------- */

static int bad(const struct player *player, unsigned line, const char *why, struct ms_err *err)
{
	int r = ms_fail(err, -EBADMSG, MS_INPUT, "%s", why);

	ms_err_at(err, player->path, NULL);
	err->line = line;
	return r;
}

static int scene_add(struct player *player)
{
	if (player->n == player->cap) {
		size_t cap = player->cap ? 2 * player->cap : 16;
		struct scene *scenes = reallocarray(player->scenes, cap, sizeof(*scenes));

		if (!scenes)
			return -ENOMEM;
		player->scenes = scenes;
		player->cap = cap;
	}
	player->scenes[player->n++] = (struct scene){ 0 };
	return 0;
}

static int hex(struct player *player, const char *digits, struct ms_buf *buf, unsigned line,
	       struct ms_err *err)
{
	int r = ms_nl_hex_read(digits, buf);

	if (r == -ENOMEM)
		return ms_nomem(err);
	return r ? bad(player, line, "not hexadecimal", err) : 0;
}

static int request_line(struct player *player, const char *text, unsigned line, struct ms_err *err)
{
	size_t len;
	struct scene *scene;
	int family;

	text += strspn(text, " \t");
	len = strcspn(text, " \t");
	family = ms_nl_family_of(text, len);
	if (family < 0)
		return bad(player, line, "a request begins with its family: route, generic, rdma",
			   err);
	if (scene_add(player) < 0)
		return ms_nomem(err);
	scene = &player->scenes[player->n - 1];
	scene->line = line;
	scene->family = family;
	return hex(player, text + len, &scene->request, line, err);
}

/* A message ends where the next begins, at a multiple of four. */
static void pad(struct ms_buf *buf)
{
	static const char zeros[NLMSG_ALIGNTO];

	ms_buf_add(buf, zeros, NLMSG_ALIGN(buf->len) - buf->len);
}

static int add_line(struct player *player, char *text, unsigned line, bool *replying,
		    struct ms_err *err)
{
	struct scene *scene = player->n ? &player->scenes[player->n - 1] : NULL;
	const char *digits = text + (*text == '<');

	if (*text == '#' || !text[strspn(text, " \t\r")])
		return 0;
	if (*text == '>') {
		*replying = false;
		return request_line(player, text + 1, line, err);
	}
	if (!strchr("< \t", *text))
		return bad(player, line, "a line begins with >, <, # or white space", err);
	if (!scene)
		return bad(player, line, "there is no request before it", err);
	if (*text == '<') {
		pad(&scene->replies);
		*replying = true;
	}
	return hex(player, digits, *replying ? &scene->replies : &scene->request, line, err);
}

static int read_scenes(struct player *player, char *text, struct ms_err *err)
{
	bool replying = false;
	unsigned number = 0;
	char *line;
	int r = 0;

	while (!r && (line = strsep(&text, "\n")))
		r = add_line(player, line, ++number, &replying, err);
	return r;
}

/* ---- answering
 * -------------------------------------------------------------------------------------- */

static bool is_same(const struct scene *scene, int family, const struct nlmsghdr *bytes)
{
	size_t from = offsetof(struct nlmsghdr, nlmsg_seq), behind = sizeof(*bytes);

	return scene->family == family && scene->request.len == bytes->nlmsg_len &&
	       scene->request.len >= behind && !memcmp(scene->request.data, bytes, from) &&
	       !memcmp(scene->request.data + behind, (const char *)bytes + behind,
		       scene->request.len - behind);
}

static void show(int family, const void *bytes, size_t len, struct ms_buf *text)
{
	char word[16];

	ms_nl_family_word(family, word);
	ms_buf_puts(text, word);
	ms_nl_hex_write(text, bytes, len < SHOWN ? len : SHOWN);
	if (len > SHOWN)
		ms_buf_printf(text, " ... (%zu bytes)", len);
	for (char *c = text->data; c && *c; c++)
		if (*c == '\n')
			*c = ' ';
}

static int fail_other(const struct player *player, const struct ms_nl_request *request,
		      const struct nlmsghdr *bytes, struct ms_err *err)
{
	const struct scene *scene = player->at < player->n ? &player->scenes[player->at] : NULL;
	MS_AUTO_BUF struct ms_buf asked = { 0 }, recorded = { 0 };
	int r;

	show(request->family, bytes, bytes->nlmsg_len, &asked);
	if (scene)
		show(scene->family, scene->request.data, scene->request.len, &recorded);
	else
		ms_buf_puts(&recorded, "nothing more");
	if (asked.failed || recorded.failed)
		return ms_nomem(err);
	r = ms_fail(err, -EBADMSG, MS_INVALID, "%s: asked %s; recorded is %s", request->what,
		    asked.data, recorded.data);
	ms_err_at(err, player->path, NULL);
	err->line = scene ? scene->line : 0;
	return r;
}

static int answer(const struct scene *scene, uint32_t seq, struct ms_buf *replies)
{
	size_t at = 0, before = replies->len;

	if (ms_buf_add(replies, scene->replies.data, scene->replies.len))
		return replies->failed;
	while (scene->replies.len - at >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *reply = (struct nlmsghdr *)(replies->data + before + at);

		reply->nlmsg_seq = seq;
		if (reply->nlmsg_len < sizeof(*reply) || reply->nlmsg_len > scene->replies.len - at)
			break;
		at += NLMSG_ALIGN(reply->nlmsg_len);
		if (at > scene->replies.len)
			break;
	}
	return 0;
}

static int exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
		    struct ms_buf *replies, struct ms_err *err)
{
	struct player *player = ctx;

	if (player->at == player->n ||
	    !is_same(&player->scenes[player->at], request->family, bytes))
		return fail_other(player, request, bytes, err);
	return answer(&player->scenes[player->at++], bytes->nlmsg_seq, replies) ? ms_nomem(err) : 0;
}

static int finish(void *ctx, struct ms_err *err)
{
	const struct player *player = ctx;
	int r;

	if (player->at == player->n)
		return 0;
	r = ms_fail(err, -EBADMSG, MS_INVALID, "%zu recorded requests were not made",
		    player->n - player->at);
	ms_err_at(err, player->path, NULL);
	err->line = player->scenes[player->at].line;
	return r;
}

static void player_free(void *ctx)
{
	struct player *player = ctx;

	for (size_t i = 0; i < player->n; i++) {
		ms_buf_release(&player->scenes[i].request);
		ms_buf_release(&player->scenes[i].replies);
	}
	free(player->scenes);
	free(player->path);
	free(player);
}

int ms_nl_play_new(const char *path, struct ms_nl_ops *ret_ops, void **ret_ctx, struct ms_err *err)
{
	struct player *player = calloc(1, sizeof(*player));
	MS_AUTO_BUF struct ms_buf text = { 0 };
	int r;

	if (!player)
		return ms_nomem(err);
	player->path = strdup(path);
	r = player->path ? ms_read_file(path, FILE_MAX, &text, err) : ms_nomem(err);
	if (!r && text.len)
		r = read_scenes(player, text.data, err);
	if (r < 0) {
		player_free(player);
		return r;
	}
	*ret_ops =
		(struct ms_nl_ops){ .exchange = exchange, .finish = finish, .free = player_free };
	*ret_ctx = player;
	return 0;
}

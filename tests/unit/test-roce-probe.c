/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The near end of probe against endpoints that are made up here, in place of those that lib/net would talk to by ssh: how
 * many connections there are, that no NIC has two others at once, and what one that is not there costs.  And what is said
 * of a neighbour.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include "core/cmd-private.h"
#include "net/far.h"
#include "roce/probe-run.h"
#include "roce/probe.h"

/* ---- endpoints ---- */

#ifndef HOSTS
#define HOSTS 48
#endif
#define RAILS 8
#define WINDOW 16
/* A host that ssh does not reach, and a NIC that is cut off. */
#define DOWN "node07"
#define DEAD "node05 rail3"

struct ms_far {
	char name[32];
	struct ms_loop *loop;
	json_t *events;
	struct ms_cell came;
	bool finished;
	int64_t busy[RAILS];         /* ids of orders */
};
static struct far_counts { unsigned opened, opening, most, held, dead; } counts;
static struct ms_far *fars[HOSTS];

static unsigned rail_of(const json_t *order)
{
	return (unsigned)strtoul(ms_str(order, "/netdev", "rail9") + 4, NULL, 10);
}

static struct ms_far *far_of(const char *address)
{
	return fars[strtoul(strrchr(address, '.') + 1, NULL, 10)];
}

static bool is_dead(const struct ms_far *far, unsigned rail)
{
	char name[48];

	snprintf(name, sizeof(name), "%s rail%u", far->name, rail);
	return !strcmp(name, DEAD);
}

static void say(struct ms_far *far, json_t *event)
{
	assert_non_null(event);
	json_array_append_new(far->events, event);
	ms_cell_set(far->loop, &far->came);
}

int ms_far_open(const struct ms_far_opts *opts, const json_t *server, struct ms_far **ret_far, struct ms_err *err)
{
	struct ms_far *far = calloc(1, sizeof(*far));

	assert_non_null(far);
	snprintf(far->name, sizeof(far->name), "%s", ms_name(server));
	far->loop = opts->loop;
	far->events = json_array();
	counts.opening++;
	counts.most = counts.opening > counts.most ? counts.opening : counts.most;
	assert_int_equal(ms_task_sleep(opts->loop, 1), 0);
	counts.opening--;
	if (!strcmp(far->name, DOWN)) {
		ms_far_close(far);
		return ms_fail(err, -EHOSTUNREACH, MS_UNREACHABLE, DOWN ": no route to it");
	}
	counts.opened++;
	counts.held++;
	fars[strtoul(far->name + 4, NULL, 10)] = far;
	*ret_far = far;
	return 0;
}

void ms_far_close(struct ms_far *far)
{
	counts.held -= strcmp(far->name, DOWN) != 0;
	json_decref(far->events);
	free(far);
}

void ms_far_finish(struct ms_far *far)
{
	far->finished = true;
	ms_cell_set(far->loop, &far->came);
}

int ms_far_receive(struct ms_far *far, int64_t deadline, json_t **ret_line, struct ms_err *err)
{
	while (!json_array_size(far->events)) {
		if (far->finished)
			return ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "%s: ended", far->name);
		ms_cell_wait(far->loop, &far->came, deadline);
	}
	*ret_line = json_incref(json_array_get(far->events, 0));
	json_array_remove(far->events, 0);
	return 0;
}

static void meet(struct ms_far *far, const json_t *order)
{
	unsigned rail = rail_of(order);
	struct ms_far *peer = far_of(ms_str(order, "/peer", ""));

	assert_int_equal(peer->busy[rail], ms_int(order, "/port", 0));
	if (is_dead(far, rail) || is_dead(peer, rail)) {
		counts.dead++;
		say(far, json_pack("{s:I,s:s,s:s,s:b,s:{s:s,s:s},s:{}}", "id", ms_int(order, "/id", 0), "event", "failed",
				   "phase", "connect", "gone", 0, "error", "code", "timeout", "message", "nothing came",
				   "report"));
		far->busy[rail] = 0;
		return;
	}
	say(peer, json_pack("{s:I,s:s,s:{s:i,s:s}}", "id", peer->busy[rail], "event", "done", "report", "mtu", 4096, "device",
			    peer->name));
	say(far, json_pack("{s:I,s:s,s:{s:i,s:s}}", "id", far->busy[rail], "event", "done", "report", "mtu", 4096, "device",
			   far->name));
	peer->busy[rail] = far->busy[rail] = 0;
}

int ms_far_send(struct ms_far *far, const json_t *order, struct ms_err *err)
{
	const char *what = ms_str(order, "/do", "");
	int64_t id = ms_int(order, "/id", 0);
	unsigned rail = rail_of(order);

	(void)err;
	if (!strcmp(what, "stop")) {
		for (rail = 0; rail < RAILS; rail++)
			far->busy[rail] = far->busy[rail] == id ? 0 : far->busy[rail];
		return 0;
	}
	/* No NIC is used twice at once. */
	assert_in_range(rail, 0, RAILS - 1);
	assert_int_equal(far->busy[rail], 0);
	far->busy[rail] = id;
	if (!strcmp(what, "listen"))
		say(far, json_pack("{s:I,s:s,s:I,s:s}", "id", id, "event", "listening", "port", id, "mac", "02:00:00:00:00:01"));
	else
		meet(far, order);
	return 0;
}

/* ---- all of it ---- */

struct fleet {
	struct ms_loop *loop;
	json_t *resources[HOSTS * (RAILS + 1)];
	struct ms_item items[HOSTS * (RAILS + 1)];
	size_t n;
	struct roce_set *set;
	struct ms_run run;
	struct roce_args args;
	struct probe probe;
};

static void add(struct fleet *fleet, json_t *res)
{
	assert_non_null(res);
	fleet->resources[fleet->n] = res;
	fleet->items[fleet->n++] = (struct ms_item){ .run = &fleet->run, .res = res, .mine = true };
}

static struct fleet *fleet_new(void)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));
	struct ms_err err = MS_ERR_INIT;

	assert_non_null(fleet);
	counts = (struct far_counts){ 0 };
	assert_int_equal(ms_loop_new(&fleet->loop, &err), 0);
	for (unsigned host = 0; host < HOSTS; host++) {
		add(fleet, json_pack("{s:s,s:s,s:{s:s+},s:{}}", "apiVersion", "msctl/v1", "kind", "Server", "metadata", "name",
				     "node", ms_path((char[MS_PATH_MAX]){ 0 }, "%02u", host), "spec"));
		for (unsigned rail = 0; rail < RAILS; rail++)
			add(fleet, json_pack("{s:s,s:s,s:{s:s},s:{s:s,s:s,s:s,s:{s:s}}}", "apiVersion", "msctl/v1", "kind", "Nic",
					     "metadata", "name", MS_PATH("node%02u:rail%u", host, rail), "spec", "server",
					     MS_PATH("node%02u", host), "name", MS_PATH("rail%u", rail), "netdev",
					     MS_PATH("rail%u", rail), "roce", "address", MS_PATH("10.%u.0.%u", rail, host)));
	}
	fleet->args.probe.duration = 1;
	fleet->run = (struct ms_run){ .loop = fleet->loop, .window = WINDOW };
	assert_int_equal(ms_progress_new(stderr, "msctl-roce", &ms_common_default, &fleet->run.progress), 0);
	fleet->probe = (struct probe){ .run = &fleet->run, .args = &fleet->args, .far.loop = fleet->loop };
	assert_int_equal(roce_set_new(fleet->resources, fleet->n, &fleet->set, &err), 0);
	assert_int_equal(probe_plan(&fleet->probe, fleet->items, fleet->n, fleet->set, &err), 0);
	return fleet;
}

static void fleet_free(struct fleet *fleet)
{
	probe_plan_release(&fleet->probe);
	roce_set_free(fleet->set);
	for (size_t i = 0; i < fleet->n; i++)
		json_decref(fleet->resources[i]);
	ms_progress_free(fleet->run.progress);
	ms_loop_free(fleet->loop);
	free(fleet);
}

/* Each end's words stand at that end. */
static void check_ends(const json_t *path)
{
	static const char *const ends[][2] = { { "/spec/from", "/status/roce/device/from" },
					       { "/spec/to", "/status/roce/device/to" } };

	for (size_t i = 0; i < 2; i++) {
		const char *device = ms_str(path, ends[i][1], NULL);

		if (device)
			assert_true(ms_starts(ms_str(path, ends[i][0], ""), device));
	}
}

/* How many Paths of the fleet have such an error; NULL = none. */
static size_t paths_with(const struct probe *probe, const char *text)
{
	size_t n = 0;

	for (size_t g = 0; g < probe->n_groups; g++)
		for (size_t i = 0; i < probe->groups[g].n * probe->groups[g].n; i++) {
			const struct probe_group *group = &probe->groups[g];
			json_t *path;
			const char *error;

			assert_int_equal(probe_path_at(group, i / group->n, i % group->n, &path), 0);
			check_ends(path);
			error = ms_str(path, "/status/roce/error/message", NULL);
			n += path && (text ? error && strstr(error, text) : !error);
			json_decref(path);
		}
	return n;
}

static void test_fleet(void **state)
{
	struct fleet *fleet = fleet_new();
	struct ms_err err = MS_ERR_INIT;
	const struct probe *probe = &fleet->probe;
	size_t all = (size_t)RAILS * HOSTS * (HOSTS - 1), down = 2 * RAILS * (HOSTS - 1), dead = 2 * (HOSTS - 2);

	(void)state;
	assert_int_equal(probe_run(&fleet->probe, &err), 0);
	/* A connection for each host, some of them made at once, and none afterwards. */
	assert_int_equal(counts.opened, HOSTS - 1);
	assert_in_range(counts.most, 2, WINDOW);
	assert_int_equal(counts.held, 0);
	/* Who is not there costs its own pairs, and holds up the others so many times only. */
	assert_int_equal(paths_with(probe, "no route"), down);
	assert_int_equal(counts.dead, PROBE_PATIENCE);
	assert_int_equal(paths_with(probe, "nothing came"), 2 * PROBE_PATIENCE);
	assert_int_equal(paths_with(probe, "node05:rail3: not tried, as it reached none of 8 others"),
			 dead - 2 * PROBE_PATIENCE);
	assert_int_equal(paths_with(probe, NULL), all - down - dead);
	fleet_free(fleet);
}

/* ---- neighbours ---- */

struct answer { struct nlmsghdr header; struct ndmsg body; struct nlattr attr; unsigned char mac[8]; };
struct table { uint16_t state; bool has_mac; struct probe_neighbour seen; };

static int exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		    struct ms_err *err)
{
	const struct table *row = ctx;
	const struct ndmsg *asked = ms_nl_header(bytes, sizeof(*asked));
	struct answer answer = { { sizeof(answer), RTM_NEWNEIGH, 0, bytes->nlmsg_seq, 0 }, { .ndm_state = row->state },
				 { 10, NDA_LLADDR }, { 2, 0, 0, 0, 0, 0x99 } };
	struct { struct nlmsghdr header; struct nlmsgerr error; } end = {
		{ sizeof(end), NLMSG_ERROR, 0, bytes->nlmsg_seq, 0 }, { row->state ? 0 : -ENOENT, *bytes } };

	(void)request;
	(void)err;
	assert_int_equal(bytes->nlmsg_type, RTM_GETNEIGH);
	assert_int_equal(asked->ndm_ifindex, 7);
	if (!row->has_mac)
		answer.header.nlmsg_len -= 12;
	if (row->state)
		ms_buf_add(replies, &answer, answer.header.nlmsg_len);
	return ms_buf_add(replies, &end, sizeof(end));
}

static void test_neighbour(void **state)
{
	static const struct ms_nl_ops ops = { .exchange = exchange };
	static const struct table table[] = {
		{ NUD_REACHABLE, true, { .mac = "02:00:00:00:00:99" } },
		{ NUD_STALE, true, { .mac = "02:00:00:00:00:99" } },
		{ NUD_FAILED, true, { .silent = true } },
		{ NUD_INCOMPLETE, false, { .silent = true } },
		{ NUD_NOARP, false, { 0 } },
		{ 0, false, { 0 } },
	};
	struct sockaddr_storage peer = { .ss_family = AF_INET };

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(table); i++) {
		struct probe_neighbour seen;
		struct ms_host *host = NULL;
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(ms_host_open(NULL, &host, &err), 0);
		ms_host_use_netlink(host, &ops, (void *)&table[i]);
		probe_neighbour(host, 7, &peer, &seen);
		assert_int_equal(seen.silent, table[i].seen.silent);
		assert_string_equal(seen.mac, table[i].seen.mac);
		ms_host_close(host);
	}
}

static void test_explanations(void **state)
{
	static const struct { struct probe_neighbour neighbour; const char *mac, *message, *hint; } table[] = {
		{ { 0 }, "02:00:00:00:00:01", "connecting", "" },
		{ { .silent = true }, "02:00:00:00:00:01", "connecting: nobody answers for 10.0.0.2 on rail0", "" },
		{ { .mac = "02:00:00:00:00:99" }, "02:00:00:00:00:01",
		  "connecting: 10.0.0.2 is at 02:00:00:00:00:99 for this host, and its interface has 02:00:00:00:00:01",
		  "is that address given twice? else there: ip neigh flush to 10.0.0.2 dev rail0" },
		{ { .mac = "02:00:00:00:00:01" }, "02:00:00:00:00:01",
		  "connecting: 10.0.0.2 is there (02:00:00:00:00:01), RDMA does not answer",
		  "are packets to UDP port 4791 let through, on the way and there?" },
		{ { .mac = "02:00:00:00:00:01" }, "", "connecting: 10.0.0.2 is there (02:00:00:00:00:01), RDMA does not answer",
		  "are packets to UDP port 4791 let through, on the way and there?" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(table); i++) {
		struct probe_job job = { .netdev = "rail0" };
		struct ms_err err = MS_ERR_INIT;

		job.peer.ss_family = AF_INET;
		inet_pton(AF_INET, "10.0.0.2", &((struct sockaddr_in *)&job.peer)->sin_addr);
		snprintf(job.mac, sizeof(job.mac), "%s", table[i].mac);
		ms_fail(&err, -ETIMEDOUT, MS_TIMEOUT, "connecting");
		probe_explain(&job, &table[i].neighbour, &err);
		assert_string_equal(err.message, table[i].message);
		assert_string_equal(err.hint, table[i].hint);
		assert_int_equal(err.code, MS_TIMEOUT);
		assert_int_equal(err.error, -ETIMEDOUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fleet),
		cmocka_unit_test(test_neighbour),
		cmocka_unit_test(test_explanations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

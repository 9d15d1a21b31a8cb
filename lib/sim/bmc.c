/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One simulated BMC: made of a Server of the site file, found by its address.
 */
#include <arpa/inet.h>
#include "sim/engine.h"

int64_t sim_clock(const struct sim *sim)
{
	return sim->base + (int64_t)((double)(ms_clock_ms() - sim->start) * sim->speed);
}

int64_t sim_wall(const struct sim_bmc *bmc)
{
	return ms_now() + bmc->clock_offset;
}

/* ---- by address --------------------------------------------------------------------------------
 */

static size_t slot_of(const struct sim *sim, in_addr_t address, uint16_t port)
{
	uint64_t x = (uint64_t)address << 16 | port;

	x *= 0x9e3779b97f4a7c15u;
	return (size_t)(x >> 32) & (sim->cap_address - 1);
}

static size_t probe(const struct sim *sim, in_addr_t address, uint16_t port)
{
	size_t i = slot_of(sim, address, port);

	while (sim->by_address[i]) {
		const struct sim_bmc *bmc = sim->bmcs[sim->by_address[i] - 1];

		if (bmc->address == address && bmc->port == port)
			break;
		i = (i + 1) & (sim->cap_address - 1);
	}
	return i;
}

struct sim_bmc *sim_bmc_at(const struct sim *sim, in_addr_t address, uint16_t port)
{
	size_t i;

	if (!sim->cap_address)
		return NULL;
	i = probe(sim, address, port);
	return sim->by_address[i] ? sim->bmcs[sim->by_address[i] - 1] : NULL;
}

static int grow_addresses(struct sim *sim)
{
	size_t cap = sim->cap_address ? sim->cap_address * 2 : 256;
	unsigned *table = calloc(cap, sizeof(*table));

	if (!table)
		return -ENOMEM;
	free(sim->by_address);
	sim->by_address = table;
	sim->cap_address = cap;
	for (size_t i = 0; i < sim->n_bmcs; i++)
		table[probe(sim, sim->bmcs[i]->address, sim->bmcs[i]->port)] = (unsigned)i + 1;
	return 0;
}

static int grow_bmcs(struct sim *sim)
{
	size_t cap = sim->cap_bmcs ? sim->cap_bmcs * 2 : 64;
	struct sim_bmc **more = realloc(sim->bmcs, cap * sizeof(*more));

	if (!more)
		return -ENOMEM;
	sim->bmcs = more;
	sim->cap_bmcs = cap;
	return 0;
}

/* Takes bmc. */
int sim_bmc_add(struct sim *sim, struct sim_bmc *bmc, struct ms_err *err)
{
	struct sim_bmc *other = sim_bmc_at(sim, bmc->address, bmc->port);
	struct in_addr in = { bmc->address };
	char text[INET_ADDRSTRLEN];

	if (other || json_object_get(sim->by_name, bmc->name)) {
		ms_fail(err, -EEXIST, MS_INPUT, "%s: address %s port %u is %s's", bmc->name,
			inet_ntop(AF_INET, &in, text, sizeof(text)), bmc->port,
			other ? other->name : bmc->name);
		ms_hint(err, "give every BMC its own spec.bmc.address");
		sim_bmc_free(bmc);
		return -EEXIST;
	}
	if ((sim->n_bmcs == sim->cap_bmcs && grow_bmcs(sim)) ||
	    ((sim->n_bmcs + 1) * 2 > sim->cap_address && grow_addresses(sim))) {
		sim_bmc_free(bmc);
		return ms_nomem(err);
	}
	bmc->index = (unsigned)sim->n_bmcs;
	sim->bmcs[sim->n_bmcs++] = bmc;
	sim->by_address[probe(sim, bmc->address, bmc->port)] = (unsigned)sim->n_bmcs;
	json_object_set_new(sim->by_name, bmc->name, json_integer(bmc->index));
	return 0;
}

struct sim_bmc *sim_bmc_named(const struct sim *sim, const char *name)
{
	const json_t *index = json_object_get(sim->by_name, name);

	return index ? sim->bmcs[json_integer_value(index)] : NULL;
}

/* ---- life --------------------------------------------------------------------------------------
 */

static void account_release(struct sim_account *account)
{
	free(account->id);
	free(account->user);
	free(account->password);
	free(account->role);
}

static void nic_release(struct sim_nic *nic)
{
	free(nic->name);
	free(nic->mac);
	free(nic->cable);
}

void sim_bmc_free(struct sim_bmc *bmc)
{
	if (!bmc)
		return;
	for (size_t i = 0; i < bmc->n_accounts; i++)
		account_release(&bmc->accounts[i]);
	for (size_t i = 0; i < bmc->n_nics; i++)
		nic_release(&bmc->nics[i]);
	for (size_t i = 0; i < bmc->n_sessions; i++) {
		free(bmc->sessions[i].id);
		free(bmc->sessions[i].user);
	}
	for (size_t i = 0; i < bmc->n_events; i++)
		json_decref(bmc->events[i].arg);
	free(bmc->accounts);
	free(bmc->nics);
	free(bmc->sessions);
	free(bmc->events);
	free(bmc->name);
	free(bmc->serial);
	free(bmc->asset);
	free(bmc->booted_from);
	json_decref(bmc->over);
	json_decref(bmc->pending);
	json_decref(bmc->cert);
	sim_tls_forget(bmc);
	free(bmc);
}

void sim_bmc_touch(struct sim_bmc *bmc)
{
	struct sim *sim = bmc->sim;

	bmc->used = true;
	if (sim->save_path && !sim->dirty && sim->save_timer)
		ms_timer_set(sim->save_timer, 5000);
	sim->dirty = true;
}

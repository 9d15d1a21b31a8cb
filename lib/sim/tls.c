/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GnuTLS asks here for the certificate of a connection.  It is signed at the first one, and kept
 * until the key changes.
 */
#include <openssl/crypto.h>
#include "sim/engine.h"
#include "sim/tls.h"

struct sim_shown {
	unsigned generation;
	unsigned len;
	unsigned char der[];
};

/* A fault may show another key than the pinned one. */
static unsigned generation_shown(const struct sim_bmc *bmc)
{
	return (unsigned)(ms_int(bmc->cert, "/shown", ms_int(bmc->cert, "/generation", 0)));
}

static struct sim_shown *shown_new(const struct sim_bmc *bmc, unsigned generation)
{
	unsigned char *der;
	struct sim_shown *shown;
	int len;

	if (sim_key_cert(bmc, generation, &der, &len))
		return NULL;
	shown = malloc(sizeof(*shown) + (size_t)len);
	if (shown) {
		*shown = (struct sim_shown){ generation, (unsigned)len };
		memcpy(shown->der, der, (size_t)len);
	}
	OPENSSL_free(der);
	return shown;
}

static const struct sim_shown *shown_now(struct sim_bmc *bmc)
{
	unsigned generation = generation_shown(bmc);

	if (bmc->shown && bmc->shown->generation != generation)
		sim_tls_forget(bmc);
	if (!bmc->shown)
		bmc->shown = shown_new(bmc, generation);
	return bmc->shown;
}

void sim_tls_forget(struct sim_bmc *bmc)
{
	free(bmc->shown);
	bmc->shown = NULL;
}

static int import_cert(struct sim_bmc *bmc, gnutls_pcert_st *pcert)
{
	const struct sim_shown *shown = shown_now(bmc);

	if (!shown)
		return -ENOMEM;
	return gnutls_pcert_import_x509_raw(
		pcert, &(gnutls_datum_t){ (unsigned char *)shown->der, shown->len },
		GNUTLS_X509_FMT_DER, 0);
}

static int import_key(const struct sim_bmc *bmc, gnutls_privkey_t key)
{
	unsigned char der[SIM_KEY_LEN];
	int r = sim_key(bmc, generation_shown(bmc), der);

	if (!r)
		r = gnutls_privkey_import_x509_raw(key, &(gnutls_datum_t){ der, SIM_KEY_LEN },
						   GNUTLS_X509_FMT_DER, NULL, 0);
	OPENSSL_cleanse(der, sizeof(der));
	return r;
}

int sim_tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			gnutls_pcert_st **certs, unsigned *n_certs, gnutls_ocsp_data_st **ocsp,
			unsigned *n_ocsp, gnutls_privkey_t *key, unsigned *flags)
{
	struct sim_bmc *bmc = gnutls_session_get_ptr(session);
	gnutls_pcert_st *pcert = bmc ? gnutls_calloc(1, sizeof(*pcert)) : NULL;

	(void)info;
	if (!pcert)
		return -1;
	if (gnutls_privkey_init(key)) {
		gnutls_free(pcert);
		return -1;
	}
	if (import_key(bmc, *key) || import_cert(bmc, pcert)) {
		gnutls_privkey_deinit(*key);
		gnutls_free(pcert);
		return -1;
	}
	*certs = pcert;
	*n_certs = 1;
	*ocsp = NULL;
	*n_ocsp = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}
